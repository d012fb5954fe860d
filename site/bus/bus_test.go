package bus

import (
	"context"
	"testing"
	"testing/synctest"
)

func TestFanOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b Local
		ctx, cancel := context.WithCancel(t.Context())
		first, second := b.Subscribe(ctx), b.Subscribe(ctx)
		b.Publish(Event{KindClient, 1})
		for _, events := range []<-chan Event{first, second} {
			if e := <-events; e.Kind != KindClient || e.Data != 1 {
				t.Errorf("got %+v", e)
			}
		}
		cancel()
		synctest.Wait()
		b.Publish(Event{KindClient, 2})
		if e, open := <-first; open {
			t.Errorf("got %+v after the end", e)
		}
		if len(b.subscribers) != 0 {
			t.Errorf("%d subscribers left", len(b.subscribers))
		}
	})
}

// TestSlow: who reads nothing blocks nobody, and learns by one Resync that it
// missed something; after that events come again.
func TestSlow(t *testing.T) {
	var b Local
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	slow, quick := b.Subscribe(ctx), b.Subscribe(ctx)
	for round := range 3 {
		for i := range 2 * depth {
			b.Publish(Event{KindClient, i})
			if e := <-quick; e.Data != i {
				t.Fatalf("round %d: the quick one got %+v, not %d", round, e, i)
			}
		}
		for i := range depth - 1 {
			if e := <-slow; e.Data != i {
				t.Fatalf("round %d: the slow one got %+v, not %d", round, e, i)
			}
		}
		if e := <-slow; e.Kind != KindResync {
			t.Fatalf("round %d: %+v in place of a Resync", round, e)
		}
		if len(slow) != 0 {
			t.Fatalf("round %d: %d events after the Resync", round, len(slow))
		}
	}
}

// TestLateReader: what is lost while a Resync waits unread is covered by it.
func TestLateReader(t *testing.T) {
	var b Local
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	events := b.Subscribe(ctx)
	for i := range depth {
		b.Publish(Event{KindClient, i})
	}
	for range depth / 2 {
		<-events
	}
	b.Publish(Event{KindClient, "lost"})
	for range depth/2 - 1 {
		<-events
	}
	if e := <-events; e.Kind != KindResync || len(events) != 0 {
		t.Fatalf("got %+v, and %d more", e, len(events))
	}
	b.Publish(Event{KindClient, "next"})
	if e := <-events; e.Data != "next" {
		t.Errorf("got %+v", e)
	}
}
