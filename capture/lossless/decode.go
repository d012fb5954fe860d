package lossless

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"math/bits"
)

// Decoder reads photographs. The zero value is ready; its memory is used again.
// It is not safe for concurrent use.
type Decoder struct {
	rows  rows
	model model
	bits  bitReader
}

// Errors of photographs that no Encoder wrote.
var (
	errPredictor = errors.New("photograph with an unknown predictor")
	errLength    = errors.New("photograph of another length than its pixels need")
)

// Decode reads a photograph into pix, R, G, B and A of 8 bits, its rows stride
// bytes apart; A is left alone. The caller bounds size. It takes time in
// proportion to size, whatever is in b.
func (d *Decoder) Decode(pix []uint8, stride int, size image.Point, b []byte) error {
	if len(b) == 0 || b[0] > smooth {
		return errPredictor
	}
	d.bits = bitReader{b: b[1:]}
	d.model.begin()
	d.rows.begin(size.X)
	for y := range size.Y {
		for kind := range kinds {
			now, m := d.rows.now[kind], d.model[kind*contexts:][:contexts]
			if y == 0 {
				d.first(now, m)
			} else {
				d.row(now, d.rows.up[kind], m, b[0])
			}
		}
		d.rows.join(pix[y*stride:][:4*size.X])
		d.rows.next()
	}
	if !d.bits.ended() {
		return fmt.Errorf("%w: %d bytes for %v", errLength, len(b), size)
	}
	return nil
}

// join makes a row of pixels of its samples.
func (r *rows) join(pix []uint8) {
	for x, g := range r.now[0][1 : len(r.now[0])-1] {
		p := pix[4*x:][:3]
		p[0], p[1], p[2] = r.now[1][x+1]+g-grey, g, r.now[2][x+1]+g-grey
	}
}

func (d *Decoder) first(now []uint8, m []context) {
	l := uint8(grey)
	for x := 1; x < len(now)-1; x++ {
		l += d.sample(&m[0])
		now[x] = l
	}
}

func (d *Decoder) row(now, up []uint8, m []context, predictor uint8) {
	c, u := up[0], up[1]
	l := u
	for x := 1; x < len(now)-1; x++ {
		r := up[x+1]
		l = predict(predictor, l, u, c, r) + d.sample(&m[level[activity(l, u, c, r)]])
		now[x], c, u = l, u, r
	}
}

// sample reads a difference.
func (d *Decoder) sample(c *context) uint8 {
	k := c.parameter()
	next := d.bits.peek()
	q := uint(bits.LeadingZeros32(^next))
	var v uint32
	if q < limit {
		v = uint32(q)<<k | next<<(q+1)>>(32-k)
		d.bits.skip(q + 1 + k)
	} else {
		v = next << limit >> 24
		d.bits.skip(limit + 8)
	}
	v &= 255 // more could only come from a hostile endpoint
	c.learn(v)
	if v&1 != 0 {
		return 255 - uint8(v>>1)
	}
	return uint8(v >> 1)
}

// bitReader reads bits; beyond the end there are zeros.
type bitReader struct {
	b    []byte
	acc  uint64 // the next bits, at the upper end
	have uint   // of them, in acc
	over bool   // more was read than there was
}

// peek returns the next 32 bits.
func (r *bitReader) peek() uint32 {
	if r.have < 32 {
		r.fill()
	}
	return uint32(r.acc >> 32)
}

func (r *bitReader) fill() {
	if len(r.b) >= 4 {
		r.acc |= uint64(binary.BigEndian.Uint32(r.b)) << (32 - r.have)
		r.b, r.have = r.b[4:], r.have+32
		return
	}
	for ; len(r.b) > 0; r.b = r.b[1:] {
		r.acc |= uint64(r.b[0]) << (56 - r.have)
		r.have += 8
	}
}

func (r *bitReader) skip(n uint) {
	r.over = r.over || n > r.have
	r.acc <<= n
	r.have -= min(n, r.have)
}

// ended reports whether all was read, but for the padding, and not more.
func (r *bitReader) ended() bool {
	return !r.over && len(r.b) == 0 && r.have < 8 && r.acc == 0
}
