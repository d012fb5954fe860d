package capture

import (
	"context"
	"fmt"
	"image"
	"time"

	"github.com/go-vgo/robotgo/darwin"
)

// Open returns the desktop of the user who runs this process: by display
// streams, or where there are none, by pictures that are compared (see polled).
// It needs the permission "Screen Recording". It has been built but never run
// on a Mac. The error wraps ErrNoScreen when there is no display.
func Open(context.Context) (Source, error) {
	if s, err := openStreams(); err == nil {
		return s, nil
	}
	return newPolled(&quartzCamera{}, pace{quick: 100 * time.Millisecond, idle: 200 * time.Millisecond, lively: time.Second})
}

// quartzCamera takes pictures with robotgo's CoreGraphics calls;
// kbinani/screenshot needs cgo on macOS. Desktop coordinates are points,
// pictures may have more pixels.
type quartzCamera struct {
	words   []uint32
	pointed bool
}

func (q *quartzCamera) displays() []Display {
	if darwin.MainDisplayID() == 0 {
		return nil
	}
	list := make([]Display, 0, darwin.DisplaysNum())
	for i := range min(cap(list), 16) {
		list = append(list, Display{ID: uint8(i), Bounds: q.bounds(i), Primary: i == 0, Name: fmt.Sprintf("Display %d", i+1)})
	}
	return list
}

func (*quartzCamera) bounds(display int) image.Rectangle {
	r := darwin.GetScreenRect(display)
	return image.Rect(r.X, r.Y, r.X+r.W, r.Y+r.H)
}

func (q *quartzCamera) shoot(d Display) (shot, error) {
	w, h := d.Bounds.Dx(), d.Bounds.Dy()
	img, err := darwin.Capture(0, 0, w, h, int(d.ID))
	if err != nil {
		return shot{}, err
	}
	if img.Rect.Empty() {
		return shot{}, fmt.Errorf("an empty picture of %s", d.Name)
	}
	if len(q.words) < w*h {
		q.words = make([]uint32, w*h)
	}
	shrink(q.words, img, w, h)
	return shot{words: q.words, width: w, height: h, stride: w}, nil
}

// pointer knows no shape but one.
func (q *quartzCamera) pointer() (image.Point, *Cursor) {
	at := image.Pt(darwin.Location())
	if q.pointed {
		return at, nil
	}
	q.pointed = true
	c := arrow()
	return at, &c
}

func (*quartzCamera) stirred() bool { return false }

func (*quartzCamera) close() {}
