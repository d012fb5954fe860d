// Package limiter bounds how often something may be tried, apart for each key:
// an address, a name, an account.
//
// It does not wait and it remembers nothing across a restart: who is over the
// limit is told when to come back.
package limiter

import (
	"net/netip"
	"sync"
	"time"
)

// Limiter allows each key a burst of tries and then one every so often (the
// generic cell rate algorithm of ITU-T I.371). It is safe for concurrent use
// and remembers a bounded number of keys.
type Limiter struct {
	every time.Duration // between two tries, in the long run
	burst int           // tries at once

	mu sync.Mutex
	// due is when a key's past tries are paid off; a key that is not in it has
	// none.
	due map[string]time.Time
}

// keysRemembered bounds a limiter's memory. Beyond it a key that is nearly paid
// off is forgotten.
const keysRemembered = 20_000

// New returns a Limiter that allows a burst of tries at once, and then one every
// so often.
func New(every time.Duration, burst int) *Limiter {
	return &Limiter{every: every, burst: burst, due: map[string]time.Time{}}
}

// Take counts n tries, or none of them and returns after how long to come back.
// More than a burst at once never succeed.
func (l *Limiter) Take(key string, now time.Time, n int) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	due := l.due[key]
	if due.Before(now) {
		due = now
	}
	due = due.Add(time.Duration(n) * l.every)
	if wait = due.Sub(now) - time.Duration(l.burst)*l.every; wait > 0 {
		return wait
	}
	l.due[key] = due
	l.forgetLocked(now)
	return 0
}

// Refund takes a try back that turned out to be rightful.
func (l *Limiter) Refund(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if due, ok := l.due[key]; ok {
		l.due[key] = due.Add(-l.every)
	}
}

func (l *Limiter) forgetLocked(now time.Time) {
	if len(l.due) <= keysRemembered {
		return
	}
	var least string
	for key, due := range l.due {
		if !due.After(now) {
			delete(l.due, key)
		} else if least == "" || due.Before(l.due[least]) {
			least = key
		}
	}
	if len(l.due) > keysRemembered {
		delete(l.due, least)
	}
}

// AddressKey folds addresses that one customer of a network provider has at
// will: of IPv6 only the first 64 bits count.
func AddressKey(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if p, err := a.Prefix(64); a.Is6() && err == nil {
		return p.String()
	}
	return a.String()
}
