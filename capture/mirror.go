package capture

import (
	"image"
	"time"
)

// A system that tells what changed on a display, but not on one connection for
// the whole desktop, is a desk with a mirror for every display: desktop
// duplication on Windows, display streams on macOS.
type desk interface {
	// displays lists the monitors there are.
	displays() []Display
	// mirror opens one, and tells of the pointer. It is called on the goroutine,
	// with a thread of its own, that will use and close the mirror.
	mirror(d Display) (mirror, change, error)
}

// mirror tells of one display. Its coordinates are the display's: 0, 0 is the
// display's corner.
type mirror interface {
	// next waits for something to happen, but no longer than a beat. A change
	// without content says that nothing did. An error is the mirror's last word:
	// the displays may be others now.
	next() (change, error)
	// read copies parts of the newest picture to words, which are the whole
	// display, row by row. Before the first next that is the picture as it was
	// when the mirror was opened, or a newer one.
	read(parts []image.Rectangle, words []uint32) error
	close()
}

// change is what happened to one display.
type change struct {
	damage  []image.Rectangle
	moves   []Move
	shape   *Cursor // nil: unchanged
	pointed bool    // the pointer is at pointer, and so is visible
	pointer image.Point
	visible bool
}

func (c *change) empty() bool { return len(c.damage) == 0 && c.shape == nil && !c.pointed }

// beat is how long a mirror waits at most. It bounds how long Close takes, and
// how late it is seen that monitors came or went.
const beat = 250 * time.Millisecond
