package desktop

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"jump/platform/x11/x11test"
)

// closes waits for what takes milliseconds.
func closes(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(30 * time.Second):
		t.Fatalf("%s is not noticed", what)
	}
}

func TestWatch(t *testing.T) {
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("DISPLAY", "")
	if _, err := Watch(t.Context()); err == nil {
		t.Error("nothing is watched")
	}
	s := x11test.Start(t, 64, 48)
	t.Setenv("DISPLAY", s.Display)
	t.Setenv("XAUTHORITY", "/dev/null")
	gone, err := Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	other, err := Watch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stop()
	closes(t, "the end of a watch", other)
	select {
	case <-gone:
		t.Error("the desktop is said to be gone")
	default:
	}
	s.Kill()
	closes(t, "the end of the X server", gone)
}

func TestWatchWayland(t *testing.T) {
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, "wayland-0"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv("XDG_RUNTIME_DIR", dir)
	t.Setenv("WAYLAND_DISPLAY", "wayland-0")
	gone, err := Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	closes(t, "the end of the compositor", gone)
}
