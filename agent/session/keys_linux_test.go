package session_test

import (
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/jezek/xgb/xproto"

	"jump/capture/capturetest"
	"jump/platform/input"
	"jump/platform/x11/x11test"
	"jump/platform/x11/xkb"
	"jump/transport/wire"
)

// TestInput sends 10,000 random messages of a viewer through a conversation to
// an X server, and compares all that a program's window gets with what was
// meant: every movement, button, notch, key and character, in order, under
// three layouts. JUMP_SOAK=1 plays twenty other sequences.
func TestInput(t *testing.T) {
	seeds := []uint64{1}
	if os.Getenv("JUMP_SOAK") != "" {
		seeds = nil
		for range 20 {
			seeds = append(seeds, rand.Uint64())
		}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { playInput(t, seed) })
	}
}

func playInput(t *testing.T, seed uint64) {
	server := x11test.Start(t, 800, 600)
	t.Setenv("DISPLAY", server.Display)
	prog := newWindow(t, server)
	h := host(capturetest.NewScreen(image.Rect(0, 0, 800, 600)), nil)
	h.Input = input.Open
	p := begin(t, h, screenOpen(allRights, wire.ScreenOptions{}))
	p.opened()
	v := &player{Rand: rand.New(rand.NewPCG(seed, seed)), peer: p}
	v.point(400, 300, 0)
	v.point(0, 0, 0)
	for _, layout := range []string{"de", "fr", "us", "fr", "de"} {
		if out, err := exec.Command("setxkbmap", layout).CombinedOutput(); err != nil {
			t.Fatalf("setxkbmap (`make setup` installs it): %v: %s", err, out)
		}
		for begun := v.sent; v.sent < begun+2000; {
			v.act()
		}
		prog.expect(layout, v.want)
	}
	v.rest()
	prog.expect("the end", v.want)
	prog.atRest()
	if v.sent < 10000 {
		t.Errorf("only %d messages", v.sent)
	}
}

// player is a viewer who does things at random and knows what they mean.
type player struct {
	*rand.Rand
	*peer
	sent    int
	want    []string
	x, y    int
	buttons uint16
	held    []rune
}

// What the player knows to strike. The signs are on some of the layouts, or on
// none, and fewer than the keycodes that layouts leave free. h and j are held
// for long, and on no level of their keys is another sign.
var (
	signs     = []rune("abcdefgiklmnopqrstuvwxyzABCXYZ0123456789 !\"%&/()=?+*#'-_.:,;<>@{[]}\\|~äöüÄÖÜßéèçàêñøåłžжΩ€你😀")
	holdables = []rune("hj")
	deadKeys  = []uint32{0xFE50, 0xFE51, 0xFE52, 0xFE57}                                                                                                                 // grave, acute, circumflex, diaeresis
	functions = []uint32{0xFF09, 0xFF0D, 0xFF1B, 0xFF08, 0xFFFF, 0xFF50, 0xFF51, 0xFF52, 0xFF53, 0xFF54, 0xFF57, 0xFFBE, 0xFFBF, 0xFFC1, 0xFFC2, 0xFFC5, 0xFFC8, 0xFFC9} // Tab, …, F12
	holders   = []struct {
		sym, usage uint32
		mod        xkb.Mods
	}{{xkb.ShiftL, 0xE1, xkb.Shift}, {xkb.ControlL, 0xE0, xkb.Control}, {xkb.AltL, 0xE2, alt}}
)

const alt = xkb.Mods(xproto.ModMask1)

// act does one thing.
func (v *player) act() {
	switch v.IntN(10) {
	case 0, 1:
		v.point(v.IntN(800), v.IntN(600), v.buttons)
	case 2:
		v.point(v.x, v.y, v.buttons^1<<v.IntN(5))
	case 3:
		v.turn(v.IntN(7)-3, v.IntN(7)-3)
	case 4:
		v.text()
	case 5:
		v.hold(holdables[v.IntN(len(holdables))])
	case 6:
		v.function()
	case 7:
		v.tap(xkb.Sym(signs[v.IntN(26)]), 0, v.modifier(1, 2), v.IntN(2))
	case 8:
		v.tap(deadKeys[v.IntN(len(deadKeys))], 0, 0, 0)
	case 9:
		v.sign()
	}
}

func (v *player) tell(typ wire.Type, body []byte) {
	v.write(typ, body)
	v.sent++
}

func (v *player) expect(format string, args ...any) {
	v.want = append(v.want, fmt.Sprintf(format, args...))
}

func (v *player) point(x, y int, buttons uint16) {
	v.tell(wire.TypePointer, wire.Pointer{X: int32(x), Y: int32(y), Buttons: wire.Button(buttons)}.Append(nil))
	if x != v.x || y != v.y {
		v.expect("move %d,%d", x, y)
	}
	for i, button := range []int{1, 2, 3, 8, 9} {
		if bit := uint16(1) << i; buttons&bit > v.buttons&bit {
			v.expect("press %d", button)
		} else if buttons&bit < v.buttons&bit {
			v.expect("release %d", button)
		}
	}
	v.x, v.y, v.buttons = x, y, buttons
}

// turn turns the wheel by notches; what is less than one is kept.
func (v *player) turn(dx, dy int) {
	v.tell(wire.TypeWheel, wire.Wheel{DX: int16(120 * dx), DY: int16(120 * dy)}.Append(nil))
	for _, w := range []struct{ n, less, more int }{{dy, 4, 5}, {dx, 6, 7}} {
		button := w.more
		if w.n < 0 {
			button = w.less
		}
		for range max(w.n, -w.n) {
			v.expect("press %d", button)
			v.expect("release %d", button)
		}
	}
}

func (v *player) text() {
	var s []rune
	for range 1 + v.IntN(6) {
		s = append(s, signs[v.IntN(len(signs))])
	}
	v.tell(wire.TypeText, []byte(string(s)))
	for _, r := range s {
		v.expect("down %s", meaning(xkb.Sym(r), 0))
		v.expect("up %s", meaning(xkb.Sym(r), 0))
	}
}

func (v *player) key(sym, usage uint32, down bool) {
	v.tell(wire.TypeKey, wire.Key{Keysym: sym, Usage: uint16(usage), Down: down}.Append(nil))
}

// hold presses or lets go of a key that stays down for long.
func (v *player) hold(r rune) {
	i := slices.Index(v.held, r)
	v.key(uint32(r), 0, i < 0)
	if i < 0 {
		v.held = append(v.held, r)
		v.expect("down %s", meaning(uint32(r), 0))
		return
	}
	v.held = slices.Delete(v.held, i, i+1)
	v.expect("up %s", meaning(uint32(r), 0))
}

// modifier presses one of the holders from a to b and returns it.
func (v *player) modifier(a, b int) xkb.Mods {
	h := holders[a+v.IntN(b-a+1)]
	v.key(h.sym, h.usage, true)
	return h.mod
}

// tap strikes a key, which may repeat, and lets go of the modifier that is
// held.
func (v *player) tap(sym, usage uint32, mods xkb.Mods, repeats int) {
	for i := range 1 + repeats {
		if i > 0 {
			v.expect("up %s", meaning(sym, mods))
		}
		v.key(sym, usage, true)
		v.expect("down %s", meaning(sym, mods))
	}
	v.key(sym, usage, false)
	v.expect("up %s", meaning(sym, mods))
	for _, h := range holders {
		if h.mod == mods {
			v.key(h.sym, h.usage, false)
		}
	}
}

func (v *player) function() {
	var mods xkb.Mods
	if v.IntN(2) == 0 {
		mods = v.modifier(0, 2)
	}
	v.tap(functions[v.IntN(len(functions))], 0, mods, v.IntN(2))
}

// sign strikes a character as some keyboard has it: bare, or with Shift or
// AltGr held, which the layout here may need or not.
func (v *player) sign() {
	sym := xkb.Sym(signs[v.IntN(len(signs))])
	with := []struct{ sym, usage uint32 }{{}, {xkb.ShiftR, 0xE5}, {xkb.Level3, 0xE6}}[v.IntN(3)]
	if with.sym != 0 {
		v.key(with.sym, with.usage, true)
	}
	v.tap(sym, uint32(4+v.IntN(30)), 0, 0)
	if with.sym != 0 {
		v.key(with.sym, with.usage, false)
	}
}

// rest lets go of everything as a viewer does that loses its focus.
func (v *player) rest() {
	v.key(xkb.ControlL, 0xE0, true)
	v.key(xkb.Level3, 0xE6, true)
	v.point(v.x, v.y, 0)
	for len(v.held) > 1 {
		v.hold(v.held[1])
	}
	for _, r := range v.held {
		v.expect("up %s", meaning(uint32(r), 0))
	}
	v.tell(wire.TypeReleaseAll, nil)
}

// meaning writes what a program understands: characters have their Shift and
// AltGr in them.
func meaning(sym uint32, mods xkb.Mods) string {
	mods &= xkb.Shift | xkb.Control | alt
	if sym == 0xFE20 { // Shift+Tab has a name of its own
		sym = xkb.Tab
	}
	if r := xkb.Rune(sym); r != 0 && !xkb.Function(sym) {
		return fmt.Sprintf("%q %d", r, mods&^xkb.Shift)
	}
	if slices.Contains(deadKeys, sym) {
		mods = 0
	}
	return fmt.Sprintf("%#x %d", sym, mods)
}
