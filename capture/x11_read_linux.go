package capture

import (
	"encoding/binary"
	"fmt"
	"image"
	"unsafe"

	"github.com/jezek/xgb/xproto"

	"jump/platform/x11"
)

// bandSize is the most that one request reads of what is copied from where the
// server put it, in bytes: so much stays in the processor's cache on the way.
const bandSize = 1 << 20

const allPlanes = ^uint32(0)

// picture is what was read of one display: words, row by row.
type picture struct {
	bounds image.Rectangle // in the root window, on the screen
	words  []uint32
	seg    *segment // that words lie in; nil: nobody else writes them
}

func newPicture(bounds image.Rectangle) *picture {
	return &picture{bounds: bounds, words: make([]uint32, bounds.Dx()*bounds.Dy())}
}

// from returns the words from the upper left corner of r on.
func (p *picture) from(r image.Rectangle) []uint32 { return p.words[p.at(r.Min):] }

// at returns where the word of a pixel is.
func (p *picture) at(q image.Point) int {
	q = q.Sub(p.bounds.Min)
	return q.Y*p.bounds.Dx() + q.X
}

// reader reads a part of the root window, inside the bounds of a picture, into
// that. It may be closed while it reads, and pictures are gone with it.
type reader interface {
	picture(bounds image.Rectangle) *picture // a black one
	read(p *picture, r image.Rectangle) error
	drop(p *picture)
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
func bands(r image.Rectangle, read func(band image.Rectangle) error) error {
	rows := max(1, bandSize/4/r.Dx())
	for y := r.Min.Y; y < r.Max.Y; y += rows {
		if err := read(image.Rect(r.Min.X, y, r.Max.X, min(y+rows, r.Max.Y))); err != nil {
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

func (p *plain) picture(bounds image.Rectangle) *picture { return newPicture(bounds) }

func (p *plain) drop(*picture) {}

func (p *plain) close() {}

func (p *plain) read(into *picture, r image.Rectangle) error {
	return bands(r, func(b image.Rectangle) error {
		img, err := xproto.GetImage(p.conn.X, xproto.ImageFormatZPixmap, xproto.Drawable(p.conn.Root()),
			int16(b.Min.X), int16(b.Min.Y), uint16(b.Dx()), uint16(b.Dy()), allPlanes).Reply()
		if err != nil {
			return err
		}
		if len(img.Data) < b.Dx()*b.Dy()*4 {
			return fmt.Errorf("%d bytes for %d by %d pixels", len(img.Data), b.Dx(), b.Dy())
		}
		unpack(into.from(b), into.bounds.Dx(), img.Data, b.Dx(), b.Dy(), p.order)
		return nil
	})
}

func native(order binary.ByteOrder) bool {
	return order.Uint16([]byte{1, 2}) == binary.NativeEndian.Uint16([]byte{1, 2})
}

// unpack writes w by h pixels of packed rows into words.
func unpack(words []uint32, stride int, data []byte, w, h int, order binary.ByteOrder) {
	if native(order) {
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
