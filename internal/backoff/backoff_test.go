package backoff

import (
	"math"
	"slices"
	"testing"
	"time"
)

// longest draws the upper end, shortest the lower.
func longest(n int64) int64  { return n - 1 }
func shortest(n int64) int64 { return 0 }

func TestBounds(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		name      string
		base, cap time.Duration
		want      []time.Duration
	}{
		{"doubles", s, 60 * s, []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, 60 * s, 60 * s}},
		{"cap below base", 10 * s, 3 * s, []time.Duration{3 * s, 3 * s}},
		{"never overflows", math.MaxInt64/2 + 1, math.MaxInt64, []time.Duration{math.MaxInt64/2 + 1, math.MaxInt64 - 1, math.MaxInt64 - 1}},
		{"zero", 0, 0, []time.Duration{0, 0}},
	} {
		f := Full{Base: c.base, Cap: c.cap, Draw: longest}
		for round := range 2 {
			var got []time.Duration
			for range c.want {
				got = append(got, f.Next())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s, round %d: %v, want %v", c.name, round, got, c.want)
			}
			f.Reset()
		}
		f = Full{Base: c.base, Cap: c.cap, Draw: shortest}
		if got := f.Next(); got != 0 {
			t.Errorf("%s: shortest wait %v", c.name, got)
		}
	}
}

// TestEven: 10,000 agents come back evenly, not in waves.
func TestEven(t *testing.T) {
	const n, parts = 10000, 10
	var tenths [parts]int
	for range n {
		tenths[min(Spread(time.Minute, nil)*parts/time.Minute, parts-1)]++
	}
	for i, got := range tenths {
		if got < n/parts*3/4 || got > n/parts*5/4 {
			t.Errorf("%d of %d in tenth %d", got, n, i)
		}
	}
}
