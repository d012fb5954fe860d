package session_test

import (
	"fmt"
	"image"
	"testing"

	"jump/agent/session"
	"jump/capture"
	"jump/platform/x11/x11test"
	"jump/platform/x11/x11test/x11draw"
	"jump/transport/wire"
)

// TestScreenExactOfX11 is TestScreenExact on a real X server, with all its
// damage, shared memory and changes of size.
func TestScreenExactOfX11(t *testing.T) {
	seeds, steps := uint64(1), 40
	if soaking {
		seeds, steps = 40, 300
	}
	t.Setenv("XDG_SESSION_TYPE", "x11")
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			server := x11test.Start(t, 600, 500)
			t.Setenv("DISPLAY", server.Display)
			h := &session.Host{Ceiling: allRights, Capture: capture.Open, Log: quiet}
			p := begin(t, h, screenOpen(wire.RightView, wire.ScreenOptions{Quality: 70}))
			p.opened()
			newArtist(x11draw.New(t, server), seed, image.Rect(0, 0, 600, 500)).exact(p, steps)
		})
	}
}
