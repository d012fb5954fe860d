package input

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"

	"jump/platform/x11"
	"jump/platform/x11/xkb"
)

// terminal is an xterm, under the pointer, and what arrives in it.
type terminal struct {
	t   *testing.T
	out *os.File
}

func newTerminal(t *testing.T) *terminal {
	t.Helper()
	mapped := watchMaps(t)
	pipe := filepath.Join(t.TempDir(), "pipe")
	must(t, exec.Command("mkfifo", pipe).Run())
	x := exec.Command("xterm", "-u8", "-geometry", "80x24+0+0", "-e", "sh", "-c", "stty raw -echo; exec cat > "+pipe)
	x.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	if err := x.Start(); err != nil {
		t.Fatalf("start xterm (`make setup` installs it): %v", err)
	}
	t.Cleanup(func() { _, _ = x.Process.Kill(), x.Wait() })
	out, err := os.Open(pipe) // when this returns, the program in the terminal is there
	must(t, err)
	t.Cleanup(func() { _ = out.Close() })
	select {
	case <-mapped:
	case <-time.After(patience):
		t.Fatal("the terminal shows no window")
	}
	return &terminal{t, out}
}

// watchMaps tells when a window has come onto the screen. A terminal may start
// its program before that.
func watchMaps(t *testing.T) <-chan struct{} {
	t.Helper()
	mapped := make(chan struct{}, 1)
	c, err := x11.Dial(t.Context(), "", func(e *x11.Event) {
		if e.Kind() == xproto.MapNotify {
			select {
			case mapped <- struct{}{}:
			default:
			}
		}
	})
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	mask := []uint32{xproto.EventMaskSubstructureNotify}
	must(t, xproto.ChangeWindowAttributesChecked(c.X, c.Root(), xproto.CwEventMask, mask).Check())
	return mapped
}

// expect reads as many bytes as want has.
func (x *terminal) expect(want string) {
	x.t.Helper()
	got := make([]byte, len(want))
	must(x.t, x.out.SetReadDeadline(time.Now().Add(patience)))
	n, err := io.ReadFull(x.out, got)
	if err != nil || string(got) != want {
		x.t.Errorf("typed\n%q, got\n%q, %v", want, got[:n], err)
	}
}

// openIn returns a device whose pointer is in the terminal.
func openIn(t *testing.T) Device {
	t.Helper()
	d := open(t)
	must(t, d.Pointer(50, 50, 0))
	return d
}

const strange = "ASCII: The quick (brown) fox_jumps <over> 13 \"lazy\" dogs & 'cats'; ^°`´~ äöüßÄÖÜ éèêëñçÅø @€{[]}\\|µ²³ " +
	"žőł Ελλάδα Привет 日本語 한국 → “quoted” – … 😀🎉👍 ⌘ \t."

func TestText(t *testing.T) {
	for _, l := range [][]string{{"us"}, {"de"}, {"fr"}, {"de", "nodeadkeys"}, {"us,ru"}} {
		t.Run(fmt.Sprint(l), func(t *testing.T) {
			start(t)
			layout(t, l...)
			x, d := newTerminal(t), openIn(t)
			must(t, d.Text(strange))
			x.expect(strange)
		})
	}
}

func TestTextWithCapsLockAndHeldControl(t *testing.T) {
	start(t)
	layout(t, "de")
	x, d := newTerminal(t), openIn(t)
	must(t, d.Key(capsLock, 0x39, true), d.Key(capsLock, 0x39, false), d.Key(xkb.ControlL, 0xE0, true))
	const text = "Größe @ 20€"
	must(t, d.Text(text))
	x.expect(text)
	must(t, d.Key('a', 4, true)) // Control is held again
	x.expect("\x01")
}

const capsLock = 0xFFE5

// TestKeysOfAnotherLayout plays what a browser with a German keyboard sends:
// AltGr and Shift are real keys, and the keysyms say what is meant.
func TestKeysOfAnotherLayout(t *testing.T) {
	for _, l := range []string{"us", "de", "fr"} {
		t.Run(l, func(t *testing.T) {
			start(t)
			layout(t, l)
			x, d := newTerminal(t), openIn(t)
			tap := func(r rune, usage uint16) { must(t, d.Key(xkb.Sym(r), usage, true), d.Key(xkb.Sym(r), usage, false)) }
			must(t, d.Key(xkb.Level3, 0xE6, true))
			for i, r := range "@€{[]}\\~|" {
				tap(r, uint16(4+i))
			}
			must(t, d.Key(xkb.Level3, 0xE6, false))
			tap('ä', 0x34)
			must(t, d.Key(xkb.ShiftL, 0xE1, true), d.Key('Ö', 0x33, true), d.Key(xkb.ShiftL, 0xE1, false), d.Key('ö', 0x33, false))
			tap('ß', 0x2D)
			tap('?', 0x2D)
			x.expect("@€{[]}\\~|äÖß?")
		})
	}
}

// TestDeadKeys presses a dead key and a letter, which the program on the
// screen composes.
func TestDeadKeys(t *testing.T) {
	for _, l := range []string{"us", "de"} {
		t.Run(l, func(t *testing.T) {
			start(t)
			layout(t, l)
			x, d := newTerminal(t), openIn(t)
			for _, sym := range []uint32{deadAcute, 'e', deadCircumflex, 'o', deadGrave, 'A'} {
				must(t, d.Key(sym, 0, true), d.Key(sym, 0, false))
			}
			x.expect("éôÀ")
		})
	}
}

const (
	deadGrave      = 0xFE50
	deadAcute      = 0xFE51
	deadCircumflex = 0xFE52
)

func TestLayoutChangesMidway(t *testing.T) {
	start(t)
	layout(t, "us")
	x, d := newTerminal(t), openIn(t)
	for _, l := range []string{"us", "de", "fr", "us"} {
		layout(t, l)
		must(t, d.Text("yzaq;ö"))
		x.expect("yzaq;ö")
	}
}

func TestMoreCharactersThanSpareKeys(t *testing.T) {
	start(t)
	x, d := newTerminal(t), openIn(t)
	text := ""
	for r := rune(0x4E00); r < 0x4E00+100; r++ {
		text += string(r)
	}
	must(t, d.Text(text))
	x.expect(text)
}

func TestCloseGivesSpareKeysBack(t *testing.T) {
	server := start(t)
	w := newWindow(t, server)
	board, err := xkb.Use(w.conn)
	must(t, err)
	spare := func() int {
		m, err := board.Load()
		must(t, err)
		return len(m.Spare())
	}
	before := spare()
	d := open(t)
	must(t, d.Text("日本語"))
	if now := spare(); now != before-3 {
		t.Errorf("%d spare keys, then %d: three characters need three", before, now)
	}
	must(t, d.Close())
	if now := spare(); now != before {
		t.Errorf("%d spare keys before, %d after", before, now)
	}
}
