package tls

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"jump/internal/handover"
	"jump/transport"
	"jump/transport/identity"
	"jump/transport/limit"
	"jump/transport/mux"
	"jump/transport/wire"
)

// Options change a Listener.
type Options struct {
	// Others is the configuration of connections that are no tunnels; nil: there
	// are none.
	Others    *tls.Config
	Admission *limit.Admission // of tunnels; nil: limit.DefaultAdmit
	Windows   *limit.Budget    // what all windows may grow by; nil: limit.DefaultBudget

	handshakes int // at a time; 0: maxHandshakes
}

// Listener accepts tunnels at a site, on a TCP port that it shares: what does
// not ask for a tunnel comes out of Others.
type Listener struct {
	tcp       net.Listener
	agents    *tls.Config
	options   Options
	shaking   *shaking
	tunnels   handover.Point[transport.Tunnel]
	others    handover.Point[net.Conn]
	working   sync.WaitGroup // the accepting goroutine and all handshakes
	closeOnce sync.Once
}

var _ transport.Listener = (*Listener)(nil)

// Listen accepts on a TCP listener, which it owns from now on, as the site of
// that identity. What it accepts waits for Accept and for Others().Accept, and
// neither waits for the other.
func Listen(tcp net.Listener, id ed25519.PrivateKey, o Options) (*Listener, error) {
	cert, err := identity.Certificate(id)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if o.Admission == nil {
		o.Admission = limit.NewAdmission(limit.DefaultAdmit)
	}
	if o.handshakes == 0 {
		o.handshakes = maxHandshakes
	}
	if o.Windows == nil {
		o.Windows = limit.NewBudget(limit.DefaultBudget)
	}
	l := &Listener{
		tcp: tcp, agents: identity.Accept(cert, wire.ALPN), options: o, shaking: newShaking(o.handshakes),
		tunnels: handover.New[transport.Tunnel](), others: handover.New[net.Conn](),
	}
	if o.Others == nil {
		l.others.Close()
	}
	l.working.Go(l.run)
	return l, nil
}

// run accepts until nobody wants anything more.
func (l *Listener) run() {
	for {
		conn, err := l.tcp.Accept()
		if errors.Is(err, net.ErrClosed) {
			break
		}
		if err != nil { // of this connection, or too many files: neither is the end of a site
			slog.Warn("a connection could not be accepted", "error", err)
			if !l.pause() {
				break
			}
			continue
		}
		leave := l.shaking.enter(conn) // here, in the order of arrival
		l.working.Go(func() { l.serve(conn, leave) })
	}
	l.tunnels.Close()
	l.others.Close()
}

// pause waits a little for better times, and reports whether to go on.
func (l *Listener) pause() bool {
	select {
	case <-time.After(acceptPause):
		return true
	case <-l.tunnels.Done():
		return false
	}
}

// serve does one handshake and gives the connection to whom it is meant for.
func (l *Listener) serve(conn net.Conn, leave func()) {
	secure := tls.Server(conn, &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		config, err := l.choose(hello)
		if config == l.agents {
			leave() // what was admitted is counted by that, and not pushed out by those behind it
		}
		return config, err
	}})
	ctx, cancel := context.WithTimeout(context.Background(), handshakeTimeout)
	defer cancel()
	err := secure.HandshakeContext(ctx)
	leave()
	if err == nil {
		err = l.deliver(secure)
	}
	if err != nil {
		slog.Debug("no use for a connection", "from", conn.RemoteAddr().String(), "reason", err)
		conn.Close()
	}
}

var errBusy = errors.New("too many handshakes at once")

// choose picks by application protocol what a connection is, before any
// cryptography.
func (l *Listener) choose(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	if slices.Contains(hello.SupportedProtos, wire.ALPN) {
		if l.tunnels.Closed() || !l.options.Admission.Allow(hello.Conn.RemoteAddr(), true) {
			return nil, errBusy
		}
		return l.agents, nil
	}
	if l.others.Closed() {
		return nil, errors.New("no application protocol that this port speaks")
	}
	return l.options.Others, nil
}

func (l *Listener) deliver(conn *tls.Conn) error {
	if conn.ConnectionState().NegotiatedProtocol != wire.ALPN {
		if !l.others.Put(conn) {
			return net.ErrClosed
		}
		return nil
	}
	peer, err := peerOf(conn)
	if err != nil {
		return err
	}
	t := mux.New(conn, mux.Config{Peer: peer, Budget: l.options.Windows})
	if !l.tunnels.Put(t) {
		return t.Close("the site is stopping")
	}
	return nil
}

// Accept returns the next tunnel whose handshake is complete.
func (l *Listener) Accept(ctx context.Context) (transport.Tunnel, error) {
	t, err := l.tunnels.Get(ctx)
	if errors.Is(err, net.ErrClosed) {
		err = fmt.Errorf("%w: %w", transport.ErrClosed, err)
	}
	if err != nil {
		return nil, fmt.Errorf("accept: %w", err)
	}
	return t, nil
}

// Addr returns the address of the port.
func (l *Listener) Addr() net.Addr { return l.tcp.Addr() }

// Close stops accepting tunnels; those that were accepted live on. The port is
// free once Others is closed as well.
func (l *Listener) Close() error {
	l.tunnels.Close()
	return l.release()
}

// release closes the port if nobody wants anything of it any more.
func (l *Listener) release() error {
	if !l.tunnels.Closed() || !l.others.Closed() {
		return nil
	}
	var err error
	l.closeOnce.Do(func() { err = l.tcp.Close() })
	return err
}

// Others returns a listener for the connections that are no tunnels. Each is a
// *tls.Conn whose handshake is complete.
func (l *Listener) Others() net.Listener { return others{l} }

type others struct{ l *Listener }

func (o others) Accept() (net.Conn, error) { return o.l.others.Get(context.Background()) }
func (o others) Addr() net.Addr            { return o.l.Addr() }
func (o others) Close() error {
	o.l.others.Close()
	return o.l.release()
}
