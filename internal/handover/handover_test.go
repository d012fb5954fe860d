package handover

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
)

func TestPoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New[int]()
		given := make(chan bool)
		go func() { given <- p.Put(1) }()
		if v, err := p.Get(t.Context()); v != 1 || err != nil || !<-given {
			t.Errorf("got %d, %v", v, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := p.Get(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("nobody gives: %v", err)
		}
		go func() { given <- p.Put(2) }()
		synctest.Wait()
		p.Close()
		p.Close()
		if <-given {
			t.Error("given to nobody")
		}
		if _, err := p.Get(t.Context()); !errors.Is(err, net.ErrClosed) || !p.Closed() {
			t.Errorf("after Close: %v", err)
		}
	})
}
