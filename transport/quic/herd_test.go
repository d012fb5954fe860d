package quic

import (
	"context"
	"testing"
	"time"
)

// TestHerd: agents that come all at once are all served, although quic-go
// itself keeps no more than 32 for Accept.
func TestHerd(t *testing.T) {
	const n = 100
	pc := socket(t)
	l := listen(t, pc, "site")
	d := newDialer(t, pc.LocalAddr(), nil)
	failed := make(chan error, n)
	for range n {
		go func() {
			agent, err := d.Dial(t.Context())
			if err == nil {
				t.Cleanup(func() { agent.Close("test over") })
			}
			failed <- err
		}()
	}
	for range n {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range n {
		site, err := l.Accept(ctx)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { site.Close("test over") })
	}
}
