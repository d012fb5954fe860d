package command

import (
	"testing"

	"jump/agent/config"
)

func TestTakesItselfOff(t *testing.T) {
	for _, c := range []struct {
		name   string
		config config.Config
		uid    int
		want   bool
	}{
		{"only run", config.Config{}, 1000, false},
		{"user", config.Config{Mode: "user"}, 1000, true},
		{"headless", config.Config{Mode: "user", Headless: true}, 1000, false},
		{"headless as root", config.Config{Mode: "service", Headless: true}, 0, false},
		{"service, unprivileged", config.Config{Mode: "service"}, 1000, false},
		{"service as root", config.Config{Mode: "service"}, 0, true},
		{"service on Windows", config.Config{Mode: "service"}, -1, true},
	} {
		if got := takesItselfOff(c.config, c.uid); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
