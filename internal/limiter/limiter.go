// Package limiter bounds how often something may be tried, apart for each key:
// an address, a name, an account.
//
// It does not wait and it remembers nothing across a restart: who is over the
// limit is told when to come back.
package limiter

import (
	"container/heap"
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

	mu   sync.Mutex
	keys map[string]*debt // a key that is not in it owes nothing
	next debts            // the same, as a heap: the first is paid off soonest
}

// debt is when the past tries of a key are paid off.
type debt struct {
	key   string
	due   time.Time
	index int // in the heap
}

// keysRemembered bounds a limiter's memory. Beyond it a key that is nearly paid
// off is forgotten.
const keysRemembered = 20_000

// New returns a Limiter that allows a burst of tries at once, and then one every
// so often.
func New(every time.Duration, burst int) *Limiter {
	return &Limiter{every: every, burst: burst, keys: map[string]*debt{}}
}

// Take counts n tries, or none of them and returns after how long to come back.
// More than a burst at once never succeed.
func (l *Limiter) Take(key string, now time.Time, n int) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	due := now
	d, known := l.keys[key]
	if known && d.due.After(now) {
		due = d.due
	}
	due = due.Add(time.Duration(n) * l.every)
	if wait = due.Sub(now) - time.Duration(l.burst)*l.every; wait > 0 {
		return wait
	}
	if !known {
		d = &debt{key: key}
		l.keys[key] = d
		heap.Push(&l.next, d)
	}
	d.due = due
	heap.Fix(&l.next, d.index)
	l.forgetLocked(now)
	return 0
}

// Refund takes a try back that turned out to be rightful.
func (l *Limiter) Refund(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d, ok := l.keys[key]; ok {
		d.due = d.due.Add(-l.every)
		heap.Fix(&l.next, d.index)
	}
}

// forgetLocked forgets at most two keys, one more than a call adds: those that
// are paid off, or while there are too many the one that soonest will be.
func (l *Limiter) forgetLocked(now time.Time) {
	for range 2 {
		if len(l.next) == 0 || len(l.next) <= keysRemembered && l.next[0].due.After(now) {
			return
		}
		delete(l.keys, heap.Pop(&l.next).(*debt).key)
	}
}

// debts is a heap (container/heap) whose first is due first.
type debts []*debt

func (d debts) Len() int           { return len(d) }
func (d debts) Less(i, j int) bool { return d[i].due.Before(d[j].due) }
func (d debts) Swap(i, j int) {
	d[i], d[j] = d[j], d[i]
	d[i].index, d[j].index = i, j
}

// Push implements heap.Interface.
func (d *debts) Push(x any) {
	x.(*debt).index = len(*d)
	*d = append(*d, x.(*debt))
}

// Pop implements heap.Interface.
func (d *debts) Pop() any {
	last := len(*d) - 1
	x := (*d)[last]
	(*d)[last] = nil
	*d = (*d)[:last]
	return x
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
