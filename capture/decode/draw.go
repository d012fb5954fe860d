package decode

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"io"

	"jump/capture/frame"
)

// statements carries out the statements in m.plain.
func (d *Decoder) statements(m *display, blobs []byte) error {
	r := frame.NewReader(m.picture.Rect.Size(), m.plain, blobs)
	for {
		s, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = d.carryOut(m, &s)
		}
		if err != nil {
			return err
		}
	}
}

func (d *Decoder) carryOut(m *display, s *frame.Statement) error {
	switch s.Op {
	case frame.OpCopy:
		copyRect(m.picture, s.Rect, s.From)
	case frame.OpFill:
		fill(m.picture, s.Rect, s.Colours)
	case frame.OpPalette:
		return palette(m.picture, s)
	case frame.OpPlain:
		pixels(m.picture, s)
	case frame.OpGradient:
		gradient(m.picture, s)
	case frame.OpStore:
		return d.store(m, s)
	case frame.OpCached:
		return cached(m, s)
	case frame.OpPart:
		return part(m, s)
	case frame.OpPhoto:
		return d.photo(m, s)
	default:
		return d.film(m, s)
	}
	return nil
}

func (d *Decoder) film(m *display, s *frame.Statement) error {
	if d.films == nil {
		return errors.New("this decoder reads no video")
	}
	return d.films(m.id, frame.Unit{Codec: s.Codec, Key: s.Key, Data: s.Blob}, m.picture.SubImage(s.Rect).(*image.RGBA))
}

// row returns the bytes of the pixels of r in row y, counted from its top.
func row(p *image.RGBA, r image.Rectangle, y int) []byte {
	at := p.PixOffset(r.Min.X, r.Min.Y+y)
	return p.Pix[at : at+4*r.Dx()]
}

// copyRect goes from the bottom up when the target lies lower, so that no row
// is overwritten before it was read; copy itself cares for one row.
func copyRect(p *image.RGBA, to image.Rectangle, from image.Point) {
	source := image.Rectangle{Min: from, Max: from.Add(to.Size())}
	for i := range to.Dy() {
		y := i
		if to.Min.Y > from.Y {
			y = to.Dy() - 1 - i
		}
		copy(row(p, to, y), row(p, source, y))
	}
}

func fill(p *image.RGBA, r image.Rectangle, c []byte) {
	first := row(p, r, 0)
	for i := 0; i < len(first); i += 4 {
		copy(first[i:], c)
	}
	for y := 1; y < r.Dy(); y++ {
		copy(row(p, r, y), first)
	}
}

func palette(p *image.RGBA, s *frame.Statement) error {
	n := len(s.Colours) / 3
	bits, length := frame.IndexBits(n), frame.RowBytes(s.Rect.Dx(), n)
	mask, per := byte(1)<<bits-1, 8/bits
	for y := range s.Rect.Dy() {
		packed, out := s.Data[y*length:], row(p, s.Rect, y)
		for x := range s.Rect.Dx() {
			i := int(packed[x/per] >> (8 - bits - x%per*bits) & mask)
			if i >= n {
				return fmt.Errorf("index %d in a palette of %d colours", i, n)
			}
			copy(out[4*x:4*x+3], s.Colours[3*i:])
		}
	}
	return nil
}

func pixels(p *image.RGBA, s *frame.Statement) {
	in := s.Data
	for y := range s.Rect.Dy() {
		out := row(p, s.Rect, y)
		for i := 0; i < len(out); i += 4 {
			out[i], out[i+1], out[i+2] = in[0], in[1], in[2]
			in = in[3:]
		}
	}
}

func gradient(p *image.RGBA, s *frame.Statement) {
	in := s.Data
	above := make([]byte, 4*s.Rect.Dx())
	for y := range s.Rect.Dy() {
		out := row(p, s.Rect, y)
		var left, upLeft [3]byte
		for i := 0; i < len(out); i += 4 {
			for c := range 3 {
				left[c] = in[c] + frame.Median(left[c], above[i+c], upLeft[c])
				upLeft[c], out[i+c] = above[i+c], left[c]
			}
			in = in[3:]
		}
		above = out
	}
}

func (d *Decoder) store(m *display, s *frame.Statement) error {
	t := m.slots[s.Slot]
	d.cached += s.Rect.Dx()*s.Rect.Dy() - len(t.pix)/4
	if d.cached > frame.MaxCached {
		return errors.New("more in the cache than allowed")
	}
	t.size, t.pix = s.Rect.Size(), t.pix[:0]
	for y := range t.size.Y {
		t.pix = append(t.pix, row(m.picture, s.Rect, y)...)
	}
	m.slots[s.Slot] = t
	return nil
}

// held returns what a slot holds, which must have the size of the tile.
func (m *display) held(s *frame.Statement) (tile, error) {
	t, ok := m.slots[s.Slot]
	if !ok {
		return t, fmt.Errorf("slot %d is an empty slot", s.Slot)
	}
	if size := frame.Tile(m.picture.Rect.Size(), s.Tile).Size(); t.size != size {
		return t, fmt.Errorf("size of slot %d is %v, of tile %d %v", s.Slot, t.size, s.Tile, size)
	}
	return t, nil
}

func part(m *display, s *frame.Statement) error {
	t, err := m.held(s)
	if err != nil {
		return err
	}
	from := s.Rect.Min.Sub(frame.Tile(m.picture.Rect.Size(), s.Tile).Min)
	for y := range s.Rect.Dy() {
		copy(row(m.picture, s.Rect, y), t.pix[4*((from.Y+y)*t.size.X+from.X):])
	}
	return nil
}

func cached(m *display, s *frame.Statement) error {
	t, err := m.held(s)
	if err != nil {
		return err
	}
	for y := range t.size.Y {
		copy(row(m.picture, s.Rect, y), t.pix[4*t.size.X*y:])
	}
	return nil
}

func (d *Decoder) photo(m *display, s *frame.Statement) error {
	to := m.picture.Pix[m.picture.PixOffset(s.Rect.Min.X, s.Rect.Min.Y):]
	switch s.Codec {
	case frame.PhotoExact:
		return d.old.Decode(to, m.picture.Stride, s.Rect.Size(), s.Blob)
	case frame.PhotoANS:
		return m.ans.Decode(to, m.picture.Stride, s.Rect.Size(), s.Blob)
	}
	b, err := d.whole(m, s)
	if err != nil {
		return err
	}
	// The size is known from the head, before anything is decoded.
	c, err := jpeg.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("read JPEG: %w", err)
	}
	if c.Width != s.Rect.Dx() || c.Height != s.Rect.Dy() {
		return fmt.Errorf("size of the photograph is %d by %d, of its place %v", c.Width, c.Height, s.Rect.Size())
	}
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("read JPEG: %w", err)
	}
	draw.Draw(m.picture, s.Rect, img, img.Bounds().Min, draw.Src)
	return nil
}

// whole returns the photograph as a JPEG with tables, and keeps those of a
// whole one.
func (d *Decoder) whole(m *display, s *frame.Statement) ([]byte, error) {
	var err error
	if s.Codec == frame.PhotoAbridged {
		if m.tables == nil {
			return nil, errors.New("photograph without tables, and none came before")
		}
		d.jpeg, err = frame.Complete(d.jpeg[:0], s.Blob, m.tables)
		return d.jpeg, err
	}
	d.jpeg, m.tables, err = frame.Abridge(d.jpeg[:0], m.tables[:0], s.Blob)
	return s.Blob, err
}
