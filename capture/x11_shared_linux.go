package capture

import (
	"encoding/binary"
	"fmt"
	"image"
	"sync"
	"unsafe"

	"github.com/jezek/xgb/shm"
	"github.com/jezek/xgb/xproto"
	"golang.org/x/sys/unix"

	"jump/platform/x11"
)

// shared reads through memory that is shared with the server (MIT-SHM). The
// server puts what is wide or large into the picture itself, whole rows of it: one
// question and no copy. What is small comes packed, through a segment of its own.
type shared struct {
	conn  *x11.Conn
	order binary.ByteOrder

	mu     sync.Mutex
	packed *segment // nil after close
	lent   []*segment
}

// segment is memory that the server writes into when it is asked to.
type segment struct {
	id  shm.Seg
	mem []byte
}

func newShared(c *x11.Conn, order binary.ByteOrder) (*shared, error) {
	if !c.Local() {
		return nil, fmt.Errorf("the X server is on another computer")
	}
	if _, err := c.Use("MIT-SHM"); err != nil {
		return nil, err
	}
	s := &shared{conn: c, order: order}
	var err error
	s.packed, err = s.attach(bandSize)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// attach makes a segment. It is marked to vanish with its last user at once, so
// that nothing stays behind if this process is killed.
func (s *shared) attach(size int) (*segment, error) {
	id, err := unix.SysvShmGet(unix.IPC_PRIVATE, size, unix.IPC_CREAT|0o600)
	if err != nil {
		return nil, fmt.Errorf("get shared memory: %w", err)
	}
	defer func() { _, _ = unix.SysvShmCtl(id, unix.IPC_RMID, nil) }()
	g := &segment{}
	if g.id, err = shm.NewSegId(s.conn.X); err != nil {
		return nil, err
	}
	if g.mem, err = unix.SysvShmAttach(id, 0, 0); err != nil {
		return nil, fmt.Errorf("attach shared memory: %w", err)
	}
	err = shm.AttachChecked(s.conn.X, g.id, uint32(id), false).Check()
	if err == nil {
		err = s.prove(g)
	}
	if err != nil {
		g.detach()
		return nil, fmt.Errorf("share memory with the X server: %w", err)
	}
	return g, nil
}

func (g *segment) detach() { _ = unix.SysvShmDetach(g.mem) }

// prove checks that the server writes where this process reads: in a container
// with System V ids of its own, the id may have been another's.
func (s *shared) prove(g *segment) error {
	for _, mark := range []byte{0x55, 0xAA} {
		g.mem[0], g.mem[1], g.mem[2] = mark, mark, mark
		if err := s.get(image.Rect(0, 0, 1, 1), g, 0); err != nil {
			return err
		}
		if g.mem[0] != mark || g.mem[1] != mark || g.mem[2] != mark {
			clear(g.mem[:4])
			return nil
		}
	}
	return fmt.Errorf("the X server does not write into the shared memory")
}

// get has the server put a rectangle into a segment, packed, from a byte on.
func (s *shared) get(r image.Rectangle, g *segment, from int) error {
	_, err := shm.GetImage(s.conn.X, xproto.Drawable(s.conn.Root()), int16(r.Min.X), int16(r.Min.Y),
		uint16(r.Dx()), uint16(r.Dy()), allPlanes, xproto.ImageFormatZPixmap, g.id, uint32(from)).Reply()
	return err
}

// picture returns one in shared memory, or where there is not so much, or the
// server has its bytes in another order, in memory of this process alone.
func (s *shared) picture(bounds image.Rectangle) *picture {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := bounds.Dx() * bounds.Dy()
	if s.packed == nil || !native(s.order) {
		return newPicture(bounds)
	}
	g, err := s.attach(4 * words)
	if err != nil {
		return newPicture(bounds)
	}
	s.lent = append(s.lent, g)
	return &picture{bounds, unsafe.Slice((*uint32)(unsafe.Pointer(&g.mem[0])), words), g}
}

// drop gives the memory of a picture back.
func (s *shared) drop(p *picture) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, g := range s.lent {
		if g == p.seg {
			s.lent = append(s.lent[:i], s.lent[i+1:]...)
			shm.Detach(s.conn.X, g.id)
			g.detach()
			return
		}
	}
}

func (s *shared) read(p *picture, r image.Rectangle) error {
	if p.seg != nil && (2*r.Dx() >= p.bounds.Dx() || 4*r.Dx()*r.Dy() > bandSize) {
		r.Min.X, r.Max.X = p.bounds.Min.X, p.bounds.Max.X
		return s.get(r, p.seg, 4*p.at(r.Min))
	}
	return bands(r, func(b image.Rectangle) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.packed == nil {
			return unix.EBADF
		}
		if err := s.get(b, s.packed, 0); err != nil {
			return err
		}
		unpack(p.from(b), p.bounds.Dx(), s.packed.mem, b.Dx(), b.Dy(), s.order)
		return nil
	})
}

// close gives all memory back; the server does when the connection ends.
func (s *shared) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.packed == nil {
		return
	}
	for _, g := range append(s.lent, s.packed) {
		g.detach()
	}
	s.packed, s.lent = nil, nil
}
