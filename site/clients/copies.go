package clients

import (
	"context"
	"fmt"

	"jump/site/bus"
	"jump/site/copies"
	"jump/site/message"
	"jump/site/store"
	"jump/transport/wire"
)

// FateError says that an agent is a copy whose fate an administrator has
// decided.
type FateError struct{ copies.Copy }

// Error says so.
func (e *FateError) Error() string {
	return fmt.Sprintf("copy %d of the client was decided about: %s", e.Number, e.Fate)
}

// turn waits until nobody else decides who a client is, and lets nobody else
// until free is called.
func (r *Registry) turn(ctx context.Context, id wire.ID) (free func(), err error) {
	for {
		r.mu.Lock()
		theirs, taken := r.turns[id]
		if !taken {
			mine := make(chan struct{})
			r.turns[id] = mine
			r.mu.Unlock()
			return func() {
				r.mu.Lock()
				defer r.mu.Unlock()
				delete(r.turns, id)
				close(mine)
			}, nil
		}
		r.mu.Unlock()
		select {
		case <-theirs:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// recognize returns the number of the copy of a client that connects; 0 for one
// that was not known until now.
func (r *Registry) recognize(ctx context.Context, c *store.Client, n store.Connection) (uint64, error) {
	who := c.Copies.Recognize(copies.Question{
		Shown: n.Join, Last: c.Connection, Uninstalled: !c.UninstalledAt.IsZero(),
		Late:     !n.At.IsZero() && n.At.Before(c.ConnectedAt),
		Occupied: func(number uint64) bool { return r.occupied(ctx, c.ID, number) },
	})
	switch {
	case who.Superseded:
		return 0, fmt.Errorf("client %s: %w", c.ID, ErrSuperseded)
	case who.Copy.Fate != copies.FateNone:
		return 0, &FateError{who.Copy}
	}
	return who.Copy.Number, nil
}

// occupied reports whether a copy has a tunnel at whose end somebody answers.
func (r *Registry) occupied(ctx context.Context, id wire.ID, copy uint64) bool {
	r.mu.Lock()
	var link Link
	if l := r.live[id]; l != nil {
		for _, p := range l.all {
			if p.copy == copy {
				link = p.link
			}
		}
	}
	r.mu.Unlock()
	return link != nil && link.Alive(ctx)
}

// watchOver does what a connection means for others: a client with copies holds
// no conversations, and administrators are told.
func (r *Registry) watchOver(ctx context.Context, before, after *store.Client, shown uint64) {
	if shown > before.Connection {
		a, fresh, err := r.store.NoteRestored(ctx)
		if err != nil {
			r.log.Error("an alarm was not raised", "error", err)
		} else if fresh {
			r.log.Warn("clients show join counters from the future: the database of the site is an old backup")
			r.bus.Publish(bus.Event{Kind: bus.KindAlarm, Data: a})
		}
	}
	if after.QuarantinedAt.IsZero() {
		return
	}
	r.mu.Lock()
	var all []presence
	if l := r.live[after.ID]; l != nil {
		all = append(all, l.all...)
	}
	r.mu.Unlock()
	for _, p := range all {
		p.link.Suspend()
	}
	if before.QuarantinedAt.IsZero() || len(before.Copies) != len(after.Copies) {
		r.log.Warn("two computers show the key of one client: is its disk a copy?", "client", after.ID.String(), "name", after.Name)
		r.tellAlarm(ctx, after.ID)
	}
}

func (r *Registry) tellAlarm(ctx context.Context, id wire.ID) {
	a, err := r.store.AlarmAbout(ctx, id)
	if err != nil {
		r.log.Error("an alarm was not announced", "client", id.String(), "error", err)
		return
	}
	r.bus.Publish(bus.Event{Kind: bus.KindAlarm, Data: a})
}

// Settle carries out what an administrator decides about the copies of a client
// (store.Decision). ErrNotFound if there is nothing to decide; a *wire.Refused
// if it cannot be true.
func (r *Registry) Settle(ctx context.Context, id wire.ID, d store.Decision, by string) (Client, error) {
	free, err := r.turn(ctx, id)
	if err != nil {
		return Client{}, err
	}
	defer free()
	before, err := r.Get(ctx, id)
	if err != nil {
		return Client{}, err
	}
	if d.Fate == copies.FateNone {
		if d.Copy, err = oneMachine(&before); err != nil {
			return Client{}, err
		}
	}
	c, err := r.store.Settle(ctx, id, d, by)
	if err != nil {
		return Client{}, err
	}
	if alone := r.part(&c); alone && c.Online {
		if c, err = r.store.Disconnect(ctx, id, c.Connection); err != nil {
			return Client{}, err
		}
	}
	r.tellAlarm(ctx, id)
	return r.publish(c), nil
}

// oneMachine returns the copy that a client is if all are one machine: the one
// that is connected, or was last.
func oneMachine(c *Client) (uint64, error) {
	var last copies.Copy
	connected := 0
	for _, x := range c.Copies.Undecided() {
		if c.Live[x.Number] {
			connected++
		}
		if last.Number == 0 || c.Live[x.Number] || !c.Live[last.Number] && x.SeenAt.After(last.SeenAt) {
			last = x
		}
	}
	if connected > 1 {
		return 0, message.Refused(message.CodeTwoConnected)
	}
	return last.Number, nil
}

// part takes leave of copies that are the client no more, and reports whether
// nobody is left.
func (r *Registry) part(c *store.Client) (alone bool) {
	fates := map[uint64]copies.Fate{}
	for _, x := range c.Copies {
		fates[x.Number] = x.Fate
	}
	gone, alone := r.expel(c.ID, fates)
	for _, p := range gone {
		switch fates[p.copy] {
		case copies.FateRemove:
			p.link.Remove("This client is a copy of another, and was removed from the site.")
		case copies.FateRenew:
			p.link.Renew(p.copy)
		default: // it comes back and is asked who it is
			p.link.Close("an administrator has decided about copies of this client")
		}
	}
	return alone
}

// expel takes the presences out that are not of the client as it is now, and
// reports whether none is left.
func (r *Registry) expel(id wire.ID, fates map[uint64]copies.Fate) (gone []presence, alone bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.live[id]
	if l == nil {
		return nil, true
	}
	var stay []presence
	for _, p := range l.all {
		if fate, known := fates[p.copy]; known && fate == copies.FateNone {
			stay = append(stay, p)
		} else {
			gone = append(gone, p)
		}
	}
	if l.all = stay; len(stay) == 0 {
		delete(r.live, id)
	}
	return gone, len(stay) == 0
}

// Renew makes a client of its own out of a copy; see store.Renew.
func (r *Registry) Renew(ctx context.Context, old wire.ID, copy uint64, e store.Enrolment) (store.Client, bool, error) {
	made, created, err := r.store.Renew(ctx, old, copy, e)
	if err != nil {
		return made, created, err
	}
	if c, err := r.store.Client(ctx, old); err == nil {
		r.publish(c)
	}
	return made, created, nil
}

// Readopt takes in a client that the database has lost; see store.Readopt.
func (r *Registry) Readopt(ctx context.Context, e store.Enrolment) (store.Client, bool, error) {
	return r.store.Readopt(ctx, e)
}
