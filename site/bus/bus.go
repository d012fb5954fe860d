// Package bus tells the parts of a site what has happened: a client came
// online, a session ended.
//
// It is not a queue and no store: an event is a hint to look again, and who was
// not listening has missed it. In one process it is a fan-out in memory; nodes
// of a cluster will use the same interface over a message server.
package bus

import (
	"context"
	"sync"
)

// Kind says what an event is about.
type Kind string

// The kinds. Data has the type that is named.
const (
	KindClient        Kind = "client"         // clients.Client: it is new, or something that lists show is different
	KindClientRemoved Kind = "client_removed" // clients.Removed
	KindSession       Kind = "session"        // site/sessions says
	KindAlarm         Kind = "alarm"          // store.Alarm: it is raised, or answered
	KindResync        Kind = "resync"         // nil: events were lost, look at everything again
)

// Event is something that has happened. Data must not be changed any more by
// whoever published it, nor by those who get it.
type Event struct {
	Kind Kind
	Data any
}

// Bus carries events. All methods are safe for concurrent use.
type Bus interface {
	// Publish hands an event to all who listen now. It never blocks.
	Publish(e Event)
	// Subscribe returns the events from now on, until ctx ends and the channel
	// is closed. Whoever reads too slowly gets KindResync in place of what was
	// lost.
	Subscribe(ctx context.Context) <-chan Event
}

// depth is how many events a subscriber may be behind.
const depth = 256

// Local is a Bus within one process. Its zero value is ready for use.
type Local struct {
	mu          sync.Mutex
	subscribers map[*subscriber]struct{}
}

var _ Bus = (*Local)(nil)

// subscriber is one channel. lost is true from the moment a Resync took its last
// place until that was read; events between are covered by it.
type subscriber struct {
	events chan Event
	lost   bool
}

// Publish implements Bus.
func (b *Local) Publish(e Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for s := range b.subscribers {
		s.offer(e)
	}
}

// offer leaves the last place of the channel to a Resync. Only Publish sends,
// under the bus's lock, so a place that was free stays free.
func (s *subscriber) offer(e Event) {
	free := cap(s.events) - len(s.events)
	switch {
	case s.lost && free == cap(s.events):
		s.lost = false
		s.events <- e
	case s.lost:
	case free > 1:
		s.events <- e
	default:
		s.lost = true
		s.events <- Event{Kind: KindResync}
	}
}

// Subscribe implements Bus.
func (b *Local) Subscribe(ctx context.Context) <-chan Event {
	s := &subscriber{events: make(chan Event, depth)}
	b.mu.Lock()
	if b.subscribers == nil {
		b.subscribers = map[*subscriber]struct{}{}
	}
	b.subscribers[s] = struct{}{}
	b.mu.Unlock()
	context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subscribers, s)
		close(s.events)
	})
	return s.events
}
