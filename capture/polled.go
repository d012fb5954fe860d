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

// camera takes pictures of displays, and can do no more. One goroutine at a
// time uses it.
type camera interface {
	displays() []Display
	// shoot returns what a display shows, in its size. It is valid until the
	// next call.
	shoot(d Display) (shot, error)
	// pointer returns where the pointer is, and its shape if that changed since
	// the last call.
	pointer() (image.Point, *Cursor)
	// stirred reports, at next to no cost, whether anybody touched keyboard or
	// pointer since the last call: the screen will change.
	stirred() bool
	close()
}

// pace is how often a polled source looks.
type pace struct {
	quick  time.Duration // while something happens
	idle   time.Duration // while nothing does
	lively time.Duration // how long after a change something still happens
}

// maxFailures is how many failures in a row mean that the display is lost: a
// password prompt may hide it for a moment.
const maxFailures = 25

// polled is the source for systems that do not tell of changes: it takes whole
// pictures and compares them. It looks often while something happens, and as
// soon as somebody touches keyboard or pointer; a screen at rest costs few
// pictures.
type polled struct {
	pace pace
	done chan struct{}
	once sync.Once

	mu       sync.Mutex // guards the camera against Close
	camera   camera
	list     []Display
	pictures [][]uint32
	at       image.Point
	next     time.Time // when to look again
	shot     time.Time // when the last pictures were taken
	changed  time.Time // when they last differed
	failures int
	started  bool
}

var _ Source = (*polled)(nil)

func newPolled(c camera, p pace) (*polled, error) {
	s := &polled{camera: c, pace: p, done: make(chan struct{})}
	if s.arrange(); len(s.list) == 0 {
		c.close()
		return nil, ErrNoScreen
	}
	return s, nil
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
	tick := time.NewTimer(time.Until(p.next))
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
		p.next = time.Now().Add(p.pace.quick)
		if u.some() {
			return u, nil
		}
		tick.Reset(p.pace.quick)
	}
}

// look sees where the pointer is, and takes pictures if it is time.
func (p *polled) look() (Update, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed() {
		return Update{}, os.ErrClosed
	}
	now, first := time.Now(), !p.started
	u := Update{}
	u.Pointer, u.Cursor = p.camera.pointer()
	u.Moved = first || u.Pointer != p.at
	p.at, p.started = u.Pointer, true
	if p.camera.stirred() || u.Moved {
		p.changed = now
	}
	if now.Sub(p.changed) > p.pace.lively && now.Sub(p.shot) < p.pace.idle {
		return u, nil
	}
	p.shot = now
	u.Layout = p.arrange() && !first
	err := p.shoot(&u, first || u.Layout)
	if len(u.Damage) > 0 {
		p.changed = now
	}
	return u, err
}

// shoot takes a picture of each display and adds what changed, or all.
func (p *polled) shoot(u *Update, all bool) error {
	var failed error
	for i, d := range p.list {
		s, err := p.camera.shoot(d)
		if err != nil {
			failed = err
			continue
		}
		changed := compare(p.pictures[i], s)
		if all {
			changed = []image.Rectangle{{Max: d.Bounds.Size()}}
		}
		for _, r := range changed {
			u.Damage = append(u.Damage, r.Add(d.Bounds.Min))
		}
	}
	if failed == nil {
		p.failures = 0
		return nil
	}
	p.failures++
	return failed
}

func (p *polled) closed() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
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
	p.once.Do(func() {
		close(p.done)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.camera.close()
	})
	return nil
}

// arrow is the shape that stands for every pointer where the real one cannot
// be read: white with a black edge.
func arrow() Cursor {
	const side = 14
	c := Cursor{Width: side, Height: side, Pixels: make([]byte, side*side*4)}
	for y := range side {
		for x := range side - y {
			shade := uint32(0xFFFFFF)
			if x == 0 || y == 0 || x == side-y-1 {
				shade = 0
			}
			paint(c.Pixels[(y*side+x)*4:], shade)
		}
	}
	return c
}
