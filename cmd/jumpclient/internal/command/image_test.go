package command

import (
	"testing"
	"time"

	"jump/agent/config"
)

func TestElsewhere(t *testing.T) {
	a := config.Image{Machine: "m", Boot: "b", Up: time.Hour}
	for name, c := range map[string]struct {
		a, b config.Image
		want bool
	}{
		"the same boot":            {a, config.Image{Machine: "m", Boot: "b", Up: 2 * time.Hour}, false},
		"booted":                   {a, config.Image{Machine: "m", Boot: "c", Up: 2 * time.Hour}, true},
		"another computer":         {a, config.Image{Machine: "n", Boot: "b", Up: 2 * time.Hour}, true},
		"names made at first boot": {config.Image{Boot: "b"}, config.Image{Machine: "n", Boot: "b"}, true},
		"boots without names":      {config.Image{Up: time.Hour}, config.Image{Up: 2 * time.Hour}, false},
		"booted, without names":    {config.Image{Up: time.Hour}, config.Image{Up: time.Minute}, true},
	} {
		if got := elsewhere(c.a, c.b); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
