package encode

import (
	"image"
	"time"

	"jump/capture/frame"
	"jump/transport/wire"
)

// colours counts the colours of a box, up to one more than a tile may have to
// be no photograph.
type colours struct {
	list    [maxColours + 1]uint32
	n       int
	indices [frame.TileSize * frame.TileSize]byte // of the pixels, while n <= maxColours
	slots   [1024]uint16                          // hash table: index into list, plus 1
}

const (
	maxPalette = 16
	fewColours = 64 // at most that many are no photograph, however they are mixed
	maxColours = 256
)

// count looks at the pixels of r, which is not larger than a tile, in rows of
// stride words. It stops when there are more than maxColours.
func (c *colours) count(words []uint32, stride int, size image.Point) {
	c.n = 0
	clear(c.slots[:])
	last, index, i := uint32(1)<<31, byte(0), 0
	for y := range size.Y {
		for _, p := range words[y*stride:][:size.X] {
			if p &= rgb; p != last {
				if index = c.index(p); c.n > maxColours {
					return
				}
				last = p
			}
			c.indices[i] = index
			i++
		}
	}
}

// index returns the number of a colour, a new one if it was not seen before.
func (c *colours) index(p uint32) byte {
	at := p * 2654435761 >> 22
	for ; c.slots[at] != 0; at = (at + 1) % uint32(len(c.slots)) {
		if i := c.slots[at] - 1; c.list[i] == p {
			return byte(i)
		}
	}
	c.list[c.n] = p
	c.n++
	c.slots[at] = uint16(c.n)
	return byte(c.n - 1)
}

// say writes the statements for a box of a tile that was taken over, or notes
// that it is a photograph that is owed.
func (e *Encoder) say(i int, box image.Rectangle, now time.Duration) {
	if box.Empty() {
		return
	}
	t := &e.tiles[i]
	stood := now - t.since
	t.since = now
	// Where photographs follow each other nothing comes back, and to look it up costs a hash.
	if (t.approx.Empty() || stood > filmPause) && e.back(i, box) {
		return
	}
	rest := e.uncovered(i)
	if !rest.Empty() {
		e.countIn(rest)
		photo := e.colours.n > fewColours && e.busy(rest)
		e.count(i, rest, photo, stood)
		if photo {
			t.replaced(stood)
			e.owe(rest, now)
			return
		}
		e.statement(rest)
	}
	if t.approx.In(rest) { // what is between the parts was not said
		t.exact()
	}
}

// minPhoto is the least side of a photograph. A narrow strip is cheaper without
// loss, and a JPEG would smear its neighbours' colours.
const minPhoto = 16

func (e *Encoder) lossy(box image.Rectangle) bool {
	return e.cfg.Quality > 0 && e.cfg.Codecs&wire.CodecJPEG != 0 && box.Dx() >= minPhoto && box.Dy() >= minPhoto
}

// lossless says a box exactly.
func (e *Encoder) lossless(box image.Rectangle) {
	e.countIn(box)
	e.statement(box)
}

func (e *Encoder) countIn(box image.Rectangle) {
	e.colours.count(e.from(box), e.size.X, box.Size())
}

// from returns the words from the upper left corner of box on.
func (e *Encoder) from(box image.Rectangle) []uint32 {
	return e.have[box.Min.Y*e.size.X+box.Min.X:]
}

// statement says a box whose colours were counted.
func (e *Encoder) statement(box image.Rectangle) {
	c := &e.colours
	switch {
	case c.n == 1:
		e.plain = frame.AppendFill(e.plain, box, c.list[0])
	case c.n <= maxPalette:
		e.plain = frame.AppendPalette(e.plain, box, c.list[:c.n], c.indices[:box.Dx()*box.Dy()])
	case c.n <= fewColours || !e.busy(box):
		e.plain = frame.AppendPlain(e.plain, box, e.from(box), e.size.X)
	case e.cfg.Format >= exactFormat:
		e.exacts.add(e, box)
	default:
		e.plain = frame.AppendGradient(e.plain, box, e.from(box), e.size.X)
	}
}

// busy reports whether r looks like a photograph rather than like something
// drawn: two thirds of its pixels are like neither the one left nor the one
// above. Text with coloured edges has many colours too, but its letters come
// again, which the coding finds only in plain pixels.
func (e *Encoder) busy(r image.Rectangle) bool {
	if r.Dx() < 2 || r.Dy() < 2 {
		return false
	}
	n, all := 0, 0
	for y := r.Min.Y + 1; y < r.Max.Y; y += 2 {
		up, now := e.row(r, y-1), e.row(r, y)
		for x := 1; x < len(now); x++ {
			p := now[x]
			if (p^now[x-1])&rgb != 0 && (p^up[x])&rgb != 0 {
				n++
			}
		}
		all += len(now) - 1
	}
	return 3*n > 2*all
}
