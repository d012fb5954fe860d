package capture

import (
	"context"
	"fmt"
	"image"

	"github.com/go-vgo/robotgo/darwin"
)

// Open returns the desktop of the user who runs this process, by pictures that
// are compared (see polled). It needs the permission "Screen Recording". It
// has been built but never run on a Mac. The error wraps ErrNoScreen when there
// is no display.
func Open(context.Context) (Source, error) { return newPolled(quartz{}, pollInterval) }

// quartz takes pictures with robotgo's CoreGraphics calls; kbinani/screenshot
// needs cgo on macOS. Desktop coordinates are points, pictures may have more
// pixels.
type quartz struct{}

func (quartz) displays() []Display {
	if darwin.MainDisplayID() == 0 {
		return nil
	}
	list := make([]Display, 0, darwin.DisplaysNum())
	for i := range min(cap(list), 16) {
		r := darwin.GetScreenRect(i)
		b := image.Rect(r.X, r.Y, r.X+r.W, r.Y+r.H)
		list = append(list, Display{ID: uint8(i), Bounds: b, Primary: i == 0, Name: fmt.Sprintf("Display %d", i+1)})
	}
	return list
}

func (quartz) shoot(d Display) (*image.RGBA, error) {
	return darwin.Capture(0, 0, d.Bounds.Dx(), d.Bounds.Dy(), int(d.ID))
}

func (quartz) pointer() image.Point { return image.Pt(darwin.Location()) }
