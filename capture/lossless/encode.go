package lossless

import "image"

// Encoder writes photographs. The zero value is ready; its memory is used again.
// It is not safe for concurrent use.
type Encoder struct {
	rows  rows
	model model
	bits  bitWriter
}

// Append appends the photograph of size pixels 0xXXRRGGBB, in rows stride words
// apart, to b. The upper eight bits of a word do not matter.
func (e *Encoder) Append(b []byte, words []uint32, stride int, size image.Point) []byte {
	predictor := choose(words, stride, size)
	e.bits = bitWriter{b: append(b, predictor)}
	e.model.begin()
	e.rows.begin(size.X)
	for y := range size.Y {
		e.rows.split(words[y*stride:][:size.X])
		for kind := range kinds {
			now, m := e.rows.now[kind], e.model[kind*contexts:][:contexts]
			if y == 0 {
				e.first(now, m)
			} else {
				e.row(now, e.rows.up[kind], m, predictor)
			}
		}
		e.rows.next()
	}
	b = e.bits.end()
	e.bits.b = nil
	return b
}

// split takes the samples of a row of pixels.
func (r *rows) split(words []uint32) {
	green, red, blue := r.now[0][1:], r.now[1][1:], r.now[2][1:]
	for x, p := range words {
		g := uint8(p >> 8)
		green[x], red[x], blue[x] = g, uint8(p>>16)-g+grey, uint8(p)-g+grey
	}
}

// first writes the samples of a first row.
func (e *Encoder) first(now []uint8, m []context) {
	l := uint8(grey)
	for _, s := range now[1 : len(now)-1] {
		e.sample(&m[0], s-l)
		l = s
	}
}

// row writes the samples of another row.
func (e *Encoder) row(now, up []uint8, m []context, predictor uint8) {
	c, u := up[0], up[1]
	l := u
	up = up[2:]
	for x, s := range now[1 : len(now)-1] {
		r := up[x]
		e.sample(&m[level[activity(l, u, c, r)]], s-predict(predictor, l, u, c, r))
		l, c, u = s, u, r
	}
}

// sample writes a difference.
func (e *Encoder) sample(c *context, d uint8) {
	v := uint32(d) << 1
	if d >= 128 {
		v = uint32(255-d)<<1 | 1
	}
	k := c.parameter()
	if q := uint(v >> k); q < limit {
		e.bits.put((1<<q-1)<<(k+1)|v&(1<<k-1), q+1+k)
	} else {
		e.bits.put((1<<limit-1)<<8|v, limit+8)
	}
	c.learn(v)
}

// choose returns the predictor that misses less in the green of every fourth
// row.
func choose(words []uint32, stride int, size image.Point) uint8 {
	var missed [2]int
	for y := 1; y < size.Y; y += 4 {
		up, now := words[(y-1)*stride:][:size.X], words[y*stride:][:size.X]
		for x := 1; x < size.X-1; x++ {
			l, c, u, r := uint8(now[x-1]>>8), uint8(up[x-1]>>8), uint8(up[x]>>8), uint8(up[x+1]>>8)
			s := uint8(now[x] >> 8)
			missed[median] += folded(s - predict(median, l, u, c, r))
			missed[smooth] += folded(s - predict(smooth, l, u, c, r))
		}
	}
	if missed[smooth] < missed[median] {
		return smooth
	}
	return median
}

func folded(d uint8) int { return min(int(d), 256-int(d)) }

// bitWriter appends bits to b.
type bitWriter struct {
	b     []byte
	acc   uint64
	count uint // of bits in acc, below 32
}

// put appends the n lower bits of v, at most 32.
func (w *bitWriter) put(v uint32, n uint) {
	w.acc, w.count = w.acc<<n|uint64(v), w.count+n
	if w.count >= 32 {
		w.count -= 32
		p := uint32(w.acc >> w.count)
		w.b = append(w.b, byte(p>>24), byte(p>>16), byte(p>>8), byte(p))
	}
}

func (w *bitWriter) end() []byte {
	for ; w.count >= 8; w.count -= 8 {
		w.b = append(w.b, byte(w.acc>>(w.count-8)))
	}
	if w.count > 0 {
		w.b = append(w.b, byte(w.acc<<(8-w.count)))
	}
	return w.b
}
