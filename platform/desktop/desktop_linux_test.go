package desktop

import (
	"testing"

	"jump/platform/x11/x11test"
)

func TestPresent(t *testing.T) {
	t.Setenv("DISPLAY", "")
	if Present(t.Context()) {
		t.Error("there is a display without DISPLAY")
	}
	s := x11test.Start(t, 64, 48)
	t.Setenv("DISPLAY", s.Display)
	if !Present(t.Context()) {
		t.Error("the display is not seen")
	}
	s.Kill()
	if Present(t.Context()) {
		t.Error("a display that ended is seen")
	}
}
