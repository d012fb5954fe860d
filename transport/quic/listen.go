package quic

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/quic-go/quic-go"
	"golang.org/x/time/rate"

	"jump/transport"
	"jump/transport/identity"
	"jump/transport/wire"
)

// Defaults of a Listener.
const (
	DefaultAdmit  = 300       // handshakes a second
	DefaultBudget = 512 << 20 // bytes of windows
)

// Option changes a Listener.
type Option func(*options)

type options struct {
	admit  float64
	budget uint64
}

// Admit sets how many handshakes a second begin, DefaultAdmit without it. The
// rest is refused before any cryptography, and from half of it on a client has
// to prove its address first (RFC 9000 section 8.1.2).
func Admit(perSecond float64) Option { return func(o *options) { o.admit = perSecond } }

// Budget bounds, in bytes, what all flow-control windows of the listener may
// grow by beyond those that a tunnel begins with, DefaultBudget without it.
func Budget(bytes uint64) Option { return func(o *options) { o.budget = bytes } }

// Listener accepts tunnels at a site, on one socket.
type Listener struct {
	transport *quic.Transport
	listener  *quic.Listener
	tls       *tls.Config
	limiter   *rate.Limiter
	budget    *budget
	closing   sync.Once
	tunnels   sync.WaitGroup // those accepted, and one for the Listener itself
}

var _ transport.Listener = (*Listener)(nil)

// Listen accepts tunnels on pc as the site of that identity. Stateless-reset
// and token keys derive from it, so an agent learns of a restart at once. The
// socket stays the caller's, to be closed after the last tunnel; nothing else
// may read from it meanwhile.
func Listen(pc net.PacketConn, id ed25519.PrivateKey, opts ...Option) (*Listener, error) {
	o := options{admit: DefaultAdmit, budget: DefaultBudget}
	for _, set := range opts {
		set(&o)
	}
	cert, err := identity.Certificate(id)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	l := &Listener{
		tls:     identity.Accept(cert, wire.ALPN),
		limiter: rate.NewLimiter(rate.Limit(o.admit), max(1, int(o.admit))),
		budget:  newBudget(o.budget),
	}
	if err := l.listen(pc, id); err != nil {
		return nil, fmt.Errorf("listen on %v: %w", pc.LocalAddr(), err)
	}
	return l, nil
}

func (l *Listener) listen(pc net.PacketConn, id ed25519.PrivateKey) error {
	reset := quic.StatelessResetKey(derive(id, "jump quic stateless reset 1"))
	token := quic.TokenGeneratorKey(derive(id, "jump quic address token 1"))
	l.transport = &quic.Transport{
		Conn:                pc,
		ConnectionIDLength:  connectionID,
		StatelessResetKey:   &reset,
		TokenGeneratorKey:   &token,
		VerifySourceAddress: l.suspicious,
		ConnContext:         l.admit,
	}
	c := config()
	c.MaxIncomingStreams = streamsFromAgent
	c.AllowConnectionWindowIncrease = l.budget.grow
	ln, err := l.transport.Listen(&tls.Config{GetConfigForClient: l.choose}, c)
	if err != nil {
		return errors.Join(err, l.transport.Close())
	}
	l.listener = ln
	l.tunnels.Add(1)
	return nil
}

// choose picks by application protocol what a connection is. Agents are the
// only ones so far; whatever else the port will carry gets its row here, with
// its own certificate and its own idea of clients.
func (l *Listener) choose(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	for _, p := range hello.SupportedProtos {
		if p == wire.ALPN {
			return l.tls, nil
		}
	}
	return nil, errors.New("no application protocol that this port speaks")
}

var errBusy = errors.New("too many handshakes at once")

func (l *Listener) admit(ctx context.Context, _ *quic.ClientInfo) (context.Context, error) {
	if !l.limiter.Allow() {
		return nil, errBusy
	}
	return ctx, nil
}

func (l *Listener) suspicious(net.Addr) bool {
	return l.limiter.Tokens() < float64(l.limiter.Burst())/2
}

// Accept returns the next tunnel whose handshake is complete.
func (l *Listener) Accept(ctx context.Context) (transport.Tunnel, error) {
	for {
		conn, err := l.listener.Accept(ctx)
		if errors.Is(err, quic.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
			err = fmt.Errorf("%w: %w", transport.ErrClosed, err)
		}
		if err != nil {
			return nil, fmt.Errorf("accept: %w", err)
		}
		l.tunnels.Add(1)
		t, err := newTunnel(conn, func() {
			l.budget.release(conn)
			l.tunnels.Done()
		})
		if err == nil {
			return t, nil
		}
		l.tunnels.Done()
		conn.CloseWithError(codeClosed, "no key") // the handshake has refused such already
	}
}

// Addr returns the address of the socket.
func (l *Listener) Addr() net.Addr { return l.listener.Addr() }

// Close stops accepting. Tunnels live on, and what serves them ends with the
// last.
func (l *Listener) Close() error {
	err := l.listener.Close()
	l.closing.Do(func() {
		l.tunnels.Done()
		go func() { // owned by the tunnels that are left; ends with the last
			l.tunnels.Wait()
			l.transport.Close()
		}()
	})
	if err != nil && !errors.Is(err, quic.ErrServerClosed) {
		return fmt.Errorf("close listener: %w", err)
	}
	return nil
}
