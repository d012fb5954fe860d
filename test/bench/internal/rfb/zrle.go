package rfb

import (
	"bufio"
	"encoding/binary"
	"errors"
	"image"
	"io"
)

const (
	zrleTile   = 64
	zrleStream = 4
)

// zrle reads a rectangle in tiles (RFC 6143 section 7.7.6).
func (v *Viewer) zrle(r image.Rectangle) error {
	head, err := v.take(4)
	if err != nil {
		return err
	}
	piece, err := v.take(int(binary.BigEndian.Uint32(head)))
	if err != nil {
		return err
	}
	if err := v.streams[zrleStream].add(piece); err != nil {
		return err
	}
	z := &tiles{in: v.streams[zrleStream].out}
	for y := r.Min.Y; y < r.Max.Y; y += zrleTile {
		for x := r.Min.X; x < r.Max.X; x += zrleTile {
			tile := image.Rect(x, y, min(x+zrleTile, r.Max.X), min(y+zrleTile, r.Max.Y))
			pixels := z.tile(tile.Dx(), tile.Dy())
			if z.err != nil {
				return z.err
			}
			v.paint(tile, func(i int) (byte, byte, byte) { return pixels[i][2], pixels[i][1], pixels[i][0] })
		}
	}
	return nil
}

// colour is B, G, R.
type colour [3]byte

// tiles reads from the stream; after an error it reads zeros.
type tiles struct {
	in  *bufio.Reader
	err error
}

func (z *tiles) read(b []byte) {
	if z.err == nil {
		_, z.err = io.ReadFull(z.in, b)
	}
}

func (z *tiles) bytes(n int) []byte {
	b := make([]byte, n)
	z.read(b)
	return b
}

func (z *tiles) byte() byte {
	b, err := z.in.ReadByte()
	if z.err == nil {
		z.err = err
	}
	return b
}

func (z *tiles) colour() (c colour) {
	z.read(c[:])
	return c
}

// length reads that of a run: the sum of bytes up to one below 255, plus one.
func (z *tiles) length() int {
	n := 1
	for z.err == nil {
		b := int(z.byte())
		if n += b; b < 255 {
			break
		}
	}
	return n
}

func (z *tiles) tile(w, h int) []colour {
	out := make([]colour, w*h)
	switch kind := z.byte(); {
	case kind == 0:
		b := z.bytes(3 * len(out))
		for i := range out {
			out[i] = colour(b[3*i:])
		}
	case kind == 1:
		c := z.colour()
		for i := range out {
			out[i] = c
		}
	case kind <= 16:
		z.packed(out, z.palette(int(kind)), int(kind), w)
	case kind == 128:
		for i := 0; i < len(out) && z.err == nil; {
			c := z.colour()
			i += run(out[i:], c, z.length())
		}
	case kind >= 130:
		z.runs(out, z.palette(int(kind)-128))
	default:
		z.err = errors.New("zrle: unknown kind of tile")
	}
	return out
}

func (z *tiles) palette(n int) []colour {
	p := make([]colour, 128) // whatever an index of seven bits may be
	for i := range n {
		p[i] = z.colour()
	}
	return p
}

// packed reads indices of 1, 2 or 4 bits, rows padded to bytes.
func (z *tiles) packed(out []colour, palette []colour, size, w int) {
	bits := 4
	switch {
	case size == 2:
		bits = 1
	case size <= 4:
		bits = 2
	}
	row := (w*bits + 7) / 8
	b := z.bytes(row * (len(out) / w))
	for i := range out {
		at := i % w * bits
		k := b[i/w*row+at/8] >> (8 - bits - at%8) & (1<<bits - 1)
		out[i] = palette[k]
	}
}

func run(out []colour, c colour, n int) int {
	n = min(n, len(out))
	for i := range n {
		out[i] = c
	}
	return n
}

func (z *tiles) runs(out []colour, palette []colour) {
	for i := 0; i < len(out) && z.err == nil; {
		k, n := z.byte(), 1
		if k >= 128 {
			n = z.length()
		}
		i += run(out[i:], palette[k&127], n)
	}
}
