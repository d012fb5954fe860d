package quic

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/quic-go/quic-go"

	"jump/internal/handover"
	"jump/transport"
	"jump/transport/identity"
	"jump/transport/limit"
	"jump/transport/wire"
)

// Option changes a Listener.
type Option func(*options)

type options struct {
	admission *limit.Admission
	budget    *limit.Budget
	others    Others
}

// Admit lets a decide how many handshakes a second begin, limit.DefaultAdmit
// without it. The rest is refused before any cryptography, and while it is busy
// a client has to prove its address first (RFC 9000 section 8.1.2).
func Admit(a *limit.Admission) Option { return func(o *options) { o.admission = a } }

// Windows lets all flow-control windows of the listener together grow by what b
// has left, limit.DefaultBudget without it.
func Windows(b *limit.Budget) Option { return func(o *options) { o.budget = b } }

// Listener accepts tunnels at a site, on one socket.
type Listener struct {
	transport *quic.Transport
	listener  *quic.Listener
	tls       *tls.Config
	others    Others // nil: there are none
	admission *limit.Admission
	budget    *budget
	lookout   *lookout
	ready     handover.Point[transport.Tunnel]
	failed    atomic.Pointer[error] // why quic-go accepts no more; nil: it does
	closing   sync.Once
	tunnels   sync.WaitGroup // those accepted, others, and one for the Listener itself
}

var _ transport.Listener = (*Listener)(nil)

// Listen accepts tunnels on pc as the site of that identity. Stateless-reset
// and token keys derive from it, so an agent learns of a restart at once. The
// socket stays the caller's, to be closed after the last tunnel; nothing else
// may read from it meanwhile.
func Listen(pc net.PacketConn, id ed25519.PrivateKey, opts ...Option) (*Listener, error) {
	o := options{admission: limit.NewAdmission(limit.DefaultAdmit), budget: limit.NewBudget(limit.DefaultBudget)}
	for _, set := range opts {
		set(&o)
	}
	cert, err := identity.Certificate(id)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	l := &Listener{
		tls:       identity.Accept(cert, wire.ALPN),
		others:    o.others,
		admission: o.admission,
		budget:    newBudget(o.budget),
		lookout:   newLookout(),
		ready:     handover.New[transport.Tunnel](),
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
	if l.others != nil {
		welcomeOthers(c)
	}
	ln, err := l.transport.Listen(&tls.Config{GetConfigForClient: l.choose}, c)
	if err != nil {
		return errors.Join(err, l.transport.Close())
	}
	l.listener = ln
	l.tunnels.Add(1)
	for range acceptors {
		go l.run() // ends with Close
	}
	return nil
}

// choose picks by application protocol what a connection is: a tunnel, if it
// offers to be one, or one of the others.
func (l *Listener) choose(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	if slices.Contains(hello.SupportedProtos, wire.ALPN) {
		return l.tls, nil
	}
	if l.others != nil && slices.ContainsFunc(hello.SupportedProtos, l.isOther) {
		return l.others.TLS(), nil
	}
	return nil, errors.New("no application protocol that this port speaks")
}

var errBusy = errors.New("too many handshakes at once")

func (l *Listener) admit(ctx context.Context, who *quic.ClientInfo) (context.Context, error) {
	if !l.admission.Allow(who.RemoteAddr, who.AddrVerified) {
		return nil, errBusy
	}
	return ctx, nil
}

func (l *Listener) suspicious(net.Addr) bool {
	return l.admission.Busy()
}

// acceptors is how many goroutines wait for quic-go to accept. It keeps no more
// than 32 connections for those that come later and refuses the rest, after
// all the cryptography; as many as wait already can be given one each.
const acceptors = 256

// run takes what quic-go has accepted as fast as it comes.
func (l *Listener) run() {
	for {
		conn, err := l.listener.Accept(context.Background())
		if err != nil {
			l.failed.Store(&err)
			l.ready.Close()
			return
		}
		go l.serve(conn) // ends when somebody has accepted the tunnel, or nobody can any more
	}
}

// serve makes a tunnel of a connection and waits until somebody accepts it.
func (l *Listener) serve(conn *quic.Conn) {
	l.tunnels.Add(1)
	if l.isOther(conn.ConnectionState().TLS.NegotiatedProtocol) {
		l.host(conn)
		return
	}
	t, err := newTunnel(conn, func() {
		l.budget.release(conn)
		l.tunnels.Done()
	})
	if err != nil {
		l.tunnels.Done()
		conn.CloseWithError(codeClosed, "no key") // the handshake has refused such already
		return
	}
	t.strict = l.others != nil
	l.lookout.add(t)
	if !l.ready.Put(t) {
		t.Close("the site is stopping")
	}
}

// Accept returns the next tunnel whose handshake is complete.
func (l *Listener) Accept(ctx context.Context) (transport.Tunnel, error) {
	t, err := l.ready.Get(ctx)
	if errors.Is(err, net.ErrClosed) {
		err = l.ended()
	}
	if err != nil {
		return nil, fmt.Errorf("accept: %w", err)
	}
	return t, nil
}

// ended says why nothing is accepted any more.
func (l *Listener) ended() error {
	why := l.failed.Load()
	if why == nil || errors.Is(*why, quic.ErrServerClosed) || errors.Is(*why, net.ErrClosed) {
		return fmt.Errorf("%w: the listener was closed", transport.ErrClosed)
	}
	return *why
}

// Addr returns the address of the socket.
func (l *Listener) Addr() net.Addr { return l.listener.Addr() }

// Close stops accepting. Tunnels and others live on, and what serves them ends
// with the last.
func (l *Listener) Close() error {
	err := l.listener.Close()
	l.ready.Close()
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
