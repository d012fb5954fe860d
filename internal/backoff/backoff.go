// Package backoff says how long to wait before the next try, so that a fleet
// that lost its site does not come back all at once.
//
// It does not wait and it tries nothing: it only draws durations.
package backoff

import (
	"math/rand/v2"
	"time"
)

// Full is exponential backoff with full jitter: a wait is drawn evenly from
// nothing to a bound that doubles from Base to Cap. The zero value waits never.
// It is not safe for concurrent use.
type Full struct {
	Base time.Duration // the first bound
	Cap  time.Duration // the last bound
	// Draw returns a number from 0 to n-1, n > 0. nil means math/rand/v2.
	Draw func(n int64) int64

	bound time.Duration // the next one, 0 at first
}

// Next returns the next wait, from 0 to Cap.
func (f *Full) Next() time.Duration {
	if f.bound = max(f.bound, f.Base); f.bound > f.Cap {
		f.bound = f.Cap
	}
	d := Spread(f.bound, f.Draw)
	if f.bound <= f.Cap/2 {
		f.bound *= 2
	} else {
		f.bound = f.Cap
	}
	return d
}

// Reset begins anew with Base.
func (f *Full) Reset() { f.bound = 0 }

// Spread returns a duration drawn evenly from 0 to limit, both included.
// A draw of nil means math/rand/v2.
func Spread(limit time.Duration, draw func(n int64) int64) time.Duration {
	if limit <= 0 {
		return 0
	}
	if draw == nil {
		draw = rand.Int64N
	}
	if limit+1 < limit { // the longest duration there is
		limit--
	}
	return time.Duration(draw(int64(limit) + 1))
}
