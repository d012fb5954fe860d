package input

import (
	"errors"
	"fmt"
	"slices"

	"github.com/jezek/xgb/xproto"

	"jump/platform/x11/xkb"
)

// press makes a key go down, or repeats it.
func (d *x11Device) press(id keyID, sym uint32) error {
	if h, ok := d.held[id]; ok {
		d.fake(xproto.KeyRelease, h.key)
		sym = h.sym
	}
	state, err := d.look()
	if err != nil {
		return err
	}
	c, err := d.choose(sym, state)
	if err != nil {
		return err
	}
	if h, ok := d.held[id]; ok && h.key != c.Key {
		d.release(id)
	}
	if d.isDown(c.Key) {
		d.fake(xproto.KeyRelease, c.Key) // another key of theirs is this one of ours
	}
	d.held[id] = held{c.Key, sym}
	d.repeat(c.Key, false)
	d.strike(c, state)
	d.conn.Sync()
	return nil
}

// release ends what id began.
func (d *x11Device) release(id keyID) {
	h, ok := d.held[id]
	if !ok {
		return
	}
	delete(d.held, id)
	if d.isDown(h.key) {
		return
	}
	d.fake(xproto.KeyRelease, h.key)
	d.repeat(h.key, true)
	d.spares.used(h.key)
}

func (d *x11Device) isDown(key byte) bool {
	for _, h := range d.held {
		if h.key == key {
			return true
		}
	}
	return false
}

// repeat turns the server's own repeating of a key off or on again. Only keys
// that repeat are touched, and only while this device holds them.
func (d *x11Device) repeat(key byte, on bool) {
	if d.repeats[key/8]>>(key%8)&1 == 0 {
		return
	}
	mode := uint32(xproto.AutoRepeatModeOff)
	if on {
		mode = xproto.AutoRepeatModeOn
	}
	xproto.ChangeKeyboardControl(d.conn.X, xproto.KbKey|xproto.KbAutoRepeatMode, []uint32{uint32(key), mode})
}

// choose returns the way to make a keysym, and gives a spare key that meaning
// if no key has it.
func (d *x11Device) choose(sym uint32, state xkb.State) (xkb.Choice, error) {
	for _, s := range append([]uint32{sym}, alike[sym]...) {
		if c, ok := d.keymap.Find(s, state, d.can()); ok {
			d.spares.used(c.Key)
			return c, nil
		}
	}
	if sym == 0 {
		return xkb.Choice{}, errors.New("a key without a meaning")
	}
	key, err := d.spares.bind(d, sym)
	if err != nil {
		return xkb.Choice{}, fmt.Errorf("no key for keysym %#x: %w", sym, err)
	}
	return xkb.Choice{Key: key}, nil
}

// alike are keys that do when a layout lacks the one that was asked for.
var alike = map[uint32][]uint32{
	xkb.MetaL:  {xkb.AltL},
	xkb.MetaR:  {xkb.AltR, xkb.AltL},
	xkb.AltR:   {xkb.AltL},
	xkb.SuperR: {xkb.SuperL},
	xkb.HyperL: {xkb.SuperL},
	xkb.HyperR: {xkb.SuperL},
	xkb.Level3: {xkb.ModeSwitch},
}

// can returns the modifiers that may be pressed to reach a level.
func (d *x11Device) can() xkb.Mods {
	var m xkb.Mods
	for mod := range d.levels {
		m |= mod
	}
	return m
}

// strike presses a key with the modifiers that it needs and, when it is down,
// makes them as they were.
func (d *x11Device) strike(c xkb.Choice, state xkb.State) {
	lifted := d.holding(c.Release)
	var pressed []byte
	for mod, key := range d.levels {
		if c.Press&mod != 0 {
			pressed = append(pressed, key)
		}
	}
	for _, k := range lifted {
		d.fake(xproto.KeyRelease, k)
	}
	for _, k := range pressed {
		d.fake(xproto.KeyPress, k)
	}
	d.fake(xproto.KeyPress, c.Key)
	for _, k := range pressed {
		d.fake(xproto.KeyRelease, k)
	}
	for _, k := range lifted {
		d.fake(xproto.KeyPress, k)
	}
}

// holding returns the keys that this device holds which set one of mods.
func (d *x11Device) holding(mods xkb.Mods) []byte {
	var keys []byte
	for _, h := range d.held {
		if d.keymap.Mods(h.key)&mods != 0 && !slices.Contains(keys, h.key) {
			keys = append(keys, h.key)
		}
	}
	return keys
}

// Text types each character with nothing held but what it needs.
func (d *x11Device) Text(s string) error {
	return d.do("type text", func() error {
		lifted := d.holding(^xkb.Mods(0))
		for _, k := range lifted {
			d.fake(xproto.KeyRelease, k)
		}
		err := d.typeAll(s)
		for _, k := range lifted {
			d.fake(xproto.KeyPress, k)
		}
		d.conn.Sync()
		return err
	})
}

func (d *x11Device) typeAll(s string) error {
	state, err := d.look()
	if err != nil {
		return err
	}
	for _, r := range s {
		sym := xkb.Sym(r)
		if sym == 0 {
			continue
		}
		if err := d.refresh(); err != nil {
			return err
		}
		c, err := d.choose(sym, state)
		if err != nil {
			return err
		}
		if d.isDown(c.Key) {
			d.fake(xproto.KeyRelease, c.Key)
		}
		c.Release = 0 // what we hold is let go of already
		d.strike(c, state)
		d.fake(xproto.KeyRelease, c.Key)
		d.spares.used(c.Key)
	}
	return nil
}
