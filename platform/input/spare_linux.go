package input

import (
	"errors"
	"slices"
	"time"

	"github.com/jezek/xgb/xproto"
)

// spares are the keycodes that the layout gives no meaning. A keysym that no
// key makes gets one of them, the one that was used longest ago.
//
// Programs look a key up in the keymap when they get to its event, not when it
// happened. So a spare key keeps its meaning for a while after it was struck,
// and a text with more strange characters than there are spare keys is typed
// at the pace that this sets.
type spares struct {
	keys []spare // the least recently used first
}

type spare struct {
	key  byte
	sym  uint32 // 0: not in use
	last time.Time
}

// Limits of spares.
const (
	maxSpares = 32
	grace     = 150 * time.Millisecond // for programs to look up what was typed
)

// offer takes keycodes that are free. Those that are in use already are not
// free any more, and stay.
func (s *spares) offer(free []byte) {
	s.keys = slices.DeleteFunc(s.keys, func(k spare) bool { return k.sym == 0 })
	for _, key := range free {
		if i := s.index(key); i >= 0 {
			s.keys[i].sym = 0 // somebody loaded another layout over it
		} else if len(s.keys) < maxSpares {
			s.keys = append([]spare{{key: key}}, s.keys...)
		}
	}
}

func (s *spares) index(key byte) int {
	return slices.IndexFunc(s.keys, func(k spare) bool { return k.key == key })
}

// used notes that a key, if it is a spare one, was struck just now.
func (s *spares) used(key byte) {
	if i := s.index(key); i >= 0 {
		k := s.keys[i]
		k.last = time.Now()
		s.keys = append(slices.Delete(s.keys, i, i+1), k)
	}
}

// bind gives a spare key a meaning. When it returns, the server has told every
// program, and will tell of the key only after that.
func (s *spares) bind(d *x11Device, sym uint32) (byte, error) {
	i := slices.IndexFunc(s.keys, func(k spare) bool { return !d.isDown(k.key) })
	if i < 0 {
		return 0, errors.New("the layout leaves no keycode free")
	}
	k := s.keys[i]
	if k.sym != 0 {
		d.conn.Sync() // what was typed till now is on its way, while we wait
		time.Sleep(time.Until(k.last.Add(grace)))
	}
	if err := mean(d, k.key, sym).Check(); err != nil {
		return 0, err
	}
	s.keys[i].sym = sym
	s.used(k.key)
	return k.key, nil
}

// mean gives a key the same meaning with and without Shift.
func mean(d *x11Device, key byte, sym uint32) xproto.ChangeKeyboardMappingCookie {
	two := []xproto.Keysym{xproto.Keysym(sym), xproto.Keysym(sym)}
	return xproto.ChangeKeyboardMappingChecked(d.conn.X, 1, xproto.Keycode(key), byte(len(two)), two)
}

// giveBack ends all meanings, the last one not before programs had time to look
// it up.
func (s *spares) giveBack(d *x11Device) {
	for _, k := range s.keys {
		if k.sym == 0 || d.conn.Ended() {
			continue
		}
		time.Sleep(time.Until(k.last.Add(grace)))
		_ = mean(d, k.key, 0).Check()
	}
	s.keys = nil
}
