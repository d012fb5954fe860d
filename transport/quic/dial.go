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
	"jump/transport/reach"
	"jump/transport/wire"
)

// Config says which site a Dialer dials, and as whom.
type Config struct {
	Host string             // a DNS name or an IP address
	Port uint16             // UDP
	Site wire.ID            // hash of the site's key, the pin
	Key  ed25519.PrivateKey // the agent's own

	// ListenPacket opens the socket of one attempt, or of one more path; network
	// is "udp4" or "udp6". nil means net.ListenPacket on any free port. While it
	// fails to send because there is no network, it should not say so, but lose
	// packets: an error ends the tunnel.
	ListenPacket func(network string) (net.PacketConn, error)
	// Resolve looks a name up, nil means reach.System. It is not asked about IP
	// addresses.
	Resolve reach.Resolve
}

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
	return &dialer{c, identity.Dial(cert, c.Site, wire.ALPN)}, nil
}

// Dial races the addresses of the site. A handshake that nobody answers is
// given up after 5 seconds.
func (d *dialer) Dial(ctx context.Context) (transport.Tunnel, error) {
	t, err := reach.FirstOf(ctx, d.Host, d.Resolve, func(ctx context.Context, a netip.Addr) (transport.Tunnel, error) {
		to := netip.AddrPortFrom(a, d.Port)
		t, err := d.dial(ctx, to)
		if err != nil {
			return nil, fmt.Errorf("dial %v: %w", to, err)
		}
		return t, nil
	})
	if err != nil {
		return nil, fmt.Errorf("reach %s: %w", d.Host, err)
	}
	return t, nil
}

func (d *dialer) dial(ctx context.Context, to netip.AddrPort) (transport.Tunnel, error) {
	pc, err := d.ListenPacket(network(to.Addr()))
	if err != nil {
		return nil, fmt.Errorf("open a socket: %w", err)
	}
	p := newPaths(pc, d.ListenPacket)
	c := config()
	c.KeepAlivePeriod = keepAlive
	c.MaxIncomingStreams = streamsFromSite
	conn, err := p.first().Dial(ctx, net.UDPAddrFromAddrPort(to), d.tls, c)
	if err != nil {
		p.close()
		return nil, explain(err)
	}
	t, err := newTunnel(conn, p.close)
	if err != nil {
		conn.CloseWithError(codeClosed, "no key") // the handshake has refused such already
		p.close()
		return nil, err
	}
	go t.watch() // ends with the tunnel
	return &roamer{t, p}, nil
}

func network(a netip.Addr) string {
	if a.Is4() {
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
