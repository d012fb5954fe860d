package rfb

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"io"
)

// inflater is a zlib stream that goes on through many rectangles. Servers flush
// it at the end of each.
type inflater struct {
	in  bytes.Buffer
	out *bufio.Reader
}

func (z *inflater) reset() { *z = inflater{} }

// add gives it the next piece of the stream.
func (z *inflater) add(piece []byte) error {
	z.in.Write(piece)
	if z.out != nil {
		return nil
	}
	r, err := zlib.NewReader(&z.in)
	if err == nil {
		z.out = bufio.NewReaderSize(r, 1<<15)
	}
	return err
}

// Kinds of a Tight rectangle, in the upper half of its first byte.
const (
	tightFill     = 8
	tightJPEG     = 9
	tightExplicit = 4 // a bit: a filter is named

	filterCopy     = 0
	filterPalette  = 1
	filterGradient = 2

	tightSmall = 12 // bytes below which nothing is compressed
)

func (v *Viewer) tight(r image.Rectangle) error {
	control, err := v.in.ReadByte()
	if err != nil {
		return err
	}
	for i := range 4 {
		if control>>i&1 != 0 {
			v.streams[i].reset()
		}
	}
	switch kind := control >> 4; {
	case kind == tightFill:
		c, err := v.take(3)
		if err == nil {
			v.paint(r, func(int) (byte, byte, byte) { return c[0], c[1], c[2] })
		}
		return err
	case kind == tightJPEG:
		return v.photograph(r)
	case kind < tightFill:
		return v.basic(r, int(kind&3), kind&tightExplicit != 0)
	}
	return fmt.Errorf("tight: control byte %#x", control)
}

// paint draws r; colour says that of the i-th pixel.
func (v *Viewer) paint(r image.Rectangle, colour func(i int) (r, g, b byte)) {
	v.screen.Draw(func() {
		m := v.picture
		for i := range r.Dx() * r.Dy() {
			o := m.Pix[m.PixOffset(r.Min.X+i%r.Dx(), r.Min.Y+i/r.Dx()):]
			o[0], o[1], o[2] = colour(i)
			o[3] = 255
		}
	})
}

// compact reads a length of one to three bytes, seven bits each but the last.
func (v *Viewer) compact() (n int, err error) {
	for shift := 0; shift < 21; shift += 7 {
		b, err := v.in.ReadByte()
		if err != nil {
			return 0, err
		}
		if shift == 14 {
			return n | int(b)<<14, nil
		}
		if n |= int(b&127) << shift; b < 128 {
			break
		}
	}
	return n, nil
}

func (v *Viewer) photograph(r image.Rectangle) error {
	n, err := v.compact()
	if err != nil {
		return err
	}
	b, err := v.take(n)
	if err != nil {
		return err
	}
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		return err
	}
	v.screen.Draw(func() { draw.Draw(v.picture, r, img, img.Bounds().Min, draw.Src) })
	return nil
}

// basic is a rectangle through one of the zlib streams.
func (v *Viewer) basic(r image.Rectangle, stream int, named bool) error {
	filter := byte(filterCopy)
	var err error
	if named {
		if filter, err = v.in.ReadByte(); err != nil {
			return err
		}
	}
	switch filter {
	case filterCopy, filterGradient:
		b, err := v.data(3*r.Dx()*r.Dy(), stream)
		if err != nil {
			return err
		}
		if filter == filterGradient {
			undoGradient(b, r.Dx())
		}
		v.paint(r, func(i int) (byte, byte, byte) { return b[3*i], b[3*i+1], b[3*i+2] })
		return nil
	case filterPalette:
		return v.indexed(r, stream)
	}
	return fmt.Errorf("tight: filter %d", filter)
}

func (v *Viewer) indexed(r image.Rectangle, stream int) error {
	last, err := v.in.ReadByte()
	if err != nil {
		return err
	}
	b, err := v.take(3 * (int(last) + 1))
	if err != nil {
		return err
	}
	palette := append([]byte(nil), b...)
	row := r.Dx() // bytes
	if last == 1 {
		row = (r.Dx() + 7) / 8
	}
	if b, err = v.data(row*r.Dy(), stream); err != nil {
		return err
	}
	v.paint(r, func(i int) (byte, byte, byte) {
		x, y := i%r.Dx(), i/r.Dx()
		k := 0
		if last == 1 {
			k = int(b[y*row+x/8] >> (7 - x%8) & 1)
		} else {
			k = min(int(b[y*row+x]), int(last))
		}
		return palette[3*k], palette[3*k+1], palette[3*k+2]
	})
	return nil
}

// data reads n bytes, as they are if they are few.
func (v *Viewer) data(n, stream int) ([]byte, error) {
	if n < tightSmall {
		return v.take(n)
	}
	length, err := v.compact()
	if err != nil {
		return nil, err
	}
	piece, err := v.take(length)
	if err != nil {
		return nil, err
	}
	z := &v.streams[stream]
	if err := z.add(piece); err != nil {
		return nil, err
	}
	out := make([]byte, n)
	_, err = io.ReadFull(z.out, out)
	return out, err
}

// undoGradient adds to every colour what its neighbours predict.
func undoGradient(b []byte, width int) {
	for i := range b {
		x, left, up, corner := i/3%width, 0, 0, 0
		if x > 0 {
			left = int(b[i-3])
		}
		if i >= 3*width {
			up = int(b[i-3*width])
			if x > 0 {
				corner = int(b[i-3*width-3])
			}
		}
		b[i] += byte(min(max(left+up-corner, 0), 255))
	}
}
