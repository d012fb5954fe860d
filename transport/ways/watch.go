package ways

import (
	"context"
	"errors"
	"time"

	"jump/transport"
)

// watched is a tunnel and where it came from.
type watched struct {
	*held
	all     []Way
	way     int    // of all, that it came by
	network string // where it was made
	born    time.Time
	over    chan struct{} // closed when nobody watches any more
}

func (w *watched) name() string { return w.all[w.way].Name }

func (w *watched) best() bool { return w.way == 0 }

// watch looks after a tunnel to its end.
func (d *Dialer) watch(w *watched) {
	defer close(w.over)
	for w.Context().Err() == nil {
		next := time.NewTimer(time.Hour)
		idle := d.schedule(w, next)
		select {
		case <-w.Context().Done():
		case <-d.config.Changes:
			d.moved(w)
		case <-next.C:
			if !w.best() && !w.busy() {
				d.probe(w)
			}
		case <-idle:
		}
		next.Stop()
	}
	d.lost(w)
}

// schedule sets the timer to when the best way is to be tried. While that would
// disturb, it returns a channel that tells when it may have changed.
func (d *Dialer) schedule(w *watched, next *time.Timer) (idle <-chan struct{}) {
	if w.best() {
		return nil
	}
	wait := time.Until(d.due(time.Now()))
	if wait <= 0 && w.busy() {
		return w.idle
	}
	next.Reset(wait)
	return nil
}

// due is when the best way is tried beside a tunnel on another one.
func (d *Dialer) due(now time.Time) time.Time {
	m := d.config.Book.Memory(d.config.Network())
	at := m.Retry
	if m.due(now) {
		at = now
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if next := d.switched.Add(switchPause); !d.switched.IsZero() && at.Before(next) {
		return next
	}
	return at
}

// lost learns from how a tunnel ended.
func (d *Dialer) lost(w *watched) {
	if !w.best() || d.config.Network() != w.network {
		return
	}
	m, age := d.config.Book.Memory(w.network), time.Since(w.born)
	switch {
	case age >= youngAge:
		m.Silent = 0
	case errors.Is(context.Cause(w.Context()), transport.ErrSilent):
		m = m.silent(names(w.all), time.Now())
	}
	d.remember(w.network, m)
}

// moved lets a tunnel prove itself on a network that may be another, and the
// best way is tried there soon.
func (d *Dialer) moved(w *watched) {
	ctx, cancel := context.WithTimeout(w.Context(), renewTimeout)
	defer cancel()
	if r, ok := w.Tunnel.(transport.Renewer); ok {
		err := r.Renew(ctx)
		if err != nil && w.network != "" && d.config.Network() == "" {
			return // there is no network at all; with the next one comes another change
		}
		if err != nil {
			d.log.Info("the tunnel does not survive the change of networks", "error", err)
			w.Close("the network has changed")
			return
		}
	}
	if !w.best() {
		network := d.config.Network()
		m := d.config.Book.Memory(network)
		m.Retry = time.Now()
		d.remember(network, m)
	}
}

// probe tries the best way. If it answers, and nobody needs the tunnel at the
// moment, the next Dial gets that one.
func (d *Dialer) probe(w *watched) {
	ctx, cancel := context.WithTimeout(w.Context(), probeTimeout)
	defer cancel()
	network := d.config.Network()
	t, err := w.all[0].dial(ctx)
	m := d.config.Book.Memory(network)
	switch {
	case err != nil && w.Context().Err() != nil:
	case err != nil:
		d.log.Info("the best way to the site is still closed", "error", err)
		d.remember(network, m.failed(time.Now()))
	case w.busy() && w.Context().Err() == nil:
		t.Close("a conversation has begun")
	default:
		d.log.Info("the best way to the site is open again", "way", w.all[0].Name)
		d.remember(network, m.won(names(w.all), 0, 0, time.Now()))
		d.offer(t)
		w.Close("switching to " + w.all[0].Name)
	}
}
