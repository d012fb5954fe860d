// Package testwait waits for what other programs do, in tests of real programs.
//
// It is not for what happens in the test's own process: that has channels, and
// testing/synctest.
package testwait

import (
	"flag"
	"fmt"
	"runtime"
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

// AtOnce has go test run so many parallel tests for two processors, unless it was
// told a number: tests that wait for most of their time. TestMain calls it.
func AtOnce(tests int) {
	flag.Parse()
	if parallel := flag.Lookup("test.parallel"); parallel.Value.String() == fmt.Sprint(runtime.GOMAXPROCS(0)) {
		_ = parallel.Value.Set(fmt.Sprint(max(1, tests*runtime.GOMAXPROCS(0)/2))) // it is a number
	}
}
