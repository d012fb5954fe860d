package ans

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
)

// Decoder reads photographs. The zero value is ready; its memory is used again.
// It is not safe for concurrent use.
type Decoder struct {
	rows   rows
	ranges *[tables]ranges
	known  bool // ranges are those of the photograph before
	states [kinds]uint32
	words  []byte
	over   bool // more was read than there was
}

// ranges are the tokens of one context.
type ranges struct {
	token        [1 << scale]uint8
	start, times [tokens]uint16
}

// Errors of photographs that no Encoder wrote.
var (
	errFlags  = errors.New("photograph with unknown flags")
	errLength = errors.New("photograph of another length than its pixels need")
)

// Forget makes the next photograph one before which there was none.
func (d *Decoder) Forget() { d.known = false }

// Decode reads a photograph into pix, R, G, B and A of 8 bits, its rows stride
// bytes apart; A is left alone. The caller bounds size. It takes time in
// proportion to size, whatever is in b. After an error nothing can be read any more.
func (d *Decoder) Decode(pix []uint8, stride int, size image.Point, b []byte) error {
	if len(b) == 0 || b[0]&^allFlags != 0 {
		return errFlags
	}
	if err := d.begin(b[1:]); err != nil {
		return err
	}
	d.rows.begin(size.X)
	for y := range size.Y {
		d.row(size.X, y == 0, b[0])
		d.rows.join(pix[y*stride:][:4*size.X], b[0]&flagHalf != 0)
		d.rows.next(size.X)
	}
	if d.over || len(d.words) > 0 || d.states != [kinds]uint32{lowest, lowest, lowest} {
		return fmt.Errorf("%w: %d bytes for %v", errLength, len(b), size)
	}
	return nil
}

// begin reads what comes before the words.
func (d *Decoder) begin(b []byte) error {
	b, err := d.readTables(b)
	if err != nil {
		return err
	}
	if len(b) < 4*kinds {
		return errLength
	}
	for k := range kinds {
		d.states[k] = binary.BigEndian.Uint32(b[4*k:])
		if d.states[k] < lowest {
			return errLength
		}
	}
	d.words, d.over = b[4*kinds:], false
	return nil
}

func (d *Decoder) readTables(b []byte) (rest []byte, err error) {
	if !d.known {
		d.forget()
	}
	r := bitReader{b: b}
	for i := range tables {
		if r.take(1) == 0 {
			continue
		}
		var t table
		if err := t.read(&r); err != nil {
			return nil, err
		}
		d.ranges[i].set(t.frequencies())
	}
	rest, ok := r.end()
	if !ok {
		return nil, errTables
	}
	return rest, nil
}

// forget makes all tables those before the first photograph.
func (d *Decoder) forget() {
	if d.ranges == nil {
		d.ranges = new([tables]ranges)
	}
	for i := range tables {
		d.ranges[i] = *before
	}
	d.known = true
}

// before are the tokens of a context of which nothing was said yet.
var before = func() *ranges {
	r := new(ranges)
	r.set((&table{}).frequencies())
	return r
}()

func (r *ranges) set(f [tokens]uint16) {
	start := uint16(0)
	for t, n := range f {
		r.start[t], r.times[t] = start, n
		fill(r.token[start:start+n], uint8(t))
		start += n
	}
}

func fill(b []uint8, v uint8) {
	for i := range b {
		b[i] = v
	}
}

// row reads a row of w pixels.
func (d *Decoder) row(w int, top bool, flags byte) {
	var l [kinds]uint8
	for k := range kinds {
		l[k] = grey
		if !top {
			l[k] = d.rows.up[k][margin]
		}
	}
	for x := margin; x < margin+w; x++ {
		for k := range kinds {
			context, guess := uint16(contexts-1), l[k]
			if !top {
				up := d.rows.up[k]
				c, u, r := up[x-1], up[x], up[x+1]
				context, guess = contextOf(l[k], u, c, r, k), predict(flags>>k&flagSmooth != 0, l[k], u, c, r)
			}
			l[k] = guess + unfold(d.sample(k, context))
			d.rows.now[k][x] = l[k]
		}
	}
}

// reached is the context of an activity, of green and of the others.
var reached = func() (of [2][3*255 + 1]uint8) {
	for kind := range of {
		for a := range of[kind] {
			for _, limit := range limits[kind] {
				if a >= int(limit) {
					of[kind][a]++
				}
			}
		}
	}
	return of
}()

func contextOf(l, u, c, r uint8, kind int) uint16 {
	return uint16(reached[limitsOf(kind)][distance(l, c)+distance(c, u)+distance(u, r)])
}

// sample reads a value.
func (d *Decoder) sample(kind int, context uint16) uint8 {
	x, r := d.states[kind], &d.ranges[kind*contexts+int(context)]
	m := x & (1<<scale - 1)
	t := r.token[m]
	x = d.enough(uint32(r.times[t])*(x>>scale) + m - uint32(r.start[t]))
	v := t
	if t >= plainly {
		n := rawBits(int(t))
		v = uint8(leastOf(int(t)) | int(x&(1<<n-1)))
		x = d.enough(x >> n)
	}
	d.states[kind] = x
	return v
}

// enough adds a word to a state that has become too small.
func (d *Decoder) enough(x uint32) uint32 {
	if x >= lowest {
		return x
	}
	if len(d.words) < 2 {
		d.over = true
		return x<<16 | 1<<16
	}
	x = x<<16 | uint32(binary.BigEndian.Uint16(d.words))
	d.words = d.words[2:]
	return x
}

// join makes a row of pixels of its samples.
func (r *rows) join(pix []uint8, half bool) {
	for x := range len(pix) / 4 {
		g, d, b := r.now[0][margin+x], r.now[1][margin+x]-grey, r.now[2][margin+x]-grey
		if half {
			b += uint8(int8(d) >> 1)
		}
		p := pix[4*x:][:3]
		p[0], p[1], p[2] = d+g, g, b+g
	}
}
