package agent

import (
	"testing"
	"time"

	"jump/transport/wire"
)

// TestHurry: a change of the network ends a wait, once, and no wait that the
// site wished for.
func TestHurry(t *testing.T) {
	bubble(t, func(t *testing.T) {
		hurry := make(chan struct{}, 1)
		r := start(t, func(o *Options) { o.Hurry, o.Draw = hurry, longest })
		r.welcomed(wire.Settings{}).Close("power cut")
		r.away()
		time.Sleep(time.Hour) // until the waits are long
		for before := r.net.Dials(); r.net.Dials() == before; {
			time.Sleep(time.Second)
		}
		time.Sleep(10 * time.Second) // until that dial is given up
		tries := r.net.Dials()
		hurry <- struct{}{}
		time.Sleep(time.Second)
		if n := r.net.Dials() - tries; n != 1 {
			t.Errorf("tried %d times at once", n)
		}
		r.next().send(wire.TypeGoodbye, wire.Goodbye{RetryAfter: 3600})
		begin := time.Now()
		time.Sleep(time.Second)
		hurry <- struct{}{}
		r.next()
		if took := time.Since(begin); took < time.Hour {
			t.Errorf("came back %v after the site wished for an hour", took)
		}
	})
}
