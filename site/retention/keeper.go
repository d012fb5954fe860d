package retention

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"jump/site/audit"
	"jump/site/bus"
	"jump/site/store"
	"jump/transport/wire"
)

// Times of a keeper.
const (
	lookEvery = 10 * time.Minute // between two looks at the clocks
	// sweepEvery is the time between two runs, of which each has the allowance.
	sweepEvery = day
	// settle is the time for clients to come back after the site has started.
	settle = 2 * time.Hour
	// keepAbsences bounds what is remembered; the oldest are forgotten first.
	keepAbsences = 1000
)

// Clients are those of the site (package site/clients).
type Clients interface {
	// RemoveAway removes a client, unless it was seen after that time:
	// store.ErrSeen.
	RemoveAway(ctx context.Context, id wire.ID, seen time.Time, reason string) error
}

// Options are what a Keeper needs; all of them.
type Options struct {
	Store   *store.Store
	Clients Clients
	Audit   *audit.Log
	Bus     bus.Bus
	Clocks  func() (store.Look, error)
	// Changed is told the days of the setting, when it changes.
	Changed func(days int)
	Log     *slog.Logger
}

// Keeper removes clients that are away for too long. Its methods are safe for
// concurrent use.
type Keeper struct {
	Options
	wake chan struct{} // holds a token after an answer

	mu     sync.Mutex
	policy Policy
}

// New returns a keeper that removes nobody until Run is called.
func New(ctx context.Context, o Options) (*Keeper, error) {
	k := &Keeper{Options: o, wake: make(chan struct{}, 1)}
	return k, k.refresh(ctx)
}

// Run looks at the clocks and removes clients until ctx ends.
func (k *Keeper) Run(ctx context.Context) error {
	started := time.Now()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := k.turn(ctx, time.Since(started) >= settle); err != nil && ctx.Err() == nil {
			k.Log.Error("clients that are away were not looked after", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-k.wake:
		}
	}
}

// turn looks at the clocks, and sweeps if it is time to and the site has been
// there long enough for clients to come back.
func (k *Keeper) turn(ctx context.Context, settled bool) error {
	r, err := k.look(ctx)
	if err != nil || !settled {
		return err
	}
	if r.Approved.IsZero() && r.Looked.At.Sub(r.SweptAt).Abs() < sweepEvery {
		return nil
	}
	return k.sweep(ctx, r)
}

// look notes what the clocks say, and whether the time since the last look
// counts.
func (k *Keeper) look(ctx context.Context) (store.Retention, error) {
	now, err := k.Clocks()
	if err != nil {
		return store.Retention{}, err
	}
	var jumped bool
	r, err := k.Store.EditRetention(ctx, func(r *store.Retention) {
		var absent bool
		absent, jumped = between(r.Looked, now)
		if absent {
			r.Absences = append(r.Absences, store.Span{From: r.Looked.At, To: now.At})
			r.Absences = r.Absences[max(0, len(r.Absences)-keepAbsences):]
		}
		r.Looked = now
	})
	if err == nil && jumped {
		err = k.raise(ctx, KindClockJump, now.At, 1)
	}
	return r, errors.Join(err, k.refresh(ctx))
}

// sweep removes who is due, unless that needs an answer first.
func (k *Keeper) sweep(ctx context.Context, r store.Retention) error {
	open, err := k.Store.OpenAlarms(ctx)
	if err != nil || slices.ContainsFunc(open, func(a store.Alarm) bool { return a.Subject == "" }) {
		return err
	}
	now := r.Looked.At
	due, err := k.due(ctx, now)
	if err != nil {
		return err
	}
	counts, err := k.Store.Counts(ctx, nil)
	if err != nil {
		return err
	}
	approved, others := split(due, r.Approved)
	if err := k.remove(ctx, approved); err != nil {
		return err
	}
	if len(others) > allowance(counts.Total) {
		if err := k.raise(ctx, KindMassRemoval, now, len(others)); err != nil {
			return err
		}
	} else if err := k.remove(ctx, others); err != nil {
		return err
	}
	_, err = k.Store.EditRetention(ctx, func(r *store.Retention) { r.Approved, r.SweptAt = time.Time{}, now })
	return err
}

// candidate is a client that is due.
type candidate struct {
	store.Client
	at time.Time
}

func (k *Keeper) due(ctx context.Context, now time.Time) ([]candidate, error) {
	p := k.Policy()
	if p.Days == 0 {
		return nil, nil
	}
	away, err := k.Store.AwaySince(ctx, now.Add(-time.Duration(p.Days)*day))
	var due []candidate
	for _, c := range away {
		if at, ok := p.DueAt(c.LastSeenAt); ok && !at.After(now) {
			due = append(due, candidate{c, at})
		}
	}
	return due, err
}

// split separates those who were due until then.
func split(all []candidate, until time.Time) (before, after []candidate) {
	for _, c := range all {
		if c.at.After(until) {
			after = append(after, c)
		} else {
			before = append(before, c)
		}
	}
	return before, after
}

func (k *Keeper) remove(ctx context.Context, all []candidate) error {
	for _, c := range all {
		err := k.Clients.RemoveAway(ctx, c.ID, c.LastSeenAt, "This client was away from its site for too long.")
		if errors.Is(err, store.ErrSeen) || errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err == nil {
			err = k.Audit.Record(ctx, audit.Entry{Actor: audit.Retention, Action: audit.ActionClientRemove, Object: c.ID.String(),
				Details: fmt.Sprintf("%s, away since %s", c.Name, c.LastSeenAt.Format(time.DateOnly))})
		}
		if err != nil {
			return err
		}
		k.Log.Info("client removed, for it was away for too long", "client", c.ID.String(), "name", c.Name, "seen", c.LastSeenAt)
	}
	return nil
}
