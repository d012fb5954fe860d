package agent

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// errCalled ends a tunnel when the site calls: it knows of none then.
var errCalled = errors.New("the site has called")

// oldTunnel is how long a call waits before it takes the place of a tunnel that
// stands: one that crossed it on the way is hung up by the site at once.
const oldTunnel = time.Second

// post is the place where a passive agent listens (requirement G1). Nothing
// listens unless the site wants it and the owner of the computer allows it.
type post struct {
	listener transport.Listener // nil: nothing listens
	end      context.CancelFunc
	accepts  sync.WaitGroup
	calls    chan transport.Tunnel
	next     transport.Tunnel // a call that is to be answered; nil: none
}

// adjust listens, or does not any more, as the site wants it, and reports
// whether that has changed.
func (a *agent) adjust() bool {
	wanted := a.Learned.Settings.Passive && a.Listen != nil
	switch {
	case wanted == (a.post.listener != nil):
		return false
	case !wanted:
		a.hangUp()
		return true
	}
	l, err := a.Listen()
	if err != nil {
		a.Log.Error("this client is passive, but cannot listen, and keeps its tunnel", "error", err)
		return false
	}
	ctx, end := context.WithCancel(context.Background())
	a.post.listener, a.post.end = l, end
	a.post.accepts.Go(func() { take(ctx, l, a.post.calls) })
	a.Log.Info("listening for the site, which wants this client to be passive", "on", l.Addr().String())
	return true
}

// hangUp closes the listening socket; a tunnel that came through it lives on.
func (a *agent) hangUp() {
	if a.post.listener == nil {
		return
	}
	if err := a.post.listener.Close(); err != nil {
		a.Log.Error("the listening socket was not closed", "error", err)
	}
	a.post.end()
	a.post.accepts.Wait()
	a.post.listener = nil
	a.Log.Info("not listening any more")
}

// take hands calls on until ctx or the listener ends.
func take(ctx context.Context, l transport.Listener, calls chan<- transport.Tunnel) {
	for {
		t, err := l.Accept(ctx)
		if err != nil {
			return
		}
		select {
		case calls <- t:
		case <-t.Context().Done():
		case <-ctx.Done():
			t.Close("this client does not listen any more")
		}
	}
}

// reach is how the site can call this agent.
func (a *agent) reach() *wire.Reach {
	r := &wire.Reach{Allowed: a.Listen != nil}
	if a.post.listener == nil {
		return r
	}
	if at, err := netip.ParseAddrPort(a.post.listener.Addr().String()); err == nil {
		r.Port = at.Port()
	}
	if a.Addresses != nil {
		for _, x := range a.Addresses() {
			if len(r.Addresses) < wire.MaxAddresses {
				r.Addresses = append(r.Addresses, x.Unmap().WithZone("").String())
			}
		}
	}
	return r
}

// obey takes in settings that came through a tunnel, and tells the site how it
// can call from now on, if that has changed.
func (l *link) obey() {
	l.agent.settle(l.wishes)
	if !l.agent.adjust() {
		return
	}
	if err := l.send(wire.TypeReach, l.agent.reach()); err != nil {
		l.agent.Log.Warn("the site was not told how it can call", "error", err) // the tunnel has ended
	}
}

// answered returns the call that is to be answered, nil if there is none.
func (a *agent) answered() transport.Tunnel {
	t := a.post.next
	a.post.next = nil
	return t
}

// gives reports whether a call takes the place of the tunnel that stands.
func (a *agent) gives(life context.Context, call transport.Tunnel) bool {
	wait := time.NewTimer(oldTunnel)
	defer wait.Stop()
	select {
	case <-call.Context().Done():
		return false
	case <-life.Done():
	case <-wait.C:
	}
	a.post.next = call
	return true
}

// reachSite dials the site, unless it calls first.
func (a *agent) reachSite(ctx context.Context) (transport.Tunnel, error) {
	if t := a.answered(); t != nil {
		return t, nil
	}
	if a.post.listener == nil {
		return a.Dialer.Dial(ctx)
	}
	type result struct {
		t   transport.Tunnel
		err error
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	dialled := make(chan result, 1)
	go func() { // ends soon after ctx
		t, err := a.Dialer.Dial(ctx)
		dialled <- result{t, err}
	}()
	select {
	case r := <-dialled:
		return r.t, r.err
	case call := <-a.post.calls:
		cancel()
		if r := <-dialled; r.err == nil {
			r.t.Close("the site was faster")
		}
		return call, nil
	}
}

// checkIn is when a passive agent that was let go checks in next.
func (a *agent) checkIn(bye *goodbyeError) time.Duration {
	a.backoff.Reset()
	if bye.RetryAfter == 0 {
		return a.Learned.Settings.CheckIn()
	}
	return wish(bye.RetryAfter)
}

// checkedIn reports whether a tunnel ended because the site needs none.
func checkedIn(err error) (*goodbyeError, bool) {
	var bye *goodbyeError
	ok := errors.As(err, &bye) && bye.Code == wire.CodeCheckedIn
	return bye, ok
}
