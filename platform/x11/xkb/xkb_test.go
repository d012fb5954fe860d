package xkb

import (
	"encoding/binary"
	"os/exec"
	"sync/atomic"
	"testing"

	"github.com/jezek/xgb/xproto"

	"jump/platform/x11"
	"jump/platform/x11/x11test"
)

func TestRunes(t *testing.T) {
	for sym, want := range map[uint32]rune{
		'a': 'a', 0xE4: 'ä', 0x20AC: '€', 0x6C1: 'а', 0x6FF: 'Ъ', 0x7E1: 'α', 0x1B1: 'ą', 0x13BD: 'œ', 0xCE0: 'א',
		0x0101F600: '😀', 0x01000041: 'A', Return: 0, 0: 0, 0xFFFFFFFF: 0, 0x1A2: '˘', 0x1A4: 0, 0x100: 0, 0x6FFF: 0, 0x7F: 0,
	} {
		if got := Rune(sym); got != want {
			t.Errorf("keysym %#x is %q, want %q", sym, got, want)
		}
	}
	for r, want := range map[rune]uint32{'a': 'a', 'ü': 0xFC, '€': 0x010020AC, '\n': Return, '\r': Return, '\t': Tab, '\b': BackSpace, 0: 0, 0x7F: 0, 0x9F: 0, -1: 0} {
		if got := Sym(r); got != want {
			t.Errorf("%q is keysym %#x, want %#x", r, got, want)
		}
	}
	for sym, want := range map[uint32]bool{'a': false, Tab: true, ShiftL: true, Level3: true, 0xFFB1: false, 0xFE51: false, 0x1008FF11: true, 0x01000041: false} {
		if Function(sym) != want {
			t.Errorf("keysym %#x is a function key: %v", sym, !want)
		}
	}
}

// board returns the keyboard of a new server with a layout.
func board(t *testing.T, layout ...string) *Server {
	t.Helper()
	server := x11test.Start(t, 64, 48)
	setLayout(t, server.Display, layout...)
	return use(t, server.Display, nil)
}

func use(t *testing.T, display string, events func(*x11.Event)) *Server {
	t.Helper()
	c, err := x11.Dial(t.Context(), display, events)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	s, err := Use(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func setLayout(t *testing.T, display string, layout ...string) {
	t.Helper()
	args := append([]string{"-display", display}, layout...)
	if out, err := exec.Command("setxkbmap", args...).CombinedOutput(); err != nil {
		t.Fatalf("setxkbmap: %v: %s", err, out)
	}
}

// TestWatch: another layout is news, and a key that repeats no more is none.
func TestWatch(t *testing.T) {
	display := x11test.Start(t, 64, 48).Display
	var kind, news atomic.Uint32
	s := use(t, display, func(e *x11.Event) {
		if uint32(e.Kind()) == kind.Load() {
			news.Add(1)
		}
	})
	kind.Store(uint32(s.Changed()))
	if err := s.Watch(); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []uint32{xproto.AutoRepeatModeOff, xproto.AutoRepeatModeOn} {
		xproto.ChangeKeyboardControl(s.conn.X, xproto.KbKey|xproto.KbAutoRepeatMode, []uint32{38, mode})
	}
	s.conn.Sync()
	if n := news.Load(); n != 0 {
		t.Errorf("%d events about a key that repeats", n)
	}
	setLayout(t, display, "fr")
	s.conn.Sync()
	if news.Load() == 0 {
		t.Error("no event about another layout")
	}
}

func TestFind(t *testing.T) {
	const altGr, numLock = Mods(1 << 7), Mods(1 << 4)
	for layout, cases := range map[string][]struct {
		sym   uint32
		state State
		want  Choice
		ok    bool
	}{
		"us": {
			{'a', State{}, Choice{Key: 38}, true},
			{'A', State{}, Choice{Key: 38, Press: Shift}, true},
			{'A', State{Mods: Shift}, Choice{Key: 38}, true},
			{'a', State{Mods: Shift}, Choice{Key: 38, Release: Shift}, true},
			{'A', State{Mods: Lock, Locked: Lock}, Choice{Key: 38}, true},
			{'a', State{Mods: Lock, Locked: Lock}, Choice{Key: 38, Press: Shift}, true},
			{'1', State{Mods: Control}, Choice{Key: 10}, true},
			{Tab, State{Mods: Shift}, Choice{Key: 23}, true},
			{0xFFB7, State{Mods: numLock, Locked: numLock}, Choice{Key: 79}, true},      // KP_7
			{0xFF95, State{Mods: numLock, Locked: numLock}, Choice{79, Shift, 0}, true}, // KP_Home
			{0xFFB7, State{}, Choice{}, false},                                          // KP_7, but Num Lock cannot be held
			{0xE4, State{}, Choice{}, false},                                            // ä
			{0xFF53, State{Mods: Shift | Control}, Choice{Key: 114}, true},              // Right
			{0x01000061, State{}, Choice{Key: 38}, true},                                // a, as Unicode
			{ShiftL, State{Mods: Shift}, Choice{Key: 50}, true},                         // Shift again
			{'a', State{Group: 3}, Choice{Key: 38}, true},                               // a group out of range
		},
		"de": {
			{'@', State{}, Choice{Key: 24, Press: altGr}, true},
			{'@', State{Mods: altGr}, Choice{Key: 24}, true},
			{0x010020AC, State{}, Choice{Key: 26, Press: altGr}, true}, // €
			{0xDF, State{}, Choice{Key: 20}, true},                     // ß
			{'z', State{Mods: altGr}, Choice{Key: 29, Release: altGr}, true},
			{0xFE52, State{Mods: Shift}, Choice{Key: 49, Release: Shift}, true}, // dead_circumflex
		},
		"us,ru": {
			{'a', State{}, Choice{Key: 38}, true},
			{0x01000444, State{Group: 1}, Choice{Key: 38}, true}, // ф
			{'a', State{Group: 1}, Choice{}, false},
		},
	} {
		t.Run(layout, func(t *testing.T) {
			m, err := board(t, layout).Load()
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cases {
				if got, ok := m.Find(c.sym, c.state, Shift|altGr); got != c.want || ok != c.ok {
					t.Errorf("keysym %#x in %+v: %+v, %v, want %+v", c.sym, c.state, got, ok, c.want)
				}
			}
			if len(m.Spare()) < 8 {
				t.Errorf("only %v are spare", m.Spare())
			}
			if l := m.Levels(); l[Shift] != 50 || l[altGr] == 0 || len(l) != 2 {
				t.Errorf("levels %v", l)
			}
		})
	}
}

func TestState(t *testing.T) {
	s, err := board(t, "us").State()
	if err != nil || s != (State{}) {
		t.Errorf("state %+v, %v", s, err)
	}
}

// small returns a reply with one type of two levels and one key.
func small() []byte {
	b := make([]byte, 40)
	b[10], b[11] = 8, 255
	binary.LittleEndian.PutUint16(b[12:], wanted)
	b[15], b[17], b[20], b[33] = 1, 38, 1, 1
	b = append(b, 1, 1, 0, 0, 2, 1, 1, 0) // type: Shift, one entry, preserved
	b = append(b, 1, 1, 1, 1, 0, 0, 0, 0)
	b = append(b, 0, 0, 0, 0)
	b = append(b, 0, 0, 0, 0, 1, 2, 2, 0) // key: one group, width 2, two keysyms
	b = append(b, 'a', 0, 0, 0, 'A', 0, 0, 0)
	return append(b, 50, 1, 0, 0)
}

func TestParse(t *testing.T) {
	m, err := Parse(small())
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := m.Find('A', State{}, Shift); !ok || c != (Choice{Key: 38, Press: Shift}) {
		t.Errorf("A is %+v, %v", c, ok)
	}
	if m.Mods(50) != Shift {
		t.Errorf("key 50 sets %v", m.Mods(50))
	}
	for n := range len(small()) - 2 {
		if _, err := Parse(small()[:n]); err == nil {
			t.Errorf("the first %d bytes are a keymap", n)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(small(), uint32('A'), uint8(0))
	f.Add(small()[:60], uint32(Tab), uint8(255))
	f.Fuzz(func(t *testing.T, b []byte, sym uint32, mods uint8) {
		m, err := Parse(b)
		if err != nil {
			return
		}
		m.Spare()
		can := Mods(0)
		for mod := range m.Levels() {
			can |= mod
		}
		if c, ok := m.Find(sym, State{Mods: Mods(mods), Group: int(mods) % 4}, can); ok && (c.Press&^can != 0 || c.Release&^Mods(mods) != 0) {
			t.Errorf("keysym %#x: %+v presses what it may not, or releases what is not held", sym, c)
		}
	})
}
