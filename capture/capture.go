// Package capture reads the displays of this machine as pixels with damage:
// what changed since the last time, and nothing else. One file per system and
// back end.
//
// It is not an encoder (capture/encode turns pixels into bytes, capture/decode
// back), it sends nothing, and it takes no input (platform/input does).
package capture

import (
	"context"
	"errors"
	"image"
)

// Display is one monitor.
type Display struct {
	ID      uint8           // stable while Layout stays the same
	Bounds  image.Rectangle // in desktop coordinates, pixels
	Primary bool
	Name    string
}

// Pixels are the current contents of one display: 32-bit words 0xXXRRGGBB in
// native byte order, rows of Stride words from the top left corner. The upper
// eight bits are undefined. They are valid, and only to be read, until the
// next call of a method of their Source.
type Pixels struct {
	Words         []uint32
	Width, Height int
	Stride        int // in words
}

// Update is what happened since the last one.
type Update struct {
	Layout  bool              // the list of displays changed: ask Displays, all is damaged
	Damage  []image.Rectangle // in desktop coordinates; never outside the displays
	Moves   []Move            // what of the damage merely moved, as far as the system told; only hints
	Cursor  *Cursor           // nil: shape unchanged
	Moved   bool              // the pointer is at Pointer now
	Pointer image.Point
}

func (u Update) some() bool {
	return u.Layout || len(u.Damage) > 0 || u.Cursor != nil || u.Moved
}

// Move says that what is shown in To was shown at To minus By before.
type Move struct {
	To image.Rectangle // in desktop coordinates
	By image.Point
}

// Cursor is the shape of the pointer, pixels straight R, G, B, A. Width 0
// means that it is hidden.
type Cursor struct {
	Width, Height int
	Hot           image.Point
	Pixels        []byte
}

// Source is a desktop that can be looked at. One goroutine uses it, but Close
// may come from any while that one waits, fetches, or looks at no pixels.
type Source interface {
	// Displays lists the monitors, at least one.
	Displays() []Display
	// Wait blocks until something changed since the last Wait, merges all that
	// did, and returns it. The first Wait returns at once with the whole of
	// every display damaged and the cursor. Between two events it costs
	// nothing: it never polls where the system can tell. An error that wraps
	// ErrLost means that the display server went away: Open again.
	Wait(ctx context.Context) (Update, error)
	// Fetch reads at least the rectangle r (desktop coordinates) of a display
	// and returns the whole display's pixels, of which those inside every
	// damage reported and fetched so far are current.
	Fetch(display uint8, r image.Rectangle) (Pixels, error)
	Close() error
}

// Errors on which callers decide.
var (
	// ErrNoScreen says that there is no display that this process may read.
	ErrNoScreen = errors.New("no display here")
	// ErrLost says that a display was there and went away.
	ErrLost = errors.New("display server went away")
)
