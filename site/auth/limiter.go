package auth

import (
	"net/netip"
	"sync"
	"time"
)

// limiter allows each key a burst of tries and then one every so often (the
// generic cell rate algorithm of ITU-T I.371). It is safe for concurrent use
// and remembers a bounded number of keys.
type limiter struct {
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

func newLimiter(every time.Duration, burst int) *limiter {
	return &limiter{every: every, burst: burst, due: map[string]time.Time{}}
}

// take counts a try. If there were too many it counts nothing and returns after
// how long to come back.
func (l *limiter) take(key string, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	due := l.due[key]
	if due.Before(now) {
		due = now
	}
	due = due.Add(l.every)
	if wait = due.Sub(now) - time.Duration(l.burst)*l.every; wait > 0 {
		return wait
	}
	l.due[key] = due
	l.forgetLocked(now)
	return 0
}

// refund takes a try back that turned out to be rightful.
func (l *limiter) refund(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if due, ok := l.due[key]; ok {
		l.due[key] = due.Add(-l.every)
	}
}

func (l *limiter) forgetLocked(now time.Time) {
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

// addressKey folds addresses that one customer of a network provider has at
// will: of IPv6 only the first 64 bits count.
func addressKey(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if p, err := a.Prefix(64); a.Is6() && err == nil {
		return p.String()
	}
	return a.String()
}
