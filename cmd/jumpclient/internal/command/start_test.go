package command

import (
	"runtime"
	"testing"
)

// TestShare: the client takes half of the processors, and one at least, unless
// whoever starts it says how many.
func TestShare(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for _, c := range []struct {
		there int
		said  string
		want  int
	}{{8, "", 4}, {5, "", 2}, {2, "", 1}, {1, "", 1}, {8, "8", 8}} {
		t.Setenv("GOMAXPROCS", c.said)
		runtime.GOMAXPROCS(c.there)
		if share(); runtime.GOMAXPROCS(0) != c.want {
			t.Errorf("%d processors, GOMAXPROCS=%q: %d are taken, want %d", c.there, c.said, runtime.GOMAXPROCS(0), c.want)
		}
	}
}
