package capturetest

import (
	"context"
	"fmt"
	"image"
	"os"
	"sync"

	"jump/capture"
)

// pad is how many words a row of a picture is longer than its display, so that
// nobody takes Width for Stride.
const pad = 7

// source looks at a Screen. As with a real back end its pictures are current
// only where they were fetched.
type source struct {
	screen *Screen
	wake   chan struct{} // one slot: something is pending
	done   chan struct{} // closed by Close
	once   sync.Once

	pending capture.Update // guarded by screen.mu
	lost    bool           // guarded by screen.mu

	displays []capture.Display // as of the last Wait
	pictures [][]uint32        // one a display
}

var _ capture.Source = (*source)(nil)

func (s *source) notify() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *source) show(displays []capture.Display) {
	s.displays = displays
	s.pictures = make([][]uint32, len(displays))
	for i, d := range displays {
		s.pictures[i] = make([]uint32, (d.Bounds.Dx()+pad)*d.Bounds.Dy())
	}
}

func (s *source) Displays() []capture.Display { return s.displays }

func (s *source) Wait(ctx context.Context) (capture.Update, error) {
	select {
	case <-s.done:
		return capture.Update{}, os.ErrClosed
	default:
	}
	select {
	case <-ctx.Done():
		return capture.Update{}, ctx.Err()
	case <-s.done:
		return capture.Update{}, os.ErrClosed
	case <-s.wake:
	}
	s.screen.mu.Lock()
	defer s.screen.mu.Unlock()
	if s.gone() {
		s.notify()
		return capture.Update{}, fmt.Errorf("wait for the screen in memory: %w", capture.ErrLost)
	}
	u := s.pending
	s.pending = capture.Update{}
	if u.Layout {
		s.show(s.screen.displays)
	}
	return u, nil
}

func (s *source) gone() bool { return s.lost || s.screen.lost }

func (s *source) Fetch(display uint8, r image.Rectangle) (capture.Pixels, error) {
	if int(display) >= len(s.displays) {
		return capture.Pixels{}, fmt.Errorf("display %d of %d", display, len(s.displays))
	}
	s.screen.mu.Lock()
	defer s.screen.mu.Unlock()
	if s.gone() {
		return capture.Pixels{}, fmt.Errorf("read the screen in memory: %w", capture.ErrLost)
	}
	b := s.displays[display].Bounds
	p := capture.Pixels{Words: s.pictures[display], Width: b.Dx(), Height: b.Dy(), Stride: b.Dx() + pad}
	r = r.Intersect(b).Intersect(s.screen.bounds)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		at := (y-b.Min.Y)*p.Stride + r.Min.X - b.Min.X
		copy(p.Words[at:], s.screen.rowLocked(y, r.Min.X, r.Max.X))
	}
	return p, nil
}

func (s *source) Close() error {
	s.once.Do(func() {
		s.screen.mu.Lock()
		defer s.screen.mu.Unlock()
		delete(s.screen.sources, s)
		close(s.done)
	})
	return nil
}
