// Package xkb is the keymap of an X server (the XKB extension), and the answer
// to one question: which key, with which modifiers, makes a keysym.
//
// It is not a keyboard: it presses nothing (platform/input does), and it knows
// no actions, indicators or geometry.
package xkb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// Mods is a set of the eight real modifiers, as in the state of a key event.
type Mods uint8

// The modifiers with a fixed meaning.
const (
	Shift   Mods = 1 << 0
	Lock    Mods = 1 << 1
	Control Mods = 1 << 2
)

// Keymap is one map of the server. It does not change.
type Keymap struct {
	Min, Max byte // keycodes
	keys     [256]key
	types    []keyType
}

// key is what a keycode means, in each group and level.
type key struct {
	types  [4]uint8 // of each group, into Keymap.types
	groups uint8
	range_ uint8 // what happens to a group out of range, see effective
	width  int   // levels stored a group
	syms   []uint32
	mods   Mods // that it sets while down
}

// keyType says which modifiers choose which level of a key.
type keyType struct {
	mask    Mods
	entries []entry
}

type entry struct {
	mods  Mods
	level int
}

// level returns the level of a key of this type under mods; those that no
// entry names give the first.
func (t *keyType) level(mods Mods) int {
	for _, e := range t.entries {
		if e.mods == mods&t.mask {
			return e.level
		}
	}
	return 0
}

// effective returns the group of a key when g is in force (XKB protocol,
// section 7.2.2), or -1 for a key without a meaning.
func (k *key) effective(g int) int {
	n := int(k.groups)
	switch {
	case n == 0:
		return -1
	case g < n:
		return g
	case k.range_&0xC0 == 0x40:
		return n - 1
	case k.range_&0xC0 == 0x80:
		return min(int(k.range_>>4&3), n-1)
	}
	return g % n
}

// syms of group g, level by level.
func (k *key) group(g int) []uint32 {
	from := g * k.width
	if g < 0 || from+k.width > len(k.syms) {
		return nil
	}
	return k.syms[from : from+k.width]
}

// Mods returns the modifiers that a key sets while it is down.
func (m *Keymap) Mods(keycode byte) Mods { return m.keys[keycode].mods }

// Spare lists the keycodes that mean nothing, the highest first.
func (m *Keymap) Spare() []byte {
	var free []byte
	for c := int(m.Max); c >= int(m.Min) && c > 0; c-- {
		k := &m.keys[c]
		used := k.mods != 0
		for _, s := range k.syms {
			used = used || s != 0
		}
		if !used {
			free = append(free, byte(c))
		}
	}
	return free
}

var errShort = errors.New("keymap of the X server is cut off")

// wire reads a reply field by field; after the end everything is 0 and short
// is set.
type wire struct {
	b     []byte
	short bool
}

func (w *wire) take(n int) []byte {
	if n > len(w.b) {
		w.short, w.b = true, nil
		return make([]byte, n)
	}
	b := w.b[:n]
	w.b = w.b[n:]
	return b
}

// What of the map is asked for and understood.
const (
	hasTypes  = 1
	hasSyms   = 2
	hasModMap = 4
	wanted    = hasTypes | hasSyms | hasModMap
)

// Parse reads the reply of the GetMap request that Load sends (XKB protocol,
// appendix D).
func Parse(reply []byte) (*Keymap, error) {
	w := &wire{b: reply}
	h := w.take(40)
	if w.short {
		return nil, errShort
	}
	m := &Keymap{Min: h[10], Max: h[11]}
	if present := binary.LittleEndian.Uint16(h[12:]); present != wanted {
		return nil, fmt.Errorf("keymap with parts %#x, not %#x", present, wanted)
	}
	m.types = make([]keyType, h[15])
	for i := range m.types {
		m.types[i] = parseType(w)
	}
	for i := range int(h[20]) {
		m.parseKey(w, int(h[17])+i)
	}
	for range int(h[33]) {
		e := w.take(2)
		m.keys[e[0]].mods = Mods(e[1])
	}
	if w.short {
		return nil, errShort
	}
	return m, nil
}

func parseType(w *wire) keyType {
	h := w.take(8)
	t := keyType{mask: Mods(h[0])}
	n := int(h[5])
	for range n {
		if e := w.take(8); e[0] != 0 {
			t.entries = append(t.entries, entry{Mods(e[1]), int(e[2])})
		}
	}
	if h[6] != 0 {
		w.take(4 * n)
	}
	return t
}

func (m *Keymap) parseKey(w *wire, code int) {
	h := w.take(8)
	n := int(binary.LittleEndian.Uint16(h[6:]))
	raw := w.take(4 * n)
	if code > 255 || w.short {
		w.short = true
		return
	}
	k := &m.keys[code]
	copy(k.types[:], h[:4])
	k.groups, k.range_, k.width = min(h[4]&0x0F, 4), h[4], int(h[5])
	k.syms = make([]uint32, n)
	for i := range k.syms {
		k.syms[i] = binary.LittleEndian.Uint32(raw[4*i:])
	}
}

// Sym returns what a key means in a state, 0 if nothing: what a program reads
// from an event.
func (m *Keymap) Sym(keycode byte, s State) uint32 {
	k := &m.keys[keycode]
	g := k.effective(s.Group)
	syms := k.group(g)
	if len(syms) == 0 {
		return 0
	}
	level := 0
	if t := int(k.types[g&3]); t < len(m.types) {
		level = m.types[t].level(s.Mods)
	}
	if level >= len(syms) {
		return 0
	}
	return syms[level]
}

// Choice is a way to make a keysym: hold Press, let go of Release, strike Key.
type Choice struct {
	Key            byte
	Press, Release Mods
}

func (c Choice) cost() int { return bits.OnesCount8(uint8(c.Press | c.Release)) }

// State is which modifiers and which group are in force.
type State struct {
	Mods   Mods // effective: held, latched and locked
	Locked Mods // by Caps Lock and the like; no key that is let go ends them
	Group  int
}

// Find returns the way to make sym that changes the fewest modifiers. It
// presses none but those in can. A function key is struck with the modifiers
// as they are: with Shift, Tab is to stay a shifted Tab.
func (m *Keymap) Find(sym uint32, s State, can Mods) (Choice, bool) {
	best, least := Choice{}, 0
	for c := int(m.Min); c <= int(m.Max); c++ {
		k := &m.keys[c]
		g := k.effective(s.Group)
		for level, have := range k.group(g) {
			if !same(have, sym) {
				continue
			}
			way, ok := Choice{}, true
			if !Function(sym) {
				way, ok = m.reach(int(k.types[g&3]), level, s, can)
			}
			if cost := 1 + 16*way.cost() + level; ok && (least == 0 || cost < least) {
				way.Key = byte(c)
				best, least = way, cost
			}
		}
	}
	return best, least > 0
}

func same(have, want uint32) bool {
	if have == want {
		return have != 0
	}
	r := Rune(want)
	return r != 0 && Rune(have) == r
}

// reach returns how to get from the state to a level of a type, trying every
// set of the modifiers that the type looks at.
func (m *Keymap) reach(typ, level int, s State, can Mods) (Choice, bool) {
	if typ >= len(m.types) {
		return Choice{}, level == 0
	}
	t := &m.types[typ]
	best, found := Choice{}, false
	for set := t.mask; ; set = (set - 1) & t.mask {
		c := Choice{Press: set &^ s.Mods, Release: t.mask & s.Mods &^ set}
		if t.level(set) == level && c.Press&^can == 0 && c.Release&s.Locked == 0 && (!found || c.cost() < best.cost()) {
			best, found = c, true
		}
		if set == 0 {
			return best, found
		}
	}
}

// ModifierKey returns the key whose first meaning is one of these keysyms and
// that sets the modifier.
func (m *Keymap) ModifierKey(mod Mods, syms ...uint32) (byte, bool) {
	for _, sym := range syms {
		for c := int(m.Min); c <= int(m.Max); c++ {
			k := &m.keys[c]
			if g := k.group(0); k.mods&mod != 0 && len(g) > 0 && g[0] == sym {
				return byte(c), true
			}
		}
	}
	return 0, false
}

// Levels returns the modifiers that choose a level and that a key can hold,
// with that key: Shift, AltGr and the fifth level's.
func (m *Keymap) Levels() map[Mods]byte {
	keys := map[Mods]byte{}
	for i := range 8 {
		mod := Mods(1) << i
		if c, ok := m.ModifierKey(mod, ShiftL, ShiftR, Level3, Level5, ModeSwitch); ok {
			keys[mod] = c
		}
	}
	return keys
}
