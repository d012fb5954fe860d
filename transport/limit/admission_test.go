package limit

import (
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

func at(address string) net.Addr { return &net.UDPAddr{IP: net.ParseIP(address), Port: 1} }

func TestAdmission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := NewAdmission(4)
		var states []bool
		for i := range 5 {
			states = append(states, a.Busy(), a.Allow(at(fmt.Sprint("192.0.2.", i)), true))
		}
		want := []bool{false, true, false, true, false, true, true, true, true, false}
		for i := range want {
			if states[i] != want[i] {
				t.Fatalf("busy and allowed: %v, want %v", states, want)
			}
		}
		time.Sleep(time.Second)
		if a.Busy() || !a.Allow(at("192.0.2.1"), true) {
			t.Error("a second later all is as at first")
		}
	})
}

// crowd lets sources try for some seconds, each so often a second and one after
// the other, and returns how many handshakes each has got.
func crowd(a *Admission, seconds int, tries map[string]int) map[string]int {
	const steps = 100 // a second
	got := map[string]int{}
	for step := range seconds * steps {
		for from, n := range tries {
			for range n*(step+1)/steps - n*step/steps {
				if a.Allow(at(from), from != "0.0.0.0") {
					got[from]++
				}
			}
		}
		time.Sleep(time.Second / steps)
	}
	return got
}

// TestFair: a flood from one address, and one from addresses that nobody has
// proved, keep nobody out; and who is alone may have everything.
func TestFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if got := crowd(NewAdmission(300), 10, map[string]int{"192.0.2.1": 5000}); got["192.0.2.1"] < 2900 {
			t.Errorf("alone: %v", got)
		}
		fleet := map[string]int{"0.0.0.0": 20000, "2001:db8::1": 2500, "2001:db8::2": 2500}
		for i := range 100 {
			fleet[fmt.Sprint("198.51.100.", i)] = 1
		}
		got := crowd(NewAdmission(300), 10, fleet)
		for i := range 100 {
			// Who shares a slot with a flood is refused, but not for two seconds.
			if from := fmt.Sprint("198.51.100.", i); got[from] < 8 {
				t.Errorf("%s got %d handshakes of 10; %d the first of the flood", from, got[from], got["2001:db8::1"])
			}
		}
	})
}

// TestShare: two that want everything get half each, or nearly.
func TestShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := crowd(NewAdmission(300), 20, map[string]int{"192.0.2.1": 5000, "192.0.2.2": 500})
		if got["192.0.2.2"] < 1800 || got["192.0.2.1"]+got["192.0.2.2"] < 5800 {
			t.Errorf("%v", got)
		}
	})
}

// TestPace: a site that has become slow takes on less, and all again when it is
// quick.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := NewAdmission(300)
		alone := map[string]int{"192.0.2.1": 1000}
		for range 100 { // of one second: it counts once
			a.Pace(5 * time.Second)
		}
		if got := crowd(a, 10, alone)["192.0.2.1"]; got < 1400 || got > 1700 {
			t.Errorf("%d in 10 s after it was slow once", got)
		}
		for range 20 {
			a.Pace(5 * time.Second)
			time.Sleep(slow)
		}
		if got := crowd(a, 10, alone)["192.0.2.1"]; got < 90 || got > 120 {
			t.Errorf("%d in 10 s after it was slow for long", got)
		}
		for range 30 {
			a.Pace(10 * time.Millisecond)
			time.Sleep(adaptEvery)
		}
		if got := crowd(a, 10, alone)["192.0.2.1"]; got < 2900 {
			t.Errorf("%d in 10 s when it is quick again", got)
		}
	})
}
