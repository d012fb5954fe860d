package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// ErrRefused is wrapped by errors that say that a proxy does not accept the user
// and password.
var ErrRefused = errors.New("it does not accept the user and password")

// rests are the waits after a proxy has refused a password, the last again and
// again: who tries a wrong one several times within half an hour locks its user
// out of the whole domain in many of them. The first is short, for a proxy that
// cannot reach its domain refuses everybody.
var rests = []time.Duration{time.Minute, 15 * time.Minute}

// maxRefusals bounds the proxies that are remembered.
const maxRefusals = 16

// Refusals knows which proxies have refused a password, and leaves them in peace
// for a while. It is safe for concurrent use; nil remembers nothing.
type Refusals struct {
	mu  sync.Mutex
	all map[Proxy]refusal
}

type refusal struct {
	times int
	until time.Time
}

// Through is p.Through, but asks a proxy that has refused its password again only
// after a minute, and then after 15 each.
func (r *Refusals) Through(p Proxy, direct Connect) Connect {
	ask := p.Through(direct)
	if r == nil || p.User == "" {
		return ask
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if until := r.until(p); time.Now().Before(until) {
			return nil, fmt.Errorf("proxy %s: %w, and is asked again at %s, so that it locks nobody out", p, ErrRefused, until.Format(time.TimeOnly))
		}
		conn, err := ask(ctx, network, address)
		switch {
		case err == nil:
			r.forget(p)
		case errors.Is(err, ErrRefused):
			r.note(p, time.Now())
		}
		return conn, err
	}
}

func (r *Refusals) until(p Proxy) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all[p].until
}

func (r *Refusals) note(p Proxy, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil || len(r.all) == maxRefusals {
		r.all = map[Proxy]refusal{p: r.all[p]}
	}
	times := r.all[p].times
	r.all[p] = refusal{times + 1, now.Add(rests[min(times, len(rests)-1)])}
}

func (r *Refusals) forget(p Proxy) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, p)
}

// Forget lets all proxies be asked again: the network is another one.
func (r *Refusals) Forget() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = nil
}
