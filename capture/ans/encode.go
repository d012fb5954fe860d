package ans

import (
	"encoding/binary"
	"image"
	"math/bits"
)

// Encoder writes photographs. The zero value is ready; its memory is used again.
// Its photographs must be read in the order in which they were written. It is not
// safe for concurrent use.
type Encoder struct {
	rows   rows
	guess  guess
	missed [kinds][]uint16 // of all rows, padded: see residuals
	counts [kinds][contexts << 8]uint32
	known  bool // prices and codes are those of what the reader has
	prices [tables][tokens]uint32
	codes  [tables][64]code
	head   bitWriter
	out    []byte // words, written from the end
}

// Forget makes the next photograph independent of those before.
func (e *Encoder) Forget() { e.known = false }

// Append appends the photograph of size pixels 0xXXRRGGBB, in rows stride words
// apart, to b. The upper eight bits of a word do not matter.
func (e *Encoder) Append(b []byte, words []uint32, stride int, size image.Point) []byte {
	e.rows.begin(size.X)
	if !e.known {
		e.forget()
	}
	flags := e.choose(words, stride, size)
	e.predict(words, stride, size, flags)
	e.count(size)
	e.head.b = append(b, flags)
	for i := range tables {
		e.renew(i)
	}
	return append(e.head.end(), e.code(size)...)
}

// forget makes all tables those before the first photograph.
func (e *Encoder) forget() {
	for i := range tables {
		e.prepare(i, &table{})
	}
	e.known = true
}

// predict leaves what the prediction misses in e.missed.
func (e *Encoder) predict(words []uint32, stride int, size image.Point, flags byte) {
	pad := padded(size.X)
	for k := range kinds {
		e.missed[k] = sized(e.missed[k], pad*size.Y)
	}
	for y := range size.Y {
		now := &e.rows.now
		split(now[0][margin:], now[1][margin:], now[2][margin:], words[y*stride:][:size.X], flags&flagHalf != 0)
		for k := range kinds {
			out := e.missed[k][y*pad:][:pad]
			if y == 0 {
				first(out[:size.X], now[k])
			} else {
				residuals(out, e.rows.up[k], now[k], flags>>k&flagSmooth != 0, &limits[limitsOf(k)])
			}
		}
		e.rows.next(size.X)
	}
}

func (e *Encoder) count(size image.Point) {
	pad := padded(size.X)
	for k := range kinds {
		counts := &e.counts[k]
		clear(counts[:])
		for y := range size.Y {
			for _, m := range e.missed[k][y*pad:][:size.X] {
				counts[m%(contexts<<8)]++
			}
		}
	}
}

// code is how a token changes a state x: to x + bias + q·others, where q = x/f is
// the upper half of x·inverse.
type code struct {
	inverse uint64
	bias    uint32
	others  uint32 // 1<<scale - f
}

func newCode(start, f int) code {
	if f == 1 { // the inverse is out of reach by one: then q is x-1
		return code{1<<64 - 1, uint32(start + 1<<scale - 1), 1<<scale - 1}
	}
	return code{(1<<64-1)/uint64(f) + 1, uint32(start), uint32(1<<scale - f)}
}

// code returns the states and words of what was missed, valid until the next
// call.
func (e *Encoder) code(size image.Point) []byte {
	pad := padded(size.X)
	e.out = sized(e.out, 8*size.X*size.Y+64) // a sample has 16 bits at most
	at := len(e.out)
	x := [kinds]uint64{lowest, lowest, lowest}
	for y := size.Y - 1; y >= 0; y-- {
		var missed [kinds][]uint16
		for k := range kinds {
			missed[k] = e.missed[k][y*pad:][:size.X]
		}
		at = e.codeRow(&x, &missed, at)
	}
	for k := kinds - 1; k >= 0; k-- {
		at -= 4
		binary.BigEndian.PutUint32(e.out[at:], uint32(x[k]))
	}
	return e.out[at:]
}

// codeRow codes a row from its end, to before e.out[at], and returns where it
// begins.
func (e *Encoder) codeRow(x *[kinds]uint64, missed *[kinds][]uint16, at int) int {
	out := e.out
	green, red, blue := missed[0], missed[1], missed[2]
	red, blue = red[:len(green)], blue[:len(green)]
	x0, x1, x2 := x[0], x[1], x[2]
	for i := len(green) - 1; i >= 0; i-- {
		m := blue[i]
		if m&255 >= plainly {
			at, x2 = raw(out, at, x2, m)
		}
		at, x2 = e.codes[2*contexts+int(m>>8&7)][tokenOf[m&255]&63].code(out, at, x2)
		m = red[i]
		if m&255 >= plainly {
			at, x1 = raw(out, at, x1, m)
		}
		at, x1 = e.codes[contexts+int(m>>8&7)][tokenOf[m&255]&63].code(out, at, x1)
		m = green[i]
		if m&255 >= plainly {
			at, x0 = raw(out, at, x0, m)
		}
		at, x0 = e.codes[int(m>>8&7)][tokenOf[m&255]&63].code(out, at, x0)
	}
	*x = [kinds]uint64{x0, x1, x2}
	return at
}

// code codes a token. Whether a word is due cannot be foreseen: it is written
// anyway, and counts if it is.
func (c *code) code(out []byte, at int, x uint64) (int, uint64) {
	due := uint(0)
	if x >= uint64(1<<scale-c.others)<<20 {
		due = 16
	}
	binary.BigEndian.PutUint16(out[at-2:], uint16(x))
	x >>= due & 31
	q, _ := bits.Mul64(x, c.inverse)
	return at - int(due/8), x + uint64(c.bias) + q*uint64(c.others)
}

// raw codes the bits that follow the token of a value.
func raw(out []byte, at int, x uint64, missed uint16) (int, uint64) {
	n := uint(bits.Len16(missed&255)) - 4
	if x>>(32-n) != 0 {
		at -= 2
		binary.BigEndian.PutUint16(out[at:], uint16(x))
		x >>= 16
	}
	return at, x<<(n&7) | uint64(missed)&(1<<(n&7)-1)
}
