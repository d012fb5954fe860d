package tls

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"jump/transport"
	"jump/transport/identity"
	"jump/transport/mux"
	"jump/transport/reach"
	"jump/transport/wire"
)

// Config says which site a Dialer dials, and as whom.
type Config struct {
	Host string             // a DNS name or an IP address
	Port uint16             // TCP
	Site wire.ID            // hash of the site's key, the pin
	Key  ed25519.PrivateKey // the agent's own

	// Resolve looks a name up, nil means reach.System. It is not asked about IP
	// addresses, nor if there is Through.
	Resolve reach.Resolve
	// Connect connects to an address. nil means a net.Dialer.
	Connect Connect
	// Through connects to HOST:PORT by way of a proxy, which looks the name up
	// itself. nil: directly.
	Through Connect
}

// Connect connects to an address as net.Dialer.DialContext does.
type Connect func(ctx context.Context, network, address string) (net.Conn, error)

type dialer struct {
	Config
	tls     *tls.Config
	curious curiosity
}

var _ transport.Dialer = (*dialer)(nil)

// NewDialer returns a dialer of tunnels to one site.
func NewDialer(c Config) (transport.Dialer, error) {
	cert, err := identity.Certificate(c.Key)
	if err != nil {
		return nil, err
	}
	if c.Connect == nil {
		c.Connect = (&net.Dialer{KeepAlive: -1}).DialContext // tunnels have keep-alives of their own
	}
	config := identity.Dial(cert, c.Site, wire.ALPN)
	if _, err := netip.ParseAddr(c.Host); err != nil {
		config.ServerName = c.Host // proxies that route by name look for it
	}
	return &dialer{Config: c, tls: config}, nil
}

// Dial races the addresses of the site, or goes through the proxy. An attempt
// may take 10 seconds from when it is connected.
func (d *dialer) Dial(ctx context.Context) (transport.Tunnel, error) {
	if d.Through != nil {
		return d.dial(ctx, d.Through, net.JoinHostPort(d.Host, strconv.Itoa(int(d.Port))))
	}
	t, err := reach.FirstOf(ctx, d.Host, d.Resolve, func(ctx context.Context, a netip.Addr) (transport.Tunnel, error) {
		return d.dial(ctx, d.Connect, netip.AddrPortFrom(a, d.Port).String())
	})
	if err != nil {
		return nil, fmt.Errorf("reach %s: %w", d.Host, err)
	}
	return t, nil
}

func (d *dialer) dial(ctx context.Context, connect Connect, address string) (transport.Tunnel, error) {
	conn, err := connect(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	t, err := d.handshake(ctx, conn)
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("TLS with %s: %w", address, d.name(ctx, connect, address, err))
	}
	return t, nil
}

var errLate = errors.New("the handshake takes too long")

func (d *dialer) handshake(ctx context.Context, conn net.Conn) (transport.Tunnel, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, handshakeTimeout, errLate)
	defer cancel()
	secure := tls.Client(conn, d.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, strange(err)
	}
	peer, err := peerOf(secure)
	if err != nil {
		return nil, err
	}
	return mux.New(secure, mux.Config{Agent: true, Peer: peer}), nil
}

// peerOf says who proved what in a handshake that is complete.
func peerOf(conn *tls.Conn) (transport.Peer, error) {
	cs := conn.ConnectionState()
	if cs.NegotiatedProtocol != wire.ALPN {
		return transport.Peer{}, errors.New("the peer does not speak " + wire.ALPN)
	}
	key, err := identity.PeerKey(cs)
	if err != nil {
		return transport.Peer{}, err
	}
	binding, err := identity.Binding(cs)
	if err != nil {
		return transport.Peer{}, err
	}
	return transport.Peer{Key: key, Addr: conn.RemoteAddr(), Binding: binding}, nil
}
