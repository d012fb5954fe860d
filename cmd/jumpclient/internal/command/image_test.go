package command

import (
	"testing"
	"time"

	"jump/agent/config"
)

func TestElsewhere(t *testing.T) {
	at := func(machine, boot string, up, wall time.Duration) config.Image {
		return config.Image{Machine: machine, Boot: boot, Up: up, At: time.Unix(0, 0).Add(wall)}
	}
	const h = time.Hour
	a := at("m", "b", h, 100*h)
	for name, c := range map[string]struct {
		a, b config.Image
		want bool
	}{
		"the same boot":                  {a, at("m", "b", 2*h, 101*h), false},
		"the same boot, clock set":       {a, at("m", "b", 2*h, 500*h), false},
		"booted":                         {a, at("m", "c", time.Minute, 101*h), true},
		"booted long ago":                {a, at("m", "c", 2*h, 104*h), true},
		"another computer":               {a, at("n", "b", 2*h, 101*h), true},
		"names made at first boot":       {at("", "b", h, 100*h), at("n", "b", 2*h, 101*h), true},
		"a service in a container":       {a, at("m", "host", h+time.Second, 100*h+time.Second), false},
		"boots without names":            {at("m", "", h, 100*h), at("m", "", 2*h, 101*h), false},
		"booted, without names":          {at("m", "", h, 100*h), at("m", "", time.Minute, 101*h), true},
		"booted long ago, without names": {at("m", "", h, 100*h), at("m", "", 9*h, 110*h), true},
	} {
		if got := elsewhere(c.a, c.b); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
