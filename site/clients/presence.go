package clients

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"jump/site/copies"
	"jump/site/store"
	"jump/transport/wire"
)

// ErrSuperseded says that a client has connected again in the meantime.
var ErrSuperseded = errors.New("superseded by a newer tunnel")

// Join notes that a client is connected by this link, and returns it with the
// number of the connection, and the copy of it that this is. An older link of
// the same copy is closed; if this one is the older by now, the error wraps
// ErrSuperseded. A copy whose fate was decided is not let in: *FateError. After
// a success Leave must follow.
func (r *Registry) Join(ctx context.Context, id wire.ID, l Link, n store.Connection) (Client, copies.Copy, error) {
	free, err := r.turn(ctx, id)
	if err != nil {
		return Client{}, copies.Copy{}, err
	}
	defer free()
	if err := r.settleKept(ctx, id); err != nil {
		return Client{}, copies.Copy{}, err
	}
	before, err := r.store.Client(ctx, id)
	if err != nil {
		return Client{}, copies.Copy{}, err
	}
	if n.Copy, err = r.recognize(ctx, &before, n); err != nil {
		return Client{}, copies.Copy{}, err
	}
	c, joined, err := r.store.Connect(ctx, id, n)
	if err != nil {
		return Client{}, copies.Copy{}, err
	}
	if old := r.enter(id, presence{l, c.Connection, joined.Number}); old != nil {
		old.Close("replaced by a newer tunnel of the same client")
	}
	r.watchOver(ctx, &before, &c, n.Join)
	// Whoever removes the client from here on finds the link. Whoever did so
	// since Connect did not.
	connection := c.Connection
	if c, err = r.store.Client(ctx, id); err != nil {
		return Client{}, joined, errors.Join(err, r.Leave(context.WithoutCancel(ctx), id, connection, false))
	}
	return r.publish(c), joined, nil
}

// enter makes p a presence of the client, in the place of that of the same copy,
// of which it returns the link.
func (r *Registry) enter(id wire.ID, p presence) (old Link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.live[id]
	if l == nil {
		l = &lives{}
		r.live[id] = l
	}
	l.all = slices.DeleteFunc(l.all, func(x presence) bool {
		if x.copy == p.copy {
			old = x.link
		}
		return x.copy == p.copy
	})
	l.all, l.newest = append(l.all, p), p.connection
	if k := r.calls[id]; k != nil {
		k.joined(errJoined)
	}
	delete(r.reports, id)
	return old
}

// Leave notes that a connection is over. It does nothing if the client has
// connected again or was removed since. Uninstalled says that the client was
// uninstalled on its computer (requirement E10).
func (r *Registry) Leave(ctx context.Context, id wire.ID, connection uint64, uninstalled bool) error {
	newest, gone, stopping := r.exit(id, connection)
	if !gone || stopping && !uninstalled {
		return nil
	}
	c, err := r.leave(ctx, id, newest, uninstalled)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil // removed since
	case err != nil:
		return fmt.Errorf("note the end of connection %d: %w", connection, err)
	}
	r.publish(c)
	return nil
}

// leave notes that a tunnel is gone. newest is 0 if the client has another.
func (r *Registry) leave(ctx context.Context, id wire.ID, newest uint64, uninstalled bool) (store.Client, error) {
	c, err := r.store.Client(ctx, id)
	switch {
	case err != nil || newest == 0:
		return c, err
	case uninstalled && c.QuarantinedAt.IsZero():
		return r.store.MarkUninstalled(ctx, id)
	}
	// Of two copies one was uninstalled: which of them is the client is still
	// for the administrator to say.
	return r.store.Disconnect(ctx, id, newest)
}

// exit takes a presence out. It reports whether there was one, the number of
// the newest connection if it was the client's last, and whether the site is
// stopping, when Run notes that all clients are offline.
func (r *Registry) exit(id wire.ID, connection uint64) (newest uint64, gone, stopping bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.live[id]
	if l == nil {
		return 0, false, r.stopping
	}
	before := len(l.all)
	l.all = slices.DeleteFunc(l.all, func(p presence) bool { return p.connection == connection })
	if len(l.all) == 0 {
		newest = l.newest
		delete(r.live, id)
		delete(r.reports, id)
	}
	return newest, len(l.all) < before, r.stopping
}

// isLatestLocked reports whether what comes by that connection speaks for the
// client.
func (r *Registry) isLatestLocked(id wire.ID, connection uint64) bool {
	l, live := r.live[id]
	return live && l.latest().connection == connection
}

// Report takes in what a client says about itself. It is stored soon, together
// with what others say.
func (r *Registry) Report(id wire.ID, connection uint64, facts wire.Status) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.isLatestLocked(id, connection) || r.stopping {
		return
	}
	r.reports[id] = facts
	r.wakeLocked()
}

// Kept takes in that a copy has a join counter on its disk. It is stored with
// the next reports; if that is lost, the counter is not taken for another's.
func (r *Registry) Kept(id wire.ID, copy, counter uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.kept[id]) == maxKept {
		return // nobody needs so many; the counter is shown with the next connection
	}
	r.kept[id] = append(r.kept[id], store.Confirmation{ID: id, Copy: copy, Counter: counter})
	r.wakeLocked()
}

// maxKept bounds what a client can make us remember between two flushes.
const maxKept = 16

// settleKept stores what a client has confirmed until now.
func (r *Registry) settleKept(ctx context.Context, id wire.ID) error {
	r.mu.Lock()
	kept := r.kept[id]
	delete(r.kept, id)
	r.mu.Unlock()
	if len(kept) == 0 {
		return nil
	}
	return r.store.Confirm(ctx, kept)
}

func (r *Registry) wakeLocked() {
	select {
	case r.reported <- struct{}{}:
	default:
	}
}

// storeEvery is how long reports are collected at least, so that a large fleet
// costs a few transactions a second and not thousands.
const storeEvery = 250 * time.Millisecond

// Run stores reports until ctx ends, then notes that all clients are offline.
func (r *Registry) Run(ctx context.Context) error {
	pause, look := time.NewTicker(storeEvery), time.NewTicker(lookForAbsent)
	defer pause.Stop()
	defer look.Stop()
	began := time.Now()
	for {
		select {
		case <-look.C:
			r.missAbsent(ctx, began)
		case <-r.reported:
			if err := r.flush(ctx); err != nil && ctx.Err() == nil {
				r.log.Error("status of clients not stored", "error", err)
			}
		case <-ctx.Done():
			r.Stop()
			r.calling.Wait()
			return r.store.DisconnectAll(context.WithoutCancel(ctx))
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
	}
}

// Stop says that the site is stopping: no client is called any more, and what ends from now on is not stored one
// by one, which would take minutes for a large fleet, but all at once at the
// end of Run.
func (r *Registry) Stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopping = true
	r.end()
}

func (r *Registry) flush(ctx context.Context) error {
	r.mu.Lock()
	reports := make([]store.Report, 0, len(r.reports))
	for id, facts := range r.reports {
		reports = append(reports, store.Report{ID: id, Facts: facts})
	}
	clear(r.reports)
	kept := slices.Concat(slices.Collect(maps.Values(r.kept))...)
	clear(r.kept)
	r.mu.Unlock()
	err := r.store.Confirm(ctx, kept)
	visible, failed := r.store.SaveReports(ctx, reports)
	for _, c := range visible {
		r.publish(c)
	}
	return errors.Join(err, failed)
}
