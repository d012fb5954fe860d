package input

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"jump/platform/x11"
	"jump/platform/x11/x11test"
)

// TestFirstClick clicks, double clicks, drags and turns the wheel as the very
// first that happens on a display.
func TestFirstClick(t *testing.T) {
	drag := []string{"move 100,100", "press 1"}
	for i := range 50 {
		drag = append(drag, fmt.Sprintf("move %d,%d", 101+i, 102+2*i))
	}
	for name, c := range map[string]struct {
		do   func(d Device) error
		want []string
	}{
		"click": {func(d Device) error {
			return errors.Join(d.Pointer(100, 50, 0), d.Pointer(100, 50, 1), d.Pointer(100, 50, 0))
		}, []string{"move 100,50", "press 1", "release 1"}},
		"press with the movement": {func(d Device) error {
			return errors.Join(d.Pointer(100, 50, 1), d.Pointer(100, 50, 0))
		}, []string{"move 100,50", "press 1", "release 1"}},
		"where the pointer is": {func(d Device) error {
			return errors.Join(d.Pointer(400, 300, 1), d.Pointer(400, 300, 0))
		}, []string{"press 1", "release 1"}},
		"double click": {func(d Device) error {
			return errors.Join(d.Pointer(400, 300, 1), d.Pointer(400, 300, 0), d.Pointer(400, 300, 1), d.Pointer(400, 300, 0))
		}, []string{"press 1", "release 1", "press 1", "release 1"}},
		"drag": {func(d Device) error {
			err := d.Pointer(100, 100, 1)
			for i := range 50 {
				err = errors.Join(err, d.Pointer(101+i, 102+2*i, 1))
			}
			return errors.Join(err, d.Pointer(150, 200, 0))
		}, append(drag, "release 1")},
		"wheel": {func(d Device) error { return d.Wheel(0, 240) }, []string{"press 5", "release 5", "press 5", "release 5"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t)
			w := newWindow(t, server)
			must(t, c.do(open(t)))
			w.expect(c.want...)
		})
	}
}

// TestFirstClickUnderWindowManager clicks a window that does not have the focus:
// the window manager holds the press back until it has given it.
func TestFirstClickUnderWindowManager(t *testing.T) {
	server := start(t)
	manager := exec.Command("openbox", "--sm-disable")
	if err := manager.Start(); err != nil {
		t.Fatalf("start openbox (`make setup` installs it): %v", err)
	}
	t.Cleanup(func() { _ = manager.Process.Kill(); _ = manager.Wait() })
	w, d := newManaged(t, server), open(t)
	must(t, d.Pointer(300, 200, 0), d.Pointer(300, 200, 1), d.Pointer(300, 200, 0))
	w.expect("press 1", "release 1")
	must(t, d.Pointer(300, 200, 1), d.Pointer(300, 200, 0))
	w.expect("press 1", "release 1")
}

// newManaged is newWindow in the care of a window manager, which shows it in a
// frame when this returns.
func newManaged(t *testing.T, server *x11test.Server) *window {
	t.Helper()
	kinds := make(chan byte, 64)
	w := &window{t: t, more: make(chan struct{}, 1)}
	conn, err := x11.Dial(t.Context(), server.Display, func(e *x11.Event) {
		w.event(e)
		select {
		case kinds <- e.Kind():
		default:
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	w.conn = conn
	id, err := xproto.NewWindowId(conn.X)
	must(t, err)
	mask := uint32(xproto.EventMaskButtonPress | xproto.EventMaskButtonRelease | xproto.EventMaskStructureNotify | xproto.EventMaskVisibilityChange)
	must(t, xproto.CreateWindowChecked(conn.X, 0, id, conn.Root(), 0, 0, 600, 400, 0, xproto.WindowClassInputOutput, 0,
		xproto.CwEventMask, []uint32{mask}).Check(), xproto.MapWindowChecked(conn.X, id).Check())
	await(t, kinds, xproto.ReparentNotify)
	await(t, kinds, xproto.VisibilityNotify) // the frame is mapped after that
	return w
}

func await(t *testing.T, kinds <-chan byte, want byte) {
	t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case k := <-kinds:
			if k == want {
				return
			}
		case <-deadline:
			t.Fatalf("no event %d came", want)
		}
	}
}

// TestButtonLeftDown: somebody died with a button down, and the server would
// swallow the next press of it.
func TestButtonLeftDown(t *testing.T) {
	server := start(t)
	w := newWindow(t, server)
	dead, err := x11.Dial(t.Context(), server.Display, nil)
	must(t, err)
	_, err = dead.Use("XTEST")
	must(t, err)
	xtest.FakeInput(dead.X, xproto.ButtonPress, 1, 0, dead.Root(), 0, 0, 0)
	dead.Sync()
	must(t, dead.Close())
	w.expect("press 1")
	d := open(t)
	must(t, d.Pointer(100, 50, 0), d.Pointer(100, 50, 1), d.Pointer(100, 50, 0))
	w.expect("move 100,50", "release 1", "press 1", "release 1")
}

// TestPointerOfSecondDisplay: a device of a display that is gone stays open, as
// does that of a session where nobody moves the mouse, and must not spoil the
// pointer of the next.
func TestPointerOfSecondDisplay(t *testing.T) {
	first := start(t)
	old := open(t)
	must(t, old.Pointer(1, 2, 0))
	first.Kill()
	w := newWindow(t, start(t))
	must(t, open(t).Pointer(7, 8, 1))
	w.expect("move 7,8", "press 1")
}

// TestPointerLeavesNoTrace: no window of ours comes up on the desktop.
func TestPointerLeavesNoTrace(t *testing.T) {
	server := start(t)
	w := newWindow(t, server)
	windows := func() []xproto.Window {
		r, err := xproto.QueryTree(w.conn.X, w.conn.Root()).Reply()
		must(t, err)
		return r.Children
	}
	before := windows()
	must(t, open(t).Pointer(100, 50, 0))
	if after := windows(); !slices.Equal(before, after) {
		t.Errorf("the windows were %v and are %v", before, after)
	}
}
