package encode

import (
	"cmp"
	"image"
	"math/bits"
	"time"

	"jump/capture"
)

// moves finds what merely moved. Windows of markWidth pixels whose hash ends in
// zeros are landmarks; a landmark that is unique in the old picture and is found
// in the new one votes for the vector between them. The vectors with the most
// votes are then checked exactly, block by block.
type moves struct {
	way     image.Point       // of the copies that are sorted
	changed []image.Rectangle // blocks that differ
	cols    []int             // columns of blocks that are compared
	grid    []bool            // blocks of the display that a vector explains
	needed  []bool            // those of them that are not right already
	owner   []uint16          // of a block: the copy that covers it or some of it, plus one; see grow
	marks   []mark            // of the old picture, a hash table
	votes   map[image.Point]int
	last    image.Point // the vector that was right the last time
	copies  []image.Rectangle
	arrived []arrival
	kept    bool // what is painted over was stored
	vain    vain
}

// vain is how searches for moves have been in vain without a pause, as they are
// while a film plays or photographs change: after some only one in a few frames is
// made, as long as all that changes is where it was.
type vain struct {
	area  image.Rectangle // around what was searched
	times int
	last  time.Duration
}

const (
	vainTimes = 6 // that are made before any is left out
	vainEvery = 4 // then one of so many is made
)

// skips reports whether not to search area now. A larger area, or a much smaller
// one, is searched: something else changes there.
func (v *vain) skips(area image.Rectangle, now time.Duration) bool {
	if now-v.last > filmPause || !area.In(v.area) || 2*area.Dx()*area.Dy() < v.area.Dx()*v.area.Dy() {
		*v = vain{}
	}
	v.times, v.last = v.times+1, now
	return v.times > vainTimes && v.times%vainEvery != 0
}

// end notes how a search went.
func (v *vain) end(area image.Rectangle, found bool) {
	if v.area = v.area.Union(area); found {
		*v = vain{}
	}
}

// mark is a landmark of the old picture.
type mark struct {
	hash  uint32
	count uint32 // how often it was seen; only those seen once count
	x, y  uint16
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

// move says as copies what moved inside area, around the blocks that changed.
func (e *Encoder) move(area image.Rectangle, px capture.Pixels, now time.Duration) {
	m := &e.moves
	m.kept, m.copies = false, m.copies[:0]
	defer e.keep(image.Point{}, now)
	if len(m.changed) < minMoved || e.unknown() { // what the viewer has there must not be copied
		return
	}
	enough := (3*len(m.changed) + 3) / 4
	if m.last != (image.Point{}) && e.explain(m.last, px, enough) {
		e.copyMoved(m.last, px, now) // it goes on as it did: no need for votes
		return
	}
	if m.vain.skips(area, now) {
		return
	}
	m.vain.end(area, e.search(area, px, now))
}

// search says what moved inside area by the vectors with the most votes, and
// reports whether anything did.
func (e *Encoder) search(area image.Rectangle, px capture.Pixels, now time.Duration) (found bool) {
	m := &e.moves
	e.vote(area, px)
	for range maxVectors {
		v, ok := m.best()
		if !ok {
			break
		}
		if e.explain(v, px, minGain) {
			e.copyMoved(v, px, now)
			m.last, found = v, true
		}
	}
	return found
}

// Hint names a vector by which something has moved, as a window system tells:
// the next Encode tries it first. It may be wrong, since all that is said is
// proved by the pixels.
func (e *Encoder) Hint(v image.Point) { e.moves.last = v }

// findChanged lists the blocks that differ, in the order of tiles, and returns
// the box around them. Damage without a difference is forgotten.
func (e *Encoder) findChanged(px capture.Pixels) image.Rectangle {
	e.eachDamaged(func(row int) { e.forgive(row, px) })
	m := &e.moves
	m.changed = m.changed[:0]
	var area image.Rectangle
	for i := range e.tiles {
		if e.tiles[i].unknown {
			continue // it is said whatever it is
		}
		for mask := e.tiles[i].dirty; mask != 0; mask &= mask - 1 {
			r := e.block(i, bits.TrailingZeros16(mask))
			m.changed = append(m.changed, r)
			area = area.Union(r)
		}
	}
	return area
}

// forgive forgets the damage in a row of blocks that makes no difference.
func (e *Encoder) forgive(row int, px capture.Pixels) {
	for _, col := range e.match(row, e.damaged(row), image.Point{}, px) {
		i, bit := e.blockAt(row, col)
		e.tiles[i].dirty &^= bit
	}
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
			*s = mark{hash, s.count + 1, uint16(at.X + x), uint16(at.Y)}
		}
	})
}

func (m *moves) recognise(row []uint32, at image.Point) {
	landmarks(row, func(hash uint32, x int) {
		if s := m.slot(hash); s != nil && s.count == 1 {
			m.votes[image.Pt(at.X+x-int(s.x), at.Y-int(s.y))]++
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
// reports whether so many of them are not right yet. Between those, blocks that
// are right and would stay so are marked too: they make copies few and large.
func (e *Encoder) explain(v image.Point, px capture.Pixels, least int) bool {
	m := &e.moves
	cells := e.cols * perTile * e.rows()
	m.grid, m.needed = cleared(m.grid, cells), cleared(m.needed, cells)
	n, box := 0, image.Rectangle{}
	e.eachDamaged(func(row int) {
		for _, col := range e.match(row, e.damaged(row), v, px) {
			if r := e.cellAt(row, col); len(m.copies) == 0 || !e.equal(r, px) { // a copy may have put it right
				m.grid[e.cell(r.Min)], m.needed[e.cell(r.Min)] = true, true
				n, box = n+1, box.Union(r)
			}
		}
	})
	if n < least {
		return false
	}
	for row := box.Min.Y / blockSize; row*blockSize < box.Max.Y; row++ {
		cells := m.grid[row*e.cols*perTile:]
		for _, col := range e.match(row, e.undamaged(row, box), v, px) {
			cells[col] = true
		}
	}
	return true
}

// cleared returns n zero values, in s if it is long enough.
func cleared[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
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
		if !alike(e.row(from, from.Min.Y+y), rowOf(px, r, r.Min.Y+y)) {
			return false
		}
	}
	return true
}
