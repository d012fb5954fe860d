package memory

import (
	"runtime/debug"
	"testing"
)

// TestLarge: overlapping callers are counted, and the last puts back what was
// before, even if one says twice that it is done.
func TestLarge(t *testing.T) {
	t.Setenv("GOGC", "")
	defer debug.SetGCPercent(debug.SetGCPercent(70))
	first, second := Large(), Large()
	first()
	first()
	if p := current(); p != whileLarge {
		t.Errorf("%d percent while one is not done, want %d", p, whileLarge)
	}
	second()
	if p := current(); p != 70 {
		t.Errorf("%d percent afterwards, want 70", p)
	}
}

// TestLargeDecided: the user's GOGC stays in force.
func TestLargeDecided(t *testing.T) {
	t.Setenv("GOGC", "90")
	defer debug.SetGCPercent(debug.SetGCPercent(90))
	Thin()
	defer Large()()
	if p := current(); p != 90 {
		t.Errorf("%d percent, want the 90 that were asked for", p)
	}
}

// current returns the percentage in force.
func current() int {
	p := debug.SetGCPercent(1000)
	debug.SetGCPercent(p)
	return p
}
