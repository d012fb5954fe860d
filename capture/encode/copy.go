package encode

import (
	"cmp"
	"image"
	"slices"
	"sort"
	"time"

	"jump/capture"
	"jump/capture/frame"
)

// copyMoved says the explained blocks as copies and carries them out on have.
// A copy is right then, unless another before it has overwritten its source:
// what is wrong of such a one is found by the comparison that follows.
func (e *Encoder) copyMoved(v image.Point, px capture.Pixels, now time.Duration) {
	m := &e.moves
	m.collect(e.cols*perTile, e.size)
	for i, r := range m.copies {
		m.copies[i] = e.grow(r, uint16(i+1), v, px)
	}
	m.way = v
	sort.Sort(m)
	e.keep(v, now)
	for i, r := range m.copies {
		e.plain = frame.AppendCopy(e.plain, r, r.Min.Sub(v))
		e.carry(r, v, now)
		e.copyHave(r, r.Min.Sub(v))
		if m.spoiled(i, v) {
			e.Damage(r)
		} else {
			e.settle(r)
		}
	}
}

// maxProved is how many copies are compared with those before them; of more, each
// is taken for spoiled.
const maxProved = 64

// spoiled reports whether a copy before copy i may have overwritten its source.
func (m *moves) spoiled(i int, v image.Point) bool {
	return i >= maxProved || slices.ContainsFunc(m.copies[:i], m.copies[i].Sub(v).Overlaps)
}

// settle forgets the damage of the blocks that lie in r as a whole.
func (e *Encoder) settle(r image.Rectangle) {
	last := image.Pt(r.Max.X/blockSize, r.Max.Y/blockSize)
	if r.Max.X == e.size.X {
		last.X = (r.Max.X + blockSize - 1) / blockSize
	}
	if r.Max.Y == e.size.Y {
		last.Y = e.rows()
	}
	for row := (r.Min.Y + blockSize - 1) / blockSize; row < last.Y; row++ {
		for col := (r.Min.X + blockSize - 1) / blockSize; col < last.X; col++ {
			i, bit := e.blockAt(row, col)
			e.tiles[i].dirty &^= bit
		}
	}
}

// Len, Less and Swap order the copies so that few overwrite a source. (A generic
// sort would be compiled once more for rectangles, at 12 kB.)
func (m *moves) Len() int      { return len(m.copies) }
func (m *moves) Swap(i, j int) { m.copies[i], m.copies[j] = m.copies[j], m.copies[i] }
func (m *moves) Less(i, j int) bool {
	a, b := m.copies[i].Min, m.copies[j].Min
	return cmp.Or(sign(m.way.Y)*cmp.Compare(b.Y, a.Y), sign(m.way.X)*cmp.Compare(b.X, a.X)) < 0
}

func sign(v int) int { return cmp.Compare(v, 0) }

// collect joins the marked cells to rectangles, as far down as the cells below a
// run are marked too, and keeps those that are needed.
func (m *moves) collect(width int, size image.Point) {
	m.copies = m.copies[:0]
	m.owner = cleared(m.owner, len(m.grid))
	for at := 0; at < len(m.grid) && len(m.copies) < maxCopies; at++ {
		if !m.grid[at] {
			continue
		}
		x, y := at%width, at/width
		end := x
		for end < width && m.grid[y*width+end] {
			end++
		}
		bottom, needed := y, false
		for bottom*width < len(m.grid) && !slices.Contains(m.grid[bottom*width+x:bottom*width+end], false) {
			needed = m.take(bottom*width+x, bottom*width+end) || needed
			bottom++
		}
		if needed {
			r := image.Rect(x*blockSize, y*blockSize, end*blockSize, bottom*blockSize)
			m.copies = append(m.copies, r.Intersect(image.Rectangle{Max: size}))
			for row := y; row < bottom; row++ {
				fill(m.owner[row*width+x:row*width+end], uint16(len(m.copies)))
			}
		}
	}
}

// take unmarks cells and reports whether any of them is needed.
func (m *moves) take(from, to int) bool {
	clear(m.grid[from:to])
	return slices.Contains(m.needed[from:to], true)
}

func fill(owners []uint16, owner uint16) {
	for i := range owners {
		owners[i] = owner
	}
}

// grow extends a copy by rows and columns, less than a block on every side, as
// long as the vector explains them too and no other copy is there: what is
// copied twice has moved twice.
func (e *Encoder) grow(r image.Rectangle, owner uint16, v image.Point, px capture.Pixels) image.Rectangle {
	all := image.Rectangle{Max: e.size}
	for _, side := range []struct{ min, max image.Point }{
		{min: image.Pt(0, -1)}, {max: image.Pt(0, 1)}, {min: image.Pt(-1, 0)}, {max: image.Pt(1, 0)},
	} {
		for range blockSize - 1 {
			g := image.Rectangle{Min: r.Min.Add(side.min), Max: r.Max.Add(side.max)}
			if !g.In(all) || !e.claim(border(g, r), owner) || !e.moved(border(g, r), v, px) {
				break
			}
			r = g
		}
	}
	return r
}

// claim gives the blocks that a row or column touches to a copy, unless another
// has some of them.
func (e *Encoder) claim(r image.Rectangle, owner uint16) bool {
	m := &e.moves
	free := true
	e.cells(r, func(c int) { free = free && (m.owner[c] == 0 || m.owner[c] == owner) })
	if free {
		e.cells(r, func(c int) { m.owner[c] = owner })
	}
	return free
}

// cells calls f for every block that r touches.
func (e *Encoder) cells(r image.Rectangle, f func(cell int)) {
	for y := r.Min.Y / blockSize; y <= (r.Max.Y-1)/blockSize; y++ {
		for x := r.Min.X / blockSize; x <= (r.Max.X-1)/blockSize; x++ {
			f(y*e.cols*perTile + x)
		}
	}
}

// border returns the row or column by which g is larger than r.
func border(g, r image.Rectangle) image.Rectangle {
	switch {
	case g.Min.Y < r.Min.Y:
		g.Max.Y = r.Min.Y
	case g.Max.Y > r.Max.Y:
		g.Min.Y = r.Max.Y
	case g.Min.X < r.Min.X:
		g.Max.X = r.Min.X
	default:
		g.Min.X = r.Max.X
	}
	return g
}

// copyHave does to have what the viewer does to its picture.
func (e *Encoder) copyHave(to image.Rectangle, from image.Point) {
	source := image.Rectangle{Min: from, Max: from.Add(to.Size())}
	for i := range to.Dy() {
		y := i
		if to.Min.Y > from.Y {
			y = to.Dy() - 1 - i
		}
		copy(e.row(to, to.Min.Y+y), e.row(source, from.Y+y))
	}
	e.film.touch(to)
}

// carry moves the state "approximate" along with the pixels of a copy.
func (e *Encoder) carry(r image.Rectangle, v image.Point, now time.Duration) {
	m := &e.moves
	m.arrived = m.arrived[:0]
	from := r.Sub(v)
	f := &e.film
	f.moved = f.moved || r.Overlaps(f.rect) || from.Overlaps(f.rect)
	e.touched(from, func(t *tile) {
		if a := t.approx.Intersect(from); !a.Empty() {
			m.arrived = append(m.arrived, arrival{a.Add(v), t.owed})
		}
	})
	if a := f.rect.Intersect(from); f.playing && !a.Empty() {
		m.arrived = append(m.arrived, arrival{a.Add(v), true})
	}
	e.touched(r, func(t *tile) {
		t.since = now
		if t.approx.In(r) {
			t.exact()
		}
	})
	for _, a := range m.arrived {
		e.approximate(a.at, a.owed, now)
	}
}

// arrival is where approximate pixels were copied to.
type arrival struct {
	at   image.Rectangle
	owed bool
}

// touched calls f for every tile that r touches.
func (e *Encoder) touched(r image.Rectangle, f func(t *tile)) {
	for ty := r.Min.Y / frame.TileSize; ty <= (r.Max.Y-1)/frame.TileSize; ty++ {
		for tx := r.Min.X / frame.TileSize; tx <= (r.Max.X-1)/frame.TileSize; tx++ {
			f(&e.tiles[ty*e.cols+tx])
		}
	}
}
