package clients

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"jump/site/message"
	"jump/site/store"
	"jump/transport"
	"jump/transport/wire"
)

// Caller makes tunnels to passive clients (requirement G1).
type Caller interface {
	// Call dials a client and has the tunnel served as if the client had dialled
	// it: it joins by itself, if it is who it should be.
	Call(ctx context.Context, id wire.ID, to []netip.AddrPort) (transport.Tunnel, error)
}

// CallWith lets the registry call passive clients. It must come before the first
// Open.
func (r *Registry) CallWith(c Caller) { r.caller = c }

// callTimeout is how long a call may take, to the client's Welcome.
const callTimeout = 12 * time.Second

// call is one that is under way. At most one is to each client.
type call struct {
	joined context.CancelCauseFunc // ends it: the client is there
	done   chan struct{}
	err    error // once done is closed
}

var errJoined = errors.New("the client has a tunnel")

// callable reports whether a passive client is expected to answer.
func callable(c *store.Client) bool {
	return c.Passive && !c.Absent && c.Reach.Port != 0 && c.UninstalledAt.IsZero()
}

// call has a passive client connected, by its own call or by that of another. A
// no is message M15: what exactly went wrong is in the log.
func (r *Registry) call(ctx context.Context, c *store.Client) (Link, error) {
	k := r.begin(c)
	select {
	case <-k.done:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if link := r.link(c.ID); link != nil {
		return link, nil
	}
	r.log.Info("a passive client was not reached", "client", c.ID.String(), "name", c.Name, "reason", k.err)
	return nil, message.Refused(wire.CodeTimeout)
}

// begin calls a client, unless somebody does so already.
func (r *Registry) begin(c *store.Client) *call {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k := r.calls[c.ID]; k != nil {
		return k
	}
	ctx, joined := context.WithCancelCause(r.life)
	k := &call{joined: joined, done: make(chan struct{})}
	r.calls[c.ID] = k
	id, to := c.ID, c.Candidates()
	r.calling.Go(func() {
		k.err = r.dial(ctx, id, to)
		joined(nil)
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.calls, id)
		close(k.done)
	})
	return k
}

// dial makes one tunnel and waits until its client has joined. If that came by
// itself meanwhile, the tunnel is one too many.
func (r *Registry) dial(ctx context.Context, id wire.ID, to []netip.AddrPort) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	t, err := r.caller.Call(ctx, id, to)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-t.Context().Done():
	}
	link := r.link(id)
	if link == nil || !link.Over(t) {
		t.Close("the call is over")
		return fmt.Errorf("the client did not join: %w", context.Cause(ctx))
	}
	at, err := netip.ParseAddrPort(t.Peer().Addr.String())
	if err != nil {
		return nil // it has none on a network in memory
	}
	return r.store.MarkReached(r.life, id, netip.AddrPortFrom(at.Addr().Unmap(), at.Port()))
}

// link returns that of a client, nil if it has none.
func (r *Registry) link(id wire.ID) Link {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l := r.live[id]; l != nil {
		return l.latest().link
	}
	return nil
}

// order tells a client that it is passive or active from now on: at once if it
// is connected, or by calling it. If it cannot be reached it hears of it when it
// checks in.
func (r *Registry) order(c *store.Client) {
	r.mu.Lock()
	var all []presence
	if l := r.live[c.ID]; l != nil {
		all = append(all, l.all...)
	}
	r.mu.Unlock()
	for _, p := range all {
		p.link.SetPassive(c.Passive)
	}
	was := *c
	was.Passive = true // while it does not know better
	if len(all) == 0 && !c.Passive && callable(&was) && r.caller != nil {
		r.begin(c)
	}
}

// Reachable takes in how a client can be called from now on.
func (r *Registry) Reachable(ctx context.Context, id wire.ID, connection uint64, reach *wire.Reach) error {
	r.mu.Lock()
	latest := r.isLatestLocked(id, connection)
	r.mu.Unlock()
	if !latest {
		return nil
	}
	c, err := r.store.SetReach(ctx, id, reach)
	if errors.Is(err, store.ErrNotFound) {
		return nil // removed since
	}
	if err == nil {
		r.publish(c)
	}
	return err
}

// lookForAbsent is how often passive clients are looked for that do not check in.
const lookForAbsent = 20 * time.Second

// missAbsent notes who has not checked in for too long.
func (r *Registry) missAbsent(ctx context.Context, since time.Time) {
	gone, err := r.store.MarkAbsent(ctx, since)
	if err != nil && ctx.Err() == nil {
		r.log.Error("clients that did not check in were not noted", "error", err)
	}
	for _, c := range gone {
		r.log.Info("a passive client has not checked in", "client", c.ID.String(), "name", c.Name, "last_seen", c.LastSeenAt)
		r.publish(c)
	}
}
