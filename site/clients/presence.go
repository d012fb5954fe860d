package clients

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jump/site/store"
	"jump/transport/wire"
)

// ErrSuperseded says that a client has connected again in the meantime.
var ErrSuperseded = errors.New("superseded by a newer tunnel")

// Join notes that a client is connected by this link, and returns it with the
// number of the connection. An older link of the same client is closed; if this
// one is the older by now, the error wraps ErrSuperseded. After a success Leave
// must follow.
func (r *Registry) Join(ctx context.Context, id wire.ID, l Link, n store.Connection) (Client, error) {
	c, err := r.store.Connect(ctx, id, n)
	if err != nil {
		return Client{}, err
	}
	connection := c.Connection
	old, err := r.enter(id, presence{l, connection})
	if err != nil {
		return Client{}, err
	}
	if old != nil {
		old.Close("replaced by a newer tunnel of the same client")
	}
	// Whoever removes the client from here on finds the link. Whoever did so
	// since Connect did not.
	if c, err = r.store.Client(ctx, id); err != nil {
		return Client{}, errors.Join(err, r.Leave(context.WithoutCancel(ctx), id, connection, false))
	}
	return r.publish(c), nil
}

// enter makes p the client's presence and returns the link that was before.
func (r *Registry) enter(id wire.ID, p presence) (Link, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.live[id]
	if old.connection > p.connection {
		return nil, fmt.Errorf("connection %d: %w", p.connection, ErrSuperseded)
	}
	r.live[id] = p
	delete(r.reports, id)
	return old.link, nil
}

// Leave notes that a connection is over. It does nothing if the client has
// connected again or was removed since. Uninstalled says that the client was
// uninstalled on its computer (requirement E10).
func (r *Registry) Leave(ctx context.Context, id wire.ID, connection uint64, uninstalled bool) error {
	if live, stopping := r.exit(id, connection); !live || stopping && !uninstalled {
		return nil
	}
	c, err := r.leave(ctx, id, connection, uninstalled)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil // removed since
	case err != nil:
		return fmt.Errorf("note the end of connection %d: %w", connection, err)
	}
	r.publish(c)
	return nil
}

func (r *Registry) leave(ctx context.Context, id wire.ID, connection uint64, uninstalled bool) (store.Client, error) {
	if uninstalled {
		return r.store.MarkUninstalled(ctx, id)
	}
	return r.store.Disconnect(ctx, id, connection)
}

// exit takes a presence out. It reports whether there was one, and whether the
// site is stopping, when Run notes that all clients are offline.
func (r *Registry) exit(id wire.ID, connection uint64) (live, stopping bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.isLiveLocked(id, connection) {
		return false, r.stopping
	}
	delete(r.live, id)
	delete(r.reports, id)
	return true, r.stopping
}

func (r *Registry) isLiveLocked(id wire.ID, connection uint64) bool {
	p, live := r.live[id]
	return live && p.connection == connection
}

// Report takes in what a client says about itself. It is stored soon, together
// with what others say.
func (r *Registry) Report(id wire.ID, connection uint64, facts wire.Status) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.isLiveLocked(id, connection) || r.stopping {
		return
	}
	r.reports[id] = facts
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
	pause := time.NewTicker(storeEvery)
	defer pause.Stop()
	for {
		select {
		case <-r.reported:
			if err := r.flush(ctx); err != nil && ctx.Err() == nil {
				r.log.Error("status of clients not stored", "error", err)
			}
		case <-ctx.Done():
			r.Stop()
			return r.store.DisconnectAll(context.WithoutCancel(ctx))
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
	}
}

// Stop says that the site is stopping: what ends from now on is not stored one
// by one, which would take minutes for a large fleet, but all at once at the
// end of Run.
func (r *Registry) Stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopping = true
}

func (r *Registry) flush(ctx context.Context) error {
	r.mu.Lock()
	reports := make([]store.Report, 0, len(r.reports))
	for id, facts := range r.reports {
		reports = append(reports, store.Report{ID: id, Facts: facts})
	}
	clear(r.reports)
	r.mu.Unlock()
	visible, err := r.store.SaveReports(ctx, reports)
	for _, c := range visible {
		r.publish(c)
	}
	return err
}
