package uptime

import (
	"testing"
	"time"
)

// coarse is the resolution of the coarsest of these clocks.
const coarse = 20 * time.Millisecond

func TestRead(t *testing.T) {
	a, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	b, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	if a.Boot != b.Boot || a.Total <= 0 || b.Total < a.Total || b.Awake < a.Awake || a.Awake > a.Total+coarse {
		t.Errorf("%+v, then %+v", a, b)
	}
}
