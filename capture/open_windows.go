package capture

import (
	"context"
	"fmt"
	"image"

	"github.com/go-vgo/robotgo/win"
	"github.com/kbinani/screenshot"
)

// Open returns the desktop of this process's window station, by pictures that
// are compared (see polled). The error wraps ErrNoScreen when there is none.
func Open(context.Context) (Source, error) { return newPolled(gdi{}, pollInterval) }

// gdi takes pictures with kbinani/screenshot.
type gdi struct{}

func (gdi) displays() []Display {
	list := make([]Display, 0, screenshot.NumActiveDisplays())
	for i := range min(cap(list), 16) {
		b := screenshot.GetDisplayBounds(i)
		list = append(list, Display{ID: uint8(i), Bounds: b, Primary: b.Min == image.Point{}, Name: fmt.Sprintf("Display %d", i+1)})
	}
	return list
}

func (gdi) shoot(d Display) (*image.RGBA, error) { return screenshot.CaptureRect(d.Bounds) }

func (gdi) pointer() image.Point { return image.Pt(win.Location()) }
