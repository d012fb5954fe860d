package capture

import (
	"context"
	"fmt"
	"image"
	"os"
	"slices"
	"sync"
	"time"
)

// camera takes pictures of displays, and can do no more.
type camera interface {
	displays() []Display
	// shoot returns what a display shows, in any size.
	shoot(d Display) (*image.RGBA, error)
	pointer() image.Point
}

// How often a polled source looks, and how many failures in a row mean that the
// display is lost: five seconds, as a password prompt may hide it for a moment.
const (
	pollInterval = 100 * time.Millisecond
	maxFailures  = 50
)

// polled is the source of last resort, for systems whose own way is not there
// yet: it takes whole pictures ten times a second and compares them. So it
// costs the same whether something happens or not, sees changes late, and
// cannot tell the pointer's shape.
type polled struct {
	camera   camera
	interval time.Duration
	done     chan struct{}
	once     sync.Once

	list     []Display
	pictures [][]uint32
	at       image.Point
	failures int
	started  bool
}

var _ Source = (*polled)(nil)

func newPolled(c camera, interval time.Duration) (*polled, error) {
	p := &polled{camera: c, interval: interval, done: make(chan struct{})}
	if p.arrange(); len(p.list) == 0 {
		return nil, ErrNoScreen
	}
	return p, nil
}

// arrange takes over the camera's displays, if they changed.
func (p *polled) arrange() bool {
	now := p.camera.displays()
	if len(now) == 0 || slices.Equal(now, p.list) {
		return false
	}
	p.list, p.pictures = now, make([][]uint32, len(now))
	for i, d := range now {
		p.pictures[i] = make([]uint32, d.Bounds.Dx()*d.Bounds.Dy())
	}
	return true
}

// Displays is the contract's.
func (p *polled) Displays() []Display { return p.list }

// Wait is the contract's, but for its cost.
func (p *polled) Wait(ctx context.Context) (Update, error) {
	tick := time.NewTimer(p.pause())
	defer tick.Stop()
	for {
		select {
		case <-p.done:
			return Update{}, os.ErrClosed
		case <-ctx.Done():
			return Update{}, ctx.Err()
		case <-tick.C:
		}
		u, err := p.look()
		if p.failures > maxFailures {
			return u, fmt.Errorf("take a picture of the screen: %w: %w", ErrLost, err)
		}
		if u.Layout || u.Moved || u.Cursor != nil || len(u.Damage) > 0 {
			return u, nil
		}
		tick.Reset(p.interval)
	}
}

func (p *polled) pause() time.Duration {
	if p.started {
		return p.interval
	}
	return 0
}

func (p *polled) look() (Update, error) {
	u := Update{Pointer: p.camera.pointer()}
	first := !p.started
	u.Layout = p.arrange() && !first
	u.Moved = first || u.Pointer != p.at
	if first {
		c := arrow()
		u.Cursor = &c
	}
	var failed error
	for i, d := range p.list {
		img, err := p.camera.shoot(d)
		if err != nil {
			failed = err
			continue
		}
		changed := difference(p.pictures[i], img, d.Bounds)
		if first || u.Layout {
			changed = []image.Rectangle{d.Bounds}
		}
		u.Damage = append(u.Damage, changed...)
	}
	p.at, p.started = u.Pointer, true
	if failed == nil {
		p.failures = 0
		return u, nil
	}
	p.failures++
	return u, failed
}

// difference draws img, scaled to the size of bounds, into words, and returns
// for each coarse square that changed the rectangle around its changes.
func difference(words []uint32, img *image.RGBA, bounds image.Rectangle) []image.Rectangle {
	w, h := bounds.Dx(), bounds.Dy()
	size := img.Rect.Size()
	if size.X == 0 || size.Y == 0 {
		return nil
	}
	columns := (w + coarse - 1) / coarse
	squares := make([]image.Rectangle, columns*((h+coarse-1)/coarse))
	for y := range h {
		from := img.Pix[y*size.Y/h*img.Stride:]
		row := words[y*w : (y+1)*w]
		for x := range row {
			p := from[x*size.X/w*4:]
			v := uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2])
			if row[x] != v {
				row[x] = v
				s := &squares[y/coarse*columns+x/coarse]
				*s = s.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	var list []image.Rectangle
	for _, s := range squares {
		if !s.Empty() {
			list = append(list, s.Add(bounds.Min))
		}
	}
	return list
}

// Fetch returns the picture of the last Wait.
func (p *polled) Fetch(display uint8, _ image.Rectangle) (Pixels, error) {
	if int(display) >= len(p.list) {
		return Pixels{}, fmt.Errorf("display %d of %d", display, len(p.list))
	}
	if p.failures > maxFailures {
		return Pixels{}, fmt.Errorf("read pixels: %w", ErrLost)
	}
	b := p.list[display].Bounds
	return Pixels{Words: p.pictures[display], Width: b.Dx(), Height: b.Dy(), Stride: b.Dx()}, nil
}

// Close is the contract's.
func (p *polled) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

// arrow is the shape that stands for every pointer where the real one cannot
// be read: white with a black edge.
func arrow() Cursor {
	const side = 14
	c := Cursor{Width: side, Height: side, Pixels: make([]byte, side*side*4)}
	for y := range side {
		for x := range side - y {
			shade := byte(255)
			if x == 0 || y == 0 || x == side-y-1 {
				shade = 0
			}
			copy(c.Pixels[(y*side+x)*4:], []byte{shade, shade, shade, 255})
		}
	}
	return c
}
