package capture

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"sync"

	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xfixes"
	"github.com/jezek/xgb/xproto"

	"jump/platform/x11"
)

// x11Source reads an X display over one lasting connection. The server keeps
// account of what changed in a damage object on the root window; it sends one
// event when that stops being empty, and no other until it was asked, so that
// a storm of changes is one event and one region. Cursor, monitors and pointer
// have events of their own. So an idle screen costs nothing at all.
//
// The one thing without an event is a pointer that a program warps; it is
// found with the next damage or motion.
type x11Source struct {
	conn   *x11.Conn
	damage damage.Damage
	region xfixes.Region // what was damaged, taken out of damage
	reader reader
	wake   chan struct{} // one slot: pending is not zero
	closed chan struct{}
	once   sync.Once

	mu      sync.Mutex
	kinds   kinds
	pending changes

	displays []Display
	pictures []*picture // one a display
	at       image.Point
	started  bool
}

var _ Source = (*x11Source)(nil)

// kinds are the numbers that this server's extensions have.
type kinds struct {
	damage, xfixes, randr, xinput x11.Extension
	hasLayout, hasMotion          bool
}

// changes are what events told since they were last looked at.
type changes struct{ damage, cursor, layout, motion bool }

func (s *x11Source) event(e *x11.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch k := e.Kind(); {
	case k == s.kinds.damage.FirstEvent+damage.Notify:
		s.pending.damage = true
	case k == s.kinds.xfixes.FirstEvent+xfixes.CursorNotify:
		s.pending.cursor = true
	case k == xproto.ConfigureNotify, s.kinds.hasLayout && k-s.kinds.randr.FirstEvent <= randr.Notify:
		s.pending.layout = true
	case k == xproto.GeGeneric && s.kinds.hasMotion && e[1] == s.kinds.xinput.Opcode:
		s.pending.motion = true
	default:
		return
	}
	s.notify()
}

func (s *x11Source) notify() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Displays lists the monitors as of the last Wait.
func (s *x11Source) Displays() []Display { return s.displays }

// Wait is the contract's.
func (s *x11Source) Wait(ctx context.Context) (Update, error) {
	for {
		select {
		case <-s.closed:
			return Update{}, os.ErrClosed
		default:
		}
		select {
		case <-ctx.Done():
			return Update{}, ctx.Err()
		case <-s.conn.Done():
			return Update{}, s.fail("wait for the X server", io.EOF)
		case <-s.wake:
		}
		if u, err := s.collect(); err != nil || u.some() {
			return u, err
		}
	}
}

func (s *x11Source) take() changes {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.pending
	s.pending = changes{}
	return c
}

// collect asks for what events announced, all requests before the first
// answer. The pointer is always asked for, see x11Source.
func (s *x11Source) collect() (Update, error) {
	c, first := s.take(), !s.started
	if c.layout {
		old := s.displays
		if err := s.readLayout(); err != nil {
			return Update{}, s.fail("read the monitors", err)
		}
		c.layout = !sameDisplays(old, s.displays)
	}
	whole := first || c.layout
	pointer := xproto.QueryPointer(s.conn.X, s.conn.Root())
	u := Update{Layout: c.layout && !first}
	var err error
	if whole || c.damage {
		if u.Damage, err = s.readDamage(whole); err != nil {
			return u, s.fail("read the damage", err)
		}
	}
	if first || c.cursor {
		if u.Cursor, err = s.readCursor(); err != nil {
			return u, s.fail("read the cursor", err)
		}
	}
	p, err := pointer.Reply()
	if err != nil {
		return u, s.fail("read the pointer", err)
	}
	u.Pointer = image.Pt(int(p.RootX), int(p.RootY))
	u.Moved = first || u.Pointer != s.at
	s.at, s.started = u.Pointer, true
	return u, nil
}

// readDamage takes what is damaged from the server; all of every display if
// whole.
func (s *x11Source) readDamage(whole bool) ([]image.Rectangle, error) {
	if whole {
		damage.Subtract(s.conn.X, s.damage, 0, 0)
		list := make([]image.Rectangle, len(s.displays))
		for i, d := range s.displays {
			list[i] = d.Bounds
		}
		return list, nil
	}
	damage.Subtract(s.conn.X, s.damage, 0, s.region)
	r, err := xfixes.FetchRegion(s.conn.X, s.region).Reply()
	if err != nil {
		return nil, err
	}
	all := make([]image.Rectangle, len(r.Rectangles))
	for i, q := range r.Rectangles {
		all[i] = image.Rect(int(q.X), int(q.Y), int(q.X)+int(q.Width), int(q.Y)+int(q.Height))
	}
	var list []image.Rectangle
	for _, d := range s.displays {
		list = append(list, shorten(all, d.Bounds)...)
	}
	return list, nil
}

func (s *x11Source) readCursor() (*Cursor, error) {
	r, err := xfixes.GetCursorImage(s.conn.X).Reply()
	if err != nil {
		return nil, err
	}
	c := straight(int(r.Width), int(r.Height), image.Pt(int(r.Xhot), int(r.Yhot)), r.CursorImage)
	return &c, nil
}

// Fetch is the contract's. A display that has just become smaller is not an
// error: its pixels stay as they are, and the next Wait says what it is now.
func (s *x11Source) Fetch(display uint8, r image.Rectangle) (Pixels, error) {
	if int(display) >= len(s.displays) {
		return Pixels{}, fmt.Errorf("display %d of %d", display, len(s.displays))
	}
	b, into := s.displays[display].Bounds, s.pictures[display]
	p := Pixels{Words: into.words, Width: b.Dx(), Height: b.Dy(), Stride: b.Dx()}
	if r = r.Intersect(b); r.Empty() {
		return p, nil
	}
	err := s.reader.read(into, r)
	var gone xproto.MatchError
	if errors.As(err, &gone) {
		s.mu.Lock()
		s.pending.layout = true
		s.mu.Unlock()
		s.notify()
		return p, nil
	}
	if err != nil {
		return Pixels{}, s.fail("read pixels", err)
	}
	return p, nil
}

// fail says what an error of the connection means.
func (s *x11Source) fail(action string, err error) error {
	select {
	case <-s.closed:
		return fmt.Errorf("%s: %w", action, os.ErrClosed)
	default:
	}
	if errors.Is(err, io.EOF) || s.conn.Ended() {
		return fmt.Errorf("%s: %w", action, ErrLost)
	}
	return fmt.Errorf("%s: %w", action, err)
}

// Close ends the connection, which wakes whoever waits for the server.
func (s *x11Source) Close() error {
	s.once.Do(func() {
		close(s.closed)
		_ = s.conn.Close()
		if s.reader != nil {
			s.reader.close()
		}
	})
	return nil
}
