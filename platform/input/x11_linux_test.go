package input

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"

	"jump/platform/x11"
	"jump/platform/x11/x11test"
	"jump/platform/x11/xkb"
)

const patience = 30 * time.Second

// start runs an X server and makes it this process's display.
func start(t *testing.T) *x11test.Server {
	t.Helper()
	s := x11test.Start(t, 800, 600)
	t.Setenv("DISPLAY", s.Display)
	return s
}

func open(t *testing.T) Device {
	t.Helper()
	d, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func layout(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("setxkbmap", args...).CombinedOutput(); err != nil {
		t.Fatalf("setxkbmap %v: %v: %s", args, err, out)
	}
}

// window is a program that logs what it gets: the one window of the screen.
type window struct {
	t    *testing.T
	conn *x11.Conn

	mu     sync.Mutex
	events []x11.Event
	more   chan struct{}
}

func newWindow(t *testing.T, server *x11test.Server) *window {
	t.Helper()
	w := &window{t: t, more: make(chan struct{}, 1)}
	conn, err := x11.Dial(t.Context(), server.Display, w.event)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	w.conn = conn
	id, err := xproto.NewWindowId(conn.X)
	if err != nil {
		t.Fatal(err)
	}
	mask := uint32(xproto.EventMaskKeyPress | xproto.EventMaskKeyRelease | xproto.EventMaskButtonPress |
		xproto.EventMaskButtonRelease | xproto.EventMaskPointerMotion)
	err = errors.Join(
		xproto.CreateWindowChecked(conn.X, 0, id, conn.Root(), 0, 0, 800, 600, 0, xproto.WindowClassInputOutput, 0,
			xproto.CwOverrideRedirect|xproto.CwEventMask, []uint32{1, mask}).Check(),
		xproto.MapWindowChecked(conn.X, id).Check(),
		xproto.SetInputFocusChecked(conn.X, xproto.InputFocusNone, id, 0).Check())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *window) event(e *x11.Event) {
	if k := e.Kind(); k < xproto.KeyPress || k > xproto.MotionNotify {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, *e)
	select {
	case w.more <- struct{}{}:
	default:
	}
}

// take returns what came, at least n events, after everything that was sent
// till now.
func (w *window) take(n int) []x11.Event {
	w.t.Helper()
	w.conn.Sync()
	deadline := time.After(patience)
	for {
		w.mu.Lock()
		if len(w.events) >= n {
			got := w.events
			w.events = nil
			select {
			case <-w.more:
			default:
			}
			w.mu.Unlock()
			return got
		}
		have := len(w.events)
		w.mu.Unlock()
		select {
		case <-w.more:
		case <-deadline:
			w.t.Fatalf("%d events came, %d expected", have, n)
		}
	}
}

// say writes an event as a person would.
func say(e x11.Event) string {
	names := map[byte]string{xproto.KeyPress: "down", xproto.KeyRelease: "up", xproto.ButtonPress: "press", xproto.ButtonRelease: "release"}
	if e.Kind() == xproto.MotionNotify {
		return fmt.Sprintf("move %d,%d", int16(binary.LittleEndian.Uint16(e[20:])), int16(binary.LittleEndian.Uint16(e[22:])))
	}
	return fmt.Sprintf("%s %d", names[e.Kind()], e[1])
}

func (w *window) expect(want ...string) {
	w.t.Helper()
	var got []string
	for _, e := range w.take(len(want)) {
		got = append(got, say(e))
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("the window got %v, want %v", got, want)
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// codeA is the keycode of the letter on a PC keyboard, as Xvfb has it.
const codeA = 38

func TestKeys(t *testing.T) {
	server := start(t)
	layout(t, "us")
	w, d := newWindow(t, server), open(t)
	key := func(sym uint32, usage uint16, down bool) { t.Helper(); must(t, d.Key(sym, usage, down)) }

	key('a', 4, true)
	key('a', 4, false)
	w.expect("down 38", "up 38")

	key('A', 4, true) // Shift is not held here: it is pressed for a moment
	key('a', 4, false)
	w.expect("down 50", "down 38", "up 50", "up 38")

	key(xkb.ShiftL, 0xE1, true)
	key('A', 4, true)
	key(xkb.ShiftL, 0xE1, false)
	key('a', 4, false) // the same usage ends what it began as A
	w.expect("down 50", "down 38", "up 50", "up 38")

	key(xkb.ShiftL, 0xE1, true)
	key('a', 4, true) // a layout where Shift does not make it a capital
	key('a', 4, false)
	key(xkb.ShiftL, 0xE1, false)
	w.expect("down 50", "up 50", "down 38", "down 50", "up 38", "up 50")

	key(xkb.ShiftL, 0xE1, true)
	key(xkb.Tab, 0x2B, true) // stays a shifted Tab
	key(xkb.Tab, 0x2B, false)
	key(xkb.ShiftL, 0xE1, false)
	w.expect("down 50", "down 23", "up 23", "up 50")

	key('q', 0, true) // without a usage the keysym names the key
	key('q', 0, true)
	key('q', 0, true)
	key('q', 0, false)
	w.expect("down 24", "up 24", "down 24", "up 24", "down 24", "up 24")

	key('z', 0, false) // was never down
	w.expect()
}

func TestHeldKeyDoesNotRunAway(t *testing.T) {
	server := start(t)
	w, d := newWindow(t, server), open(t)
	must(t, exec.Command("xset", "r", "rate", "200", "50").Run())
	must(t, d.Key('a', 4, true))
	w.expect("down 38")
	select {
	case <-w.more:
		t.Errorf("a held key repeats by itself: %d events", len(w.take(0)))
	case <-time.After(700 * time.Millisecond):
	}
	must(t, d.Key('a', 4, false))
	w.expect("up 38")
	control, err := xproto.GetKeyboardControl(w.conn.X).Reply()
	must(t, err)
	if control.AutoRepeats[codeA/8]>>(codeA%8)&1 == 0 {
		t.Error("the key does not repeat any more for the person at the computer")
	}
}

func TestReleaseAll(t *testing.T) {
	server := start(t)
	w, d := newWindow(t, server), open(t)
	must(t, d.Pointer(10, 10, 0))
	w.take(1)
	must(t, d.Key(xkb.ControlL, 0xE0, true), d.Key('a', 4, true), d.Key('€', 0, true), d.Pointer(20, 30, 0b10101))
	w.take(3)
	must(t, d.ReleaseAll())
	down := map[string]int{}
	for _, e := range w.take(0) {
		down[fmt.Sprint(e.Kind() >= xproto.ButtonPress, e[1])]++
	}
	q, err := xproto.QueryKeymap(w.conn.X).Reply()
	must(t, err)
	p, err := xproto.QueryPointer(w.conn.X, w.conn.Root()).Reply()
	must(t, err)
	if slices.ContainsFunc(q.Keys, func(b byte) bool { return b != 0 }) || p.Mask&0x1F00 != 0 {
		t.Errorf("still down: keys %x, state %x", q.Keys, p.Mask)
	}
	must(t, d.Key('a', 4, true), d.Close(), d.Close())
	if q, err = xproto.QueryKeymap(w.conn.X).Reply(); err != nil || q.Keys[codeA/8] != 0 {
		t.Errorf("Close leaves a key down: %v", err)
	}
	if err := d.Key('a', 4, true); err == nil {
		t.Error("a closed device presses keys")
	}
}

func TestPointer(t *testing.T) {
	server := start(t)
	w, d := newWindow(t, server), open(t)
	must(t, d.Pointer(100, 50, 0), d.Pointer(100, 50, 1), d.Pointer(120, 60, 1), d.Pointer(120, 60, 0))
	w.expect("move 100,50", "press 1", "move 120,60", "release 1")
	for i, button := range []int{1, 2, 3, 8, 9} {
		must(t, d.Pointer(120, 60, 1<<i), d.Pointer(120, 60, 0))
		w.expect(fmt.Sprintf("press %d", button), fmt.Sprintf("release %d", button))
	}
	must(t, d.Pointer(-5, 100000, 0xFFE0))
	w.expect("move 0,599")
	must(t, d.Wheel(0, 120), d.Wheel(0, -120), d.Wheel(-120, 0), d.Wheel(240, 0))
	w.expect("press 5", "release 5", "press 4", "release 4", "press 6", "release 6", "press 7", "release 7", "press 7", "release 7")
}

// TestPointerAfterManyKeymaps makes more changes of the keymap than a queue of
// events that nobody reads holds.
func TestPointerAfterManyKeymaps(t *testing.T) {
	server := start(t)
	w, d := newWindow(t, server), open(t)
	must(t, d.Pointer(1, 1, 0))
	w.expect("move 1,1")
	for i := range 6000 {
		xproto.ChangeKeyboardMapping(w.conn.X, 1, 255, 1, []xproto.Keysym{xproto.Keysym('a' + i%2)})
		if i%400 == 0 {
			w.conn.Sync()
			must(t, d.Pointer(i%800, 2, 0), d.Key('a', 4, true), d.Key('a', 4, false))
		}
	}
	must(t, d.Pointer(3, 4, 0))
	got := w.take(1)
	if last := say(got[len(got)-1]); last != "move 3,4" {
		t.Errorf("at last %s", last)
	}
}

func TestLost(t *testing.T) {
	server := start(t)
	d := open(t)
	server.Kill()
	for _, err := range []error{d.Key('a', 0, true), d.Pointer(1, 1, 1), d.Wheel(0, 120), d.Text("x"), d.ReleaseAll()} {
		if !errors.Is(err, ErrLost) {
			t.Errorf("the server ended, and the device says %v", err)
		}
	}
	must(t, d.Close())
	if _, err := Open(); err == nil {
		t.Error("a display that is gone can be opened")
	}
	server = start(t)
	w, again := newWindow(t, server), open(t)
	must(t, again.Pointer(7, 8, 0))
	w.expect("move 7,8")
}

// TestManyEvents plays 2,000 random events, and demands each, in order.
func TestManyEvents(t *testing.T) {
	server := start(t)
	layout(t, "us")
	w, d := newWindow(t, server), open(t)
	must(t, d.Pointer(0, 0, 0))
	w.take(1)
	play, want := rand.New(rand.NewPCG(1, 2)), []string{}
	codes := map[rune]int{'q': 24, 'w': 25, 'e': 26, 'r': 27, 't': 28, 'a': 38, 's': 39, 'd': 40, 'f': 41, 'g': 42}
	letters := []rune("qwertasdfg")
	x, y, buttons, down := 0, 0, uint16(0), map[rune]bool{}
	for range 2000 {
		switch play.IntN(3) {
		case 0:
			nx, ny := play.IntN(800), play.IntN(600)
			if nx != x || ny != y {
				x, y = nx, ny
				want = append(want, fmt.Sprintf("move %d,%d", x, y))
			}
			must(t, d.Pointer(x, y, buttons))
		case 1:
			i := play.IntN(3)
			buttons ^= 1 << i
			verb := "press"
			if buttons>>i&1 == 0 {
				verb = "release"
			}
			want = append(want, fmt.Sprintf("%s %d", verb, i+1))
			must(t, d.Pointer(x, y, buttons))
		case 2:
			l := letters[play.IntN(len(letters))]
			down[l] = !down[l]
			verb := "down"
			if !down[l] {
				verb = "up"
			}
			want = append(want, fmt.Sprintf("%s %d", verb, codes[l]))
			must(t, d.Key(uint32(l), 0, down[l]))
		}
	}
	w.expect(want...)
}
