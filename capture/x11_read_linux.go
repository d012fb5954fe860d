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

// bandSize is the most that one request reads, in bytes: so much stays in the
// processor's cache on its way from the server to the picture.
const bandSize = 1 << 20

const allPlanes = ^uint32(0)

// reader copies a rectangle of the root window, which lies on the screen, to
// words, whose rows are stride apart. It may be closed while it reads.
type reader interface {
	read(r image.Rectangle, words []uint32, stride int) error
	close()
}

// newReader returns the fastest that works here: memory shared with the
// server, else answers over the connection.
func newReader(c *x11.Conn, order binary.ByteOrder) reader {
	if s, err := newShared(c, order); err == nil {
		return s
	}
	return &plain{c, order}
}

// bands calls read for pieces of r from the top to the bottom that have at
// most bandSize bytes.
func bands(r image.Rectangle, words []uint32, stride int, read func(band image.Rectangle, words []uint32) error) error {
	rows := max(1, bandSize/4/r.Dx())
	for y := r.Min.Y; y < r.Max.Y; y += rows {
		band := image.Rect(r.Min.X, y, r.Max.X, min(y+rows, r.Max.Y))
		if err := read(band, words[(y-r.Min.Y)*stride:]); err != nil {
			return err
		}
	}
	return nil
}

// plain reads through the connection.
type plain struct {
	conn  *x11.Conn
	order binary.ByteOrder
}

func (p *plain) close() {}

func (p *plain) read(r image.Rectangle, words []uint32, stride int) error {
	return bands(r, words, stride, func(b image.Rectangle, words []uint32) error {
		img, err := xproto.GetImage(p.conn.X, xproto.ImageFormatZPixmap, xproto.Drawable(p.conn.Root()),
			int16(b.Min.X), int16(b.Min.Y), uint16(b.Dx()), uint16(b.Dy()), allPlanes).Reply()
		if err != nil {
			return err
		}
		if len(img.Data) < b.Dx()*b.Dy()*4 {
			return fmt.Errorf("%d bytes for %d by %d pixels", len(img.Data), b.Dx(), b.Dy())
		}
		unpack(words, stride, img.Data, b.Dx(), b.Dy(), p.order)
		return nil
	})
}

// unpack writes w by h pixels of packed rows into words.
func unpack(words []uint32, stride int, data []byte, w, h int, order binary.ByteOrder) {
	if order.Uint16([]byte{1, 2}) == binary.NativeEndian.Uint16([]byte{1, 2}) {
		packed := unsafe.Slice((*uint32)(unsafe.Pointer(&data[0])), w*h)
		for y := range h {
			copy(words[y*stride:], packed[y*w:(y+1)*w])
		}
		return
	}
	for y := range h {
		row := words[y*stride:]
		for x := range w {
			row[x] = order.Uint32(data[(y*w+x)*4:])
		}
	}
}

// shared reads through a System V segment that the server writes into
// (MIT-SHM). Pixels are copied out of it, since callers may still look at them
// when Close, from another goroutine, gives the segment back.
type shared struct {
	conn  *x11.Conn
	order binary.ByteOrder
	seg   shm.Seg

	mu  sync.Mutex
	mem []byte // nil after close
}

func newShared(c *x11.Conn, order binary.ByteOrder) (*shared, error) {
	if !c.Local() {
		return nil, fmt.Errorf("the X server is on another computer")
	}
	if _, err := c.Use("MIT-SHM"); err != nil {
		return nil, err
	}
	seg, err := shm.NewSegId(c.X)
	if err != nil {
		return nil, err
	}
	s := &shared{conn: c, order: order, seg: seg}
	if err := s.attach(); err != nil {
		return nil, err
	}
	if err := s.prove(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// attach makes the segment. It is marked to vanish with its last user at once,
// so that nothing stays behind if this process is killed.
func (s *shared) attach() error {
	id, err := unix.SysvShmGet(unix.IPC_PRIVATE, bandSize, unix.IPC_CREAT|0o600)
	if err != nil {
		return fmt.Errorf("get shared memory: %w", err)
	}
	defer func() { _, _ = unix.SysvShmCtl(id, unix.IPC_RMID, nil) }()
	if s.mem, err = unix.SysvShmAttach(id, 0, 0); err != nil {
		return fmt.Errorf("attach shared memory: %w", err)
	}
	if err := shm.AttachChecked(s.conn.X, s.seg, uint32(id), false).Check(); err != nil {
		s.close()
		return fmt.Errorf("share memory with the X server: %w", err)
	}
	return nil
}

// prove checks that the server writes where this process reads: in a container
// with System V ids of its own, the id may have been another's.
func (s *shared) prove() error {
	for _, mark := range []byte{0x55, 0xAA} {
		s.mem[0], s.mem[1], s.mem[2] = mark, mark, mark
		if err := s.get(image.Rect(0, 0, 1, 1)); err != nil {
			return err
		}
		if s.mem[0] != mark || s.mem[1] != mark || s.mem[2] != mark {
			return nil
		}
	}
	return fmt.Errorf("the X server does not write into the shared memory")
}

func (s *shared) get(r image.Rectangle) error {
	_, err := shm.GetImage(s.conn.X, xproto.Drawable(s.conn.Root()), int16(r.Min.X), int16(r.Min.Y),
		uint16(r.Dx()), uint16(r.Dy()), allPlanes, xproto.ImageFormatZPixmap, s.seg, 0).Reply()
	return err
}

func (s *shared) read(r image.Rectangle, words []uint32, stride int) error {
	return bands(r, words, stride, func(b image.Rectangle, words []uint32) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.mem == nil {
			return unix.EBADF
		}
		if err := s.get(b); err != nil {
			return err
		}
		unpack(words, stride, s.mem, b.Dx(), b.Dy(), s.order)
		return nil
	})
}

// close gives the segment back; the server does when the connection ends.
func (s *shared) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mem != nil {
		_ = unix.SysvShmDetach(s.mem)
		s.mem = nil
	}
}
