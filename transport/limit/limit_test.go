package limit

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestBudget(t *testing.T) {
	b := NewBudget(100)
	if !b.Take(60) || b.Take(41) || !b.Take(40) || b.Take(1) {
		t.Error("100 bytes are not 60 and 40")
	}
	b.Give(40)
	b.Give(60)
	if b.Left() != 100 {
		t.Errorf("%d bytes left after all was given back", b.Left())
	}
}

func TestAdmission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := NewAdmission(4)
		var states []bool
		for range 5 {
			states = append(states, a.Busy(), a.Allow())
		}
		want := []bool{false, true, false, true, false, true, true, true, true, false}
		for i := range want {
			if states[i] != want[i] {
				t.Fatalf("busy and allowed: %v, want %v", states, want)
			}
		}
		time.Sleep(time.Second)
		if a.Busy() || !a.Allow() {
			t.Error("a second later all is as at first")
		}
	})
}
