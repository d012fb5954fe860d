package quic

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/quic-go/quic-go"

	"jump/transport"
	"jump/transport/identity"
	"jump/transport/wire"
)

// Config says which site a Dialer dials, and as whom.
type Config struct {
	Host string             // a DNS name or an IP address
	Port uint16             // UDP
	Site wire.ID            // hash of the site's key, the pin
	Key  ed25519.PrivateKey // the agent's own

	// ListenPacket opens the socket of one attempt; network is "udp4" or
	// "udp6". nil means net.ListenPacket on any free port.
	ListenPacket func(network string) (net.PacketConn, error)
	// Resolve looks a name up. nil means net.DefaultResolver. It is not asked
	// about IP addresses.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
}

// maxAddresses bounds how many addresses of a name one Dial tries.
const maxAddresses = 4

type dialer struct {
	Config
	tls *tls.Config
}

var _ transport.Dialer = (*dialer)(nil)

// NewDialer returns a dialer of tunnels to one site. Every attempt has a socket
// of its own: a new path is a new chance with a NAT or a firewall.
func NewDialer(c Config) (transport.Dialer, error) {
	cert, err := identity.Certificate(c.Key)
	if err != nil {
		return nil, err
	}
	if c.ListenPacket == nil {
		c.ListenPacket = func(network string) (net.PacketConn, error) { return net.ListenPacket(network, "") }
	}
	if c.Resolve == nil {
		c.Resolve = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	return &dialer{c, identity.Dial(cert, c.Site, wire.ALPN)}, nil
}

// Dial tries the addresses of the site one after the other. A handshake that
// nobody answers is given up after 5 seconds.
func (d *dialer) Dial(ctx context.Context) (transport.Tunnel, error) {
	addresses, err := d.addresses(ctx)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", d.Host, err)
	}
	var failed []error
	for _, a := range addresses[:min(len(addresses), maxAddresses)] {
		t, err := d.dial(ctx, netip.AddrPortFrom(a, d.Port))
		if err == nil {
			return t, nil
		}
		failed = append(failed, fmt.Errorf("dial %v: %w", netip.AddrPortFrom(a, d.Port), err))
		if ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(failed...)
}

func (d *dialer) addresses(ctx context.Context) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(d.Host); err == nil {
		return []netip.Addr{a}, nil
	}
	found, err := d.Resolve(ctx, d.Host)
	if err == nil && len(found) == 0 {
		err = errors.New("the name has no address")
	}
	return found, err
}

func (d *dialer) dial(ctx context.Context, to netip.AddrPort) (transport.Tunnel, error) {
	pc, err := d.ListenPacket(network(to.Addr()))
	if err != nil {
		return nil, fmt.Errorf("open a socket: %w", err)
	}
	tr := &quic.Transport{Conn: pc}
	release := func() {
		tr.Close()
		pc.Close()
	}
	c := config()
	c.KeepAlivePeriod = keepAlive
	c.MaxIncomingStreams = streamsFromSite
	conn, err := tr.Dial(ctx, net.UDPAddrFromAddrPort(netip.AddrPortFrom(to.Addr().Unmap(), to.Port())), d.tls, c)
	if err != nil {
		release()
		return nil, explain(err)
	}
	t, err := newTunnel(conn, release)
	if err != nil {
		conn.CloseWithError(codeClosed, "no key") // the handshake has refused such already
		release()
		return nil, err
	}
	return t, nil
}

func network(a netip.Addr) string {
	if a.Unmap().Is4() {
		return "udp4"
	}
	return "udp6"
}

// explain says in our words what may well happen.
func explain(err error) error {
	var idle *quic.IdleTimeoutError
	var late *quic.HandshakeTimeoutError
	var refused *quic.TransportError
	switch {
	case errors.As(err, &idle), errors.As(err, &late):
		return errors.New("no answer over UDP")
	case errors.As(err, &refused) && refused.ErrorCode == quic.ConnectionRefused:
		return errors.New("the site refuses further connections at the moment")
	}
	return err
}
