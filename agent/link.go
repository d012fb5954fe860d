package agent

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// Times of one tunnel.
const (
	welcomeTimeout = 30 * time.Second // from the tunnel to Welcome
	writeTimeout   = 10 * time.Second // for the site to take one control message in
	drainTimeout   = 5 * time.Second  // for conversations to end when stopping
	lingerTimeout  = 2 * time.Second  // for the site to read Goodbye
	// hangTimeout is for what must have ended when the tunnel has. One program
	// that hangs must not make a computer unreachable.
	hangTimeout = 10 * time.Second
)

var (
	errStopping = errors.New("the client is stopping")
	errProtocol = errors.New("the site broke the protocol")
)

// link is one tunnel to the site and what happens on it. Five kinds of
// goroutines serve it, and hold waits for them: one reads the control
// stream, one tells the status, one watches the pulse, one takes in
// conversations, and one holds each of those.
type link struct {
	agent   *agent
	tunnel  transport.Tunnel
	control transport.Stream
	reader  *wire.Reader
	welcome wire.Welcome
	pulse   pulse
	wishes  chan wire.Settings // the newest that the site sent and nobody has read

	writing sync.Mutex // one message at a time on control
}

// connect makes one tunnel and serves it to its end, which the error explains.
func (a *agent) connect(ctx context.Context) error {
	l, err := a.dial(ctx)
	if a.reached = err == nil; !a.reached {
		return err
	}
	a.heard()
	defer a.heard()
	defer l.tunnel.Close("over")
	if err := l.greet(ctx); err != nil {
		return err
	}
	if a.learn(l.welcome) {
		l.confirm()
	}
	l.obey()
	a.Log.Info("connected", "site", wire.IDOf(l.tunnel.Peer().Key), "name", l.welcome.Name)
	a.Report(Presence{Online: true, Name: l.welcome.Name})
	return l.hold(ctx)
}

// dial returns a link on which nothing was said yet. Its tunnel must be closed.
func (a *agent) dial(ctx context.Context) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	t, err := a.reachSite(ctx)
	if err != nil {
		return nil, err
	}
	return &link{agent: a, tunnel: t, pulse: pulse{busy: make(chan struct{}, 1)}, wishes: make(chan wire.Settings, 1)}, nil
}

// learn keeps what a Welcome says, and reports whether it is on the disk. From
// then on this is an enrolled agent. A join state that may not be on the disk is
// not shown: the site takes it for another computer's if the one before comes
// back after a power cut.
func (a *agent) learn(w wire.Welcome) (kept bool) {
	before := a.Learned.Join
	a.Learned.Enrolled = true
	a.Learned.Name = w.Name
	a.Learned.Join = w.Join
	a.Learned.Settings = w.Settings
	if kept = a.keep(); !kept {
		a.Learned.Join = before
	}
	return kept
}

// confirm tells the site that its join state is on the disk.
func (l *link) confirm() {
	if l.welcome.Join == nil {
		return
	}
	if err := l.send(wire.TypeKept, wire.Kept{Counter: l.welcome.Join.Counter}); err != nil {
		l.agent.Log.Warn("the join state was not confirmed", "error", err) // the tunnel has ended
	}
}

// confirm writes once more what the process before this one has learned. If it
// was killed while it wrote, what can be read may not yet be on the disk.
func (a *agent) confirm() {
	if a.Learned.Join != nil {
		a.keep()
	}
}

// keep stores what was learned, and reports whether it could. To be reachable
// matters more than to remember: the site knows its agents by their keys.
func (a *agent) keep() bool {
	err := a.Keep(a.Learned)
	if err != nil {
		a.Log.Error("what the site said was not stored", "error", err)
	}
	return err == nil
}

// greet says Hello and reads the answer.
func (l *link) greet(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, welcomeTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, func() { l.tunnel.Close("given up") })()
	control, err := l.tunnel.Open(ctx)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	l.control, l.reader = control, wire.NewReader(control, wire.MaxControl)
	if err := wire.Send(control, wire.TypeHello, l.agent.hello(ctx, l.tunnel.Peer().Binding)); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	if err := l.answer(); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}

// hello is what this agent says first. The enrolment signs the tunnel's
// binding, so it is made anew for each.
func (a *agent) hello(ctx context.Context, binding []byte) wire.Hello {
	h := wire.Hello{
		Protocol: wire.Version, Version: a.Version, Capabilities: a.Capabilities,
		Status: a.facts(ctx), Join: a.Learned.Join, Reach: a.reach(),
	}
	switch {
	case a.Learned.Enrolled:
	case a.Renewal != nil:
		h.Renewal = a.Renewal
	case a.Enrolment != nil:
		h.Enrolment = a.Enrolment.sign(a.id(), binding)
	}
	return h
}

func (e *Enrolment) sign(agent wire.ID, binding []byte) *wire.Enrolment {
	text := wire.EnrolmentText(e.KeyID[:], agent, binding)
	signature, err := e.Signer.Sign(nil, text, noHash)
	if err != nil {
		panic("agent: " + err.Error()) // only for options that Ed25519 does not know
	}
	return &wire.Enrolment{KeyID: e.KeyID[:], Signature: signature, Wishes: e.Wishes}
}

// answer reads messages until one settles whether this agent is welcome.
func (l *link) answer() error {
	for {
		kind, body, err := l.reader.Next()
		if err != nil {
			return readError(err)
		}
		if kind == wire.TypeWelcome {
			return protocolError(wire.Unmarshal(body, &l.welcome))
		}
		if err := farewell(kind, body); err != nil {
			return err
		}
	}
}

// farewell returns the error that a message means, nil if it is none that ends
// a tunnel.
func farewell(kind wire.Type, body []byte) error {
	switch kind {
	case wire.TypeRefused:
		var r wire.Refused
		if err := wire.Unmarshal(body, &r); err != nil {
			return protocolError(err)
		}
		return &r
	case wire.TypeRemoved:
		var r wire.Removed
		if err := wire.Unmarshal(body, &r); err != nil {
			return protocolError(err)
		}
		return &removedError{r}
	case wire.TypeGoodbye:
		var g wire.Goodbye
		if err := wire.Unmarshal(body, &g); err != nil {
			return protocolError(err)
		}
		return &goodbyeError{g}
	}
	return nil
}

func protocolError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", errProtocol, err)
}

// readError tells a site that talks nonsense from one that is gone.
func readError(err error) error {
	if errors.Is(err, wire.ErrTooLong) {
		return protocolError(err)
	}
	return fmt.Errorf("read the control stream: %w", err)
}

// hold serves a welcomed link until ctx or the tunnel ends.
func (l *link) hold(ctx context.Context) error {
	life, end := context.WithCancelCause(l.tunnel.Context())
	defer end(nil)
	talks := newTalks(l, life)
	var all sync.WaitGroup
	all.Go(func() { end(l.listen()) })
	all.Go(func() { l.tell(life) })
	all.Go(func() { l.watch(life) })
	all.Go(func() { talks.accept(life) })
	for life.Err() == nil {
		select {
		case <-life.Done():
		case call := <-l.agent.post.calls:
			if l.agent.gives(life, call) {
				end(errCalled)
			}
		case <-ctx.Done():
			l.leave(life, talks)
			end(errStopping)
		}
	}
	l.tunnel.Close("over")
	if !within(hangTimeout, all.Wait) {
		l.agent.Log.Error("a conversation hangs and is left behind", "open", len(talks.free))
	}
	l.agent.settle(l.wishes)
	return context.Cause(life)
}

// settle keeps settings that came in at the last moment.
func (a *agent) settle(wishes <-chan wire.Settings) {
	select {
	case s := <-wishes:
		a.adopt(s)
	default:
	}
}

func (a *agent) adopt(s wire.Settings) {
	a.Learned.Settings = s
	a.keep()
}

// leave ends in good order: conversations first, each in its own way, then the
// tunnel.
func (l *link) leave(life context.Context, talks *talks) {
	if open := talks.stop(drainTimeout); open > 0 {
		l.agent.Log.Warn("stopping without waiting for conversations that do not end", "open", open)
	}
	l.agent.release()
	if l.send(wire.TypeGoodbye, wire.Goodbye{Code: wire.CodeRestarting}) != nil {
		return
	}
	linger, cancel := context.WithTimeout(life, lingerTimeout)
	defer cancel()
	<-linger.Done() // a polite site closes the tunnel once it has read it
}

// send writes one control message. A site that does not take it in in time has
// lost the tunnel.
func (l *link) send(kind wire.Type, v any) error {
	body, err := wire.Marshal(v)
	if err != nil {
		return err
	}
	return l.write(kind, body)
}

func (l *link) write(kind wire.Type, body []byte) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	late := time.AfterFunc(writeTimeout, func() { l.tunnel.Close("the site does not read the control stream") })
	defer late.Stop()
	return wire.Write(l.control, kind, body)
}
