package encode

import (
	"cmp"
	"image"
	"math/bits"
	"slices"
	"time"

	"jump/capture"
	"jump/capture/frame"
)

// moves finds what merely moved. Windows of markWidth pixels whose hash ends in
// zeros are landmarks; a landmark that is unique in the old picture and is found
// in the new one votes for the vector between them. The vectors with the most
// votes are then checked exactly, block by block.
type moves struct {
	changed []image.Rectangle // blocks that differ
	grid    []bool            // blocks of the display that a vector explains
	marks   []mark            // of the old picture, a hash table
	votes   map[image.Point]int
	last    image.Point // the vector that was right the last time
	copies  []image.Rectangle
}

// mark is a landmark of the old picture.
type mark struct {
	hash  uint32
	count uint32 // how often it was seen; only those seen once count
	at    image.Point
}

const (
	markWidth  = 16
	markBits   = 26      // a hash shifted right by so much is 0 in one of 64 windows
	markSlots  = 1 << 15 // of the hash table; when it is full, enough was seen
	markRows   = 4       // of so many rows of the new picture one votes
	minMoved   = 12      // blocks that must have changed before anything is searched
	minVotes   = 3
	minGain    = 4    // blocks that a vector must explain
	maxVectors = 2    // in a frame
	maxCopies  = 4096 // for a vector
	factor     = 0x9E3779B1
)

// factorOut is what a pixel weighs when it leaves the window: factor to the
// power of markWidth.
var factorOut = func() uint32 {
	v := uint32(1)
	for range markWidth {
		v *= factor
	}
	return v
}()

// move says as copies what moved inside the damage.
func (e *Encoder) move(px capture.Pixels, now time.Duration) {
	m := &e.moves
	if e.unknown() {
		return // what the viewer has there must not be copied
	}
	area := e.findChanged(px)
	if len(m.changed) < minMoved {
		return
	}
	e.vote(area, px)
	for range maxVectors {
		v, ok := m.best()
		if !ok {
			return
		}
		if e.explain(v, px) >= minGain {
			e.copyMoved(v, px, now)
			m.last = v
		}
	}
}

// findChanged lists the blocks that differ and returns the box around them.
// Damage without a difference is forgotten.
func (e *Encoder) findChanged(px capture.Pixels) image.Rectangle {
	m := &e.moves
	m.changed = m.changed[:0]
	var area image.Rectangle
	for i := range e.tiles {
		t := &e.tiles[i]
		for mask := t.dirty; mask != 0; mask &= mask - 1 {
			b := bits.TrailingZeros16(mask)
			r := e.block(i, b)
			if e.differing(r, px).Empty() {
				t.dirty &^= 1 << b
				continue
			}
			m.changed = append(m.changed, r)
			area = area.Union(r)
		}
	}
	return area
}

// vote collects the votes for vectors inside area.
func (e *Encoder) vote(area image.Rectangle, px capture.Pixels) {
	m := &e.moves
	if m.marks == nil {
		m.marks, m.votes = make([]mark, markSlots), map[image.Point]int{}
	}
	clear(m.marks)
	clear(m.votes)
	m.votes[m.last] = minVotes - 1 // what went on is likely to go on
	for y := area.Min.Y; y < area.Max.Y; y++ {
		m.remember(e.row(area, y), image.Pt(area.Min.X, y))
	}
	for y := area.Min.Y; y < area.Max.Y; y += markRows {
		m.recognise(rowOf(px, area, y), image.Pt(area.Min.X, y))
	}
	delete(m.votes, image.Point{})
}

// landmarks calls found for the hash and the column of every landmark of a row.
func landmarks(row []uint32, found func(hash uint32, x int)) {
	var h uint32
	for x, p := range row {
		h = h*factor + p&rgb
		if x < markWidth {
			continue
		}
		h -= factorOut * (row[x-markWidth] & rgb)
		if v := h * factor; v>>markBits == 0 {
			found(v, x)
		}
	}
}

func (m *moves) remember(row []uint32, at image.Point) {
	landmarks(row, func(hash uint32, x int) {
		if s := m.slot(hash); s != nil {
			*s = mark{hash, s.count + 1, image.Pt(at.X+x, at.Y)}
		}
	})
}

func (m *moves) recognise(row []uint32, at image.Point) {
	landmarks(row, func(hash uint32, x int) {
		if s := m.slot(hash); s != nil && s.count == 1 {
			m.votes[image.Pt(at.X+x, at.Y).Sub(s.at)]++
		}
	})
}

// slot returns the place of a hash in the table, nil where it is too full.
func (m *moves) slot(hash uint32) *mark {
	for i := range uint32(8) {
		s := &m.marks[(hash*factor>>17+i)%markSlots]
		if s.count == 0 || s.hash == hash {
			return s
		}
	}
	return nil
}

// best takes the vector with the most votes out; among equals the smallest, so
// that the same pixels always give the same bytes.
func (m *moves) best() (image.Point, bool) {
	var v image.Point
	most := minVotes - 1
	for p, n := range m.votes {
		if n > most || n == most && v != (image.Point{}) && less(p, v) {
			v, most = p, n
		}
	}
	delete(m.votes, v)
	return v, v != (image.Point{})
}

func less(a, b image.Point) bool { return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X)) < 0 }

// explain marks the blocks whose new pixels are the old ones at distance v, and
// returns how many there are.
func (e *Encoder) explain(v image.Point, px capture.Pixels) int {
	m := &e.moves
	m.grid = append(m.grid[:0], make([]bool, e.cols*perTile*((e.size.Y+blockSize-1)/blockSize))...)
	n := 0
	for _, r := range m.changed {
		if e.moved(r, v, px) && !e.differing(r, px).Empty() {
			m.grid[e.cell(r.Min)] = true
			n++
		}
	}
	return n
}

func (e *Encoder) cell(at image.Point) int {
	return at.Y/blockSize*e.cols*perTile + at.X/blockSize
}

// moved reports whether the pixels of r are what was said at distance v.
func (e *Encoder) moved(r image.Rectangle, v image.Point, px capture.Pixels) bool {
	from := r.Sub(v)
	if !from.In(image.Rectangle{Max: e.size}) {
		return false
	}
	for y := range r.Dy() {
		old, now := e.row(from, from.Min.Y+y), rowOf(px, r, r.Min.Y+y)
		if same(old, now) {
			continue
		}
		if first, last := ends(old, now); first <= last {
			return false
		}
	}
	return true
}

// copyMoved says the explained blocks as copies and carries them out on have.
// What a copy got wrong, because another had overwritten its source, is found
// by the comparison that follows.
func (e *Encoder) copyMoved(v image.Point, px capture.Pixels, now time.Duration) {
	m := &e.moves
	m.collect(e.cols*perTile, e.size)
	for i, r := range m.copies {
		m.copies[i] = e.grow(r, v, px)
	}
	slices.SortFunc(m.copies, func(a, b image.Rectangle) int {
		return cmp.Or(sign(v.Y)*cmp.Compare(b.Min.Y, a.Min.Y), sign(v.X)*cmp.Compare(b.Min.X, a.Min.X))
	})
	for _, r := range m.copies {
		e.plain = frame.AppendCopy(e.plain, r, r.Min.Sub(v))
		e.carry(r, v, now)
		e.copyHave(r, r.Min.Sub(v))
		e.Damage(r)
	}
}

func sign(v int) int { return cmp.Compare(v, 0) }

// collect joins the marked cells to rectangles: runs in a row, and equal runs
// in rows below each other.
func (m *moves) collect(width int, size image.Point) {
	m.copies = m.copies[:0]
	for at := 0; at < len(m.grid); at++ {
		if !m.grid[at] {
			continue
		}
		x, y := at%width, at/width
		end := x
		for end < width && m.grid[y*width+end] {
			end++
		}
		bottom := y
		for m.take(bottom*width, x, end, width) {
			bottom++
		}
		r := image.Rect(x*blockSize, y*blockSize, end*blockSize, bottom*blockSize)
		if m.copies = append(m.copies, r.Intersect(image.Rectangle{Max: size})); len(m.copies) == maxCopies {
			return
		}
	}
}

// take clears the cells from x to end of the row that begins at row, if these
// and neither neighbour are marked.
func (m *moves) take(row, x, end, width int) bool {
	if row >= len(m.grid) || slices.Contains(m.grid[row+x:row+end], false) ||
		x > 0 && m.grid[row+x-1] || end < width && m.grid[row+end] {
		return false
	}
	clear(m.grid[row+x : row+end])
	return true
}

// grow extends a copy by rows and columns, less than a block on every side, as
// long as the vector explains them too.
func (e *Encoder) grow(r image.Rectangle, v image.Point, px capture.Pixels) image.Rectangle {
	all := image.Rectangle{Max: e.size}
	for _, side := range []struct{ min, max image.Point }{
		{min: image.Pt(0, -1)}, {max: image.Pt(0, 1)}, {min: image.Pt(-1, 0)}, {max: image.Pt(1, 0)},
	} {
		for range blockSize - 1 {
			g := image.Rectangle{Min: r.Min.Add(side.min), Max: r.Max.Add(side.max)}
			if !g.In(all) || !e.moved(border(g, r), v, px) {
				break
			}
			r = g
		}
	}
	return r
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
}

// carry moves the state "approximate" along with the pixels of a copy.
func (e *Encoder) carry(r image.Rectangle, v image.Point, now time.Duration) {
	var arrived []image.Rectangle
	from := r.Sub(v)
	e.each(from, func(t *tile) {
		if a := t.approx.Intersect(from); !a.Empty() {
			arrived = append(arrived, a.Add(v))
		}
	})
	e.each(r, func(t *tile) {
		if t.approx.In(r) {
			t.approx = image.Rectangle{}
		}
	})
	for _, a := range arrived {
		e.approximate(a, now)
	}
}

// each calls f for every tile that r touches.
func (e *Encoder) each(r image.Rectangle, f func(t *tile)) {
	for ty := r.Min.Y / frame.TileSize; ty <= (r.Max.Y-1)/frame.TileSize; ty++ {
		for tx := r.Min.X / frame.TileSize; tx <= (r.Max.X-1)/frame.TileSize; tx++ {
			f(&e.tiles[ty*e.cols+tx])
		}
	}
}
