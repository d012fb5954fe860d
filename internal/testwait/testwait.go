// Package testwait waits for what other programs do, in tests of real programs.
//
// It is not for what happens in the test's own process: that has channels, and
// testing/synctest.
package testwait

import (
	"testing"
	"time"
)

// Patience bounds every wait for something that takes milliseconds or seconds on
// an idle machine.
const Patience = 90 * time.Second

// look is the time between two checks.
const look = 50 * time.Millisecond

// Eventually waits until check returns nil, and ends the test after Patience
// with the last error.
func Eventually(t testing.TB, what string, check func() error) {
	t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		err := check()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("after %v still not: %s: %v", Patience, what, err)
		}
	}
}
