// Package input is the hands of a representative on this machine: it moves the
// pointer, presses buttons and keys, and types text.
//
// It is not the wire's messages (agent/session unpacks those), it decides
// nothing about rights, and it reads no input of anybody.
//
// Windows and macOS have robotgo. X11 does not, not even for the pointer:
// robotgo's back end has one connection for the process, which it opens at the
// first event with a window on the desktop, keeps when its server is gone as
// long as another device is open (clicks vanish then), and whose failures it
// does not tell. A device has one XTEST connection for all that it does.
package input

import "errors"

// Device is one representative's pointer and keyboard on the desktop of this
// process. Its methods may be called from any goroutine; what one call does is
// done when it returns.
//
// An error that wraps ErrLost means that the desktop went away: Close, and Open
// another. Any other error concerns that one call, and the device goes on.
type Device interface {
	// Pointer puts the pointer at a place in desktop coordinates, in pixels, and
	// then makes the buttons as given: bit 0 left, 1 middle, 2 right, 3 back,
	// 4 forward.
	Pointer(x, y int, buttons uint16) error
	// Wheel turns the wheel, in 1/120 of a notch; right and down are positive.
	// What is less than a notch is kept for the next turn.
	Wheel(dx, dy int) error
	// Key presses or releases the key for an X11 keysym. usage is the key's
	// place (USB HID page 7), 0 if unknown: the same usage, or without one the
	// same keysym, ends what it began. A down of a key that is down repeats it;
	// nothing else does, so that no key runs away when the line is slow.
	Key(keysym uint32, usage uint16, down bool) error
	// Text types characters, whatever the layout. Keys that this device holds do
	// not change what it types.
	Text(s string) error
	// ReleaseAll lets go of every key and button that this device holds.
	ReleaseAll() error
	// Close releases all, and gives back what was borrowed.
	Close() error
}

// ErrLost says that the desktop of a device went away.
var ErrLost = errors.New("input device went away")

// maxNotches bounds what one call of Wheel turns.
const maxNotches = 64

// wheel keeps what is less than a notch.
type wheel struct{ x, y int }

// turn adds to the wheel and returns whole notches.
func (w *wheel) turn(dx, dy int) (x, y int) { return notches(&w.x, dx), notches(&w.y, dy) }

func notches(rest *int, d int) int {
	const notch = 120
	if *rest > 0 && d < 0 || *rest < 0 && d > 0 {
		*rest = 0 // as a mouse does: the way back begins anew
	}
	d = min(max(d, -notch*maxNotches), notch*maxNotches)
	n := (*rest + d) / notch
	*rest = (*rest + d) % notch
	return n
}

// keyID names a key of the representative's keyboard.
type keyID struct {
	usage uint16
	sym   uint32 // if usage is 0
}

func idOf(keysym uint32, usage uint16) keyID {
	if usage != 0 {
		return keyID{usage: usage}
	}
	return keyID{sym: keysym}
}
