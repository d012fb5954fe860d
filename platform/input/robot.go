//go:build windows || darwin

package input

import (
	"errors"
	"fmt"
	"sync"

	"jump/platform/x11/xkb"
)

// robot is a device through robotgo, which knows keys by names. Named keys and
// modifiers are pressed and held. A character is typed as such, whatever the
// layout, and typed again when it repeats; only beside Control, Alt or the
// command key it is pressed as a key, so that shortcuts work. AltGr is not
// pressed at all: the characters that it makes come as such.
//
// robotgo has no fourth and fifth button, turns the wheel by whole notches, and
// does not tell when the desktop cannot be reached.
type robot struct {
	mu      sync.Mutex
	held    map[keyID]string
	buttons uint16
	wheel   wheel
	closed  bool
}

var _ Device = (*robot)(nil)

// Open returns a device on the desktop of this process.
func Open() (Device, error) {
	quiet()
	return &robot{held: map[keyID]string{}}, nil
}

var errClosed = errors.New("the input device is closed")

func (r *robot) do(f func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return errClosed
	}
	return f()
}

var buttonNames = []string{"left", "center", "right"}

// Pointer is the contract's; back and forward are not to be had.
func (r *robot) Pointer(x, y int, buttons uint16) error {
	return r.do(func() error {
		moveTo(x, y)
		return r.press(buttons & (1<<len(buttonNames) - 1))
	})
}

func (r *robot) press(buttons uint16) error {
	for i, name := range buttonNames {
		bit := uint16(1) << i
		if (buttons^r.buttons)&bit == 0 {
			continue
		}
		way := "up"
		if buttons&bit != 0 {
			way = "down"
		}
		if err := toggleButton(name, way); err != nil {
			return fmt.Errorf("press a button: %w", err)
		}
		r.buttons ^= bit
	}
	return nil
}

// Wheel is the contract's; robotgo counts up and left as positive.
func (r *robot) Wheel(dx, dy int) error {
	return r.do(func() error {
		if x, y := r.wheel.turn(dx, dy); x != 0 || y != 0 {
			scroll(-x, -y)
		}
		return nil
	})
}

// Key is the contract's.
func (r *robot) Key(keysym uint32, usage uint16, down bool) error {
	return r.do(func() error {
		id := idOf(keysym, usage)
		if !down {
			return r.release(id)
		}
		if name, ok := r.held[id]; ok {
			return toggleKey(name, "down")
		}
		return r.begin(id, keysym)
	})
}

func (r *robot) begin(id keyID, keysym uint32) error {
	c := xkb.Rune(keysym)
	switch {
	case keysym == xkb.Level3:
		return nil
	case c != 0 && !r.shortcut():
		typeText(string(c))
		return nil
	}
	name, ok := robotName(keysym)
	if !ok {
		return fmt.Errorf("no key for keysym %#x: %w", keysym, errors.ErrUnsupported)
	}
	if err := toggleKey(name, "down"); err != nil {
		return fmt.Errorf("press %s: %w", name, err)
	}
	r.held[id] = name
	return nil
}

// shortcut reports whether a key is held that makes characters commands.
func (r *robot) shortcut() bool {
	for _, name := range r.held {
		switch name {
		case "ctrll", "ctrlr", "altl", "altr", "cmdl", "cmdr":
			return true
		}
	}
	return false
}

func (r *robot) release(id keyID) error {
	name, ok := r.held[id]
	if !ok {
		return nil
	}
	delete(r.held, id)
	for _, other := range r.held {
		if other == name {
			return nil
		}
	}
	return toggleKey(name, "up")
}

// Text is the contract's.
func (r *robot) Text(s string) error {
	return r.do(func() error { typeText(s); return nil })
}

// ReleaseAll is the contract's.
func (r *robot) ReleaseAll() error { return r.do(r.releaseAll) }

func (r *robot) releaseAll() error {
	errs := []error{r.press(0)}
	for id := range r.held {
		errs = append(errs, r.release(id))
	}
	r.wheel = wheel{}
	return errors.Join(errs...)
}

// Close is the contract's.
func (r *robot) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	return r.releaseAll()
}
