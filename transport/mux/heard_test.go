package mux

import (
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
)

// TestHeard: what comes from the peer, whatever it is, is a sign of life.
func TestHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := link(t, nil)
		time.Sleep(time.Second)
		before := transport.Heard(p.Site)
		s, err := p.Agent.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write([]byte("data")); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if now := transport.Heard(p.Site); !now.After(before) || time.Since(now) != 0 {
			t.Errorf("heard at %v, before at %v", now, before)
		}
		time.Sleep(5 * time.Second)
		if time.Since(transport.Heard(p.Site)) < 5*time.Second {
			t.Error("heard something in silence")
		}
	})
}
