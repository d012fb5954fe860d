package capture

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"slices"
	"sync"
	"time"
)

// Bounds on opening displays anew when they were lost: while a mode changes
// there may be none.
const (
	reopenFor   = 2 * time.Second
	reopenEvery = 100 * time.Millisecond
)

// mirrored is a source made of mirrors. Each has a goroutine with a thread of
// its own, which goes for the next change when Wait has taken the last one: a
// system merges what happens meanwhile.
type mirrored struct {
	desk desk
	wake chan struct{} // one slot: some pane has news
	done chan struct{} // closed by Close
	once sync.Once

	mu     sync.Mutex // guards panes against Close
	panes  []*pane
	lost   bool
	closed bool

	list     []Display
	pictures [][]uint32 // one a display, as fetched
	whole    bool       // all is damaged: the displays are new
	layout   bool       // they are others than before
	started  bool
	broken   error     // why the displays have to be opened anew, or nil
	since    time.Time // of broken
	at       image.Point
	shape    *Cursor // as told last
	hidden   bool
}

var _ Source = (*mirrored)(nil)

func newMirrored(d desk) (*mirrored, error) {
	s := &mirrored{desk: d, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if err := s.arrange(); err != nil {
		return nil, err
	}
	return s, nil
}

// arrange opens the displays that there are.
func (s *mirrored) arrange() error {
	list := s.desk.displays()
	if len(list) == 0 {
		return ErrNoScreen
	}
	panes := make([]*pane, len(list))
	for i, d := range list {
		panes[i] = newPane(d, s.notify)
		go panes[i].run(s.desk)
	}
	if err := s.begin(panes); err != nil {
		endAll(panes)
		return err
	}
	if !slices.Equal(list, s.list) {
		s.layout, s.list = s.started, list
		s.pictures = make([][]uint32, len(list))
		for i, d := range list {
			s.pictures[i] = make([]uint32, d.Bounds.Dx()*d.Bounds.Dy())
		}
	}
	s.whole = true
	s.notify()
	return nil
}

// begin waits until all panes are open, and makes them this source's.
func (s *mirrored) begin(panes []*pane) error {
	for _, p := range panes {
		select {
		case err := <-p.opened:
			if err != nil {
				return fmt.Errorf("open %s: %w", p.display.Name, err)
			}
		case <-s.done:
			return os.ErrClosed
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return os.ErrClosed
	}
	s.panes = panes
	return nil
}

func (s *mirrored) notify() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Displays is the contract's.
func (s *mirrored) Displays() []Display { return s.list }

// Wait is the contract's.
func (s *mirrored) Wait(ctx context.Context) (Update, error) {
	for {
		select {
		case <-s.done:
			return Update{}, os.ErrClosed
		case <-ctx.Done():
			return Update{}, ctx.Err()
		case <-s.wake:
		}
		u, err := s.collect()
		if err == nil && s.broken != nil {
			err = s.again(ctx)
		}
		if err != nil || u.some() {
			return u, err
		}
	}
}

// collect takes what all panes have, and lets them go on.
func (s *mirrored) collect() (u Update, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost {
		s.notify()
		return Update{}, ErrLost
	}
	for _, p := range s.panes {
		c, failed := p.take()
		if failed != nil && s.broken == nil {
			s.broken, s.since = failed, time.Now()
		}
		s.add(&u, p.display, c)
	}
	if s.broken == nil {
		s.complete(&u)
	}
	return u, nil
}

// complete makes the first update after the displays were opened.
func (s *mirrored) complete(u *Update) {
	if !s.whole {
		return
	}
	u.Damage, u.Moves, u.Layout = boundsOf(s.list), nil, s.layout
	s.whole, s.layout = false, false
	if s.started {
		return
	}
	s.started, u.Moved, u.Pointer = true, true, s.at
	if u.Cursor == nil {
		a := arrow()
		u.Cursor = &a
	}
}

func boundsOf(list []Display) []image.Rectangle {
	all := make([]image.Rectangle, len(list))
	for i, d := range list {
		all[i] = d.Bounds
	}
	return all
}

// add merges what a display tells into an update.
func (s *mirrored) add(u *Update, d Display, c change) {
	for _, r := range c.damage {
		u.Damage = append(u.Damage, r.Add(d.Bounds.Min))
	}
	for _, m := range c.moves {
		u.Moves = append(u.Moves, Move{m.To.Add(d.Bounds.Min), m.By})
	}
	if c.shape != nil {
		s.shape = c.shape
	}
	hidden := s.hidden
	if c.pointed {
		if c.pointer != s.at {
			u.Moved, u.Pointer, s.at = true, c.pointer, c.pointer
		}
		if c.visible {
			hidden = false
		} else if c.pointer.In(d.Bounds) { // else it is at another display, which says the same
			hidden = true
		}
	}
	if hidden == s.hidden && (c.shape == nil || hidden) {
		return
	}
	if s.hidden = hidden; hidden {
		u.Cursor = &Cursor{}
	} else {
		u.Cursor = s.shape
	}
}

// again opens the displays anew when one of them was lost. The error wraps
// ErrLost when that does not work for too long.
func (s *mirrored) again(ctx context.Context) error {
	s.drop()
	tries := time.NewTicker(reopenEvery)
	defer tries.Stop()
	for {
		err := s.arrange()
		switch {
		case err == nil:
			s.broken = nil
			return nil
		case errors.Is(err, os.ErrClosed):
			return err
		case time.Since(s.since) > reopenFor:
			return s.lose(err)
		}
		select {
		case <-tries.C:
		case <-ctx.Done():
			s.notify() // the next Wait goes on with it
			return ctx.Err()
		case <-s.done:
			return os.ErrClosed
		}
	}
}

// lose says for good that the displays are gone.
func (s *mirrored) lose(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = true
	s.notify()
	return fmt.Errorf("%w: %w, and then: %w", ErrLost, s.broken, err)
}

// drop ends all panes.
func (s *mirrored) drop() {
	s.mu.Lock()
	panes := s.panes
	s.panes = nil
	s.mu.Unlock()
	endAll(panes)
}

// Fetch is the contract's.
func (s *mirrored) Fetch(display uint8, r image.Rectangle) (Pixels, error) {
	if int(display) >= len(s.list) {
		return Pixels{}, fmt.Errorf("display %d of %d", display, len(s.list))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost {
		return Pixels{}, fmt.Errorf("read pixels: %w", ErrLost)
	}
	b, words := s.list[display].Bounds, s.pictures[display]
	if int(display) < len(s.panes) {
		s.panes[display].copyTo(words, r.Intersect(b).Sub(b.Min))
	}
	return Pixels{Words: words, Width: b.Dx(), Height: b.Dy(), Stride: b.Dx()}, nil
}

// Close is the contract's. It takes a beat at most.
func (s *mirrored) Close() error {
	s.once.Do(func() {
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		close(s.done)
		s.drop()
	})
	return nil
}
