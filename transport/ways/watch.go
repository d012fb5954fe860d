package ways

import (
	"context"
	"errors"
	"time"

	"jump/transport"
)

// watch looks after a tunnel to its end.
func (d *Dialer) watch(h *held, all []Way, way int) {
	born := time.Now()
	for {
		var probe <-chan time.Time
		if way > 0 {
			timer := time.NewTimer(time.Until(d.due(time.Now())))
			defer timer.Stop()
			probe = timer.C
		}
		select {
		case <-h.Context().Done():
			d.lost(h, all, way, time.Since(born))
			return
		case <-d.config.Changes:
			d.moved(h, way)
		case <-probe:
			d.probe(h, all)
		}
	}
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
func (d *Dialer) lost(h *held, all []Way, way int, age time.Duration) {
	network := d.config.Network()
	m := d.config.Book.Memory(network)
	silent := errors.Is(context.Cause(h.Context()), transport.ErrSilent)
	switch {
	case way == 0 && silent && age < youngAge:
		d.remember(network, m.silent(names(all), time.Now()))
	case way == 0 && m.Silent > 0 && age >= youngAge:
		m.Silent = 0
		d.remember(network, m)
	}
}

// moved lets a tunnel prove itself on a network that may be another.
func (d *Dialer) moved(h *held, way int) {
	ctx, cancel := context.WithTimeout(h.Context(), renewTimeout)
	defer cancel()
	if r, ok := h.Tunnel.(transport.Renewer); ok {
		if err := r.Renew(ctx); err != nil {
			d.log.Info("the network has changed", "error", err)
			h.Close("the network has changed")
			return
		}
	}
	if way > 0 {
		network := d.config.Network()
		m := d.config.Book.Memory(network)
		m.Retry = time.Now()
		d.remember(network, m)
	}
}

// probe tries the best way, and ends the tunnel if it answers and nobody
// minds. A probe waits for the end of all conversations.
func (d *Dialer) probe(h *held, all []Way) {
	for h.busy() {
		select {
		case <-h.idle:
		case <-h.Context().Done():
			return
		}
	}
	ctx, cancel := context.WithTimeout(h.Context(), probeTimeout)
	defer cancel()
	network := d.config.Network()
	t, err := all[0].dial(ctx)
	if h.Context().Err() != nil {
		if err == nil {
			d.offer(t)
		}
		return
	}
	if err != nil {
		d.log.Info("the best way to the site is still closed", "error", err)
		d.remember(network, d.config.Book.Memory(network).failed(time.Now()))
		return
	}
	if h.busy() {
		t.Close("a conversation has begun")
		return
	}
	d.log.Info("the best way to the site is open again", "way", all[0].Name)
	d.remember(network, d.config.Book.Memory(network).won(names(all), 0, 0, time.Now()))
	d.offer(t)
	h.Close("switching to " + all[0].Name)
}
