package encode

import (
	"image"

	"jump/capture/frame"
)

// under remembers what was covered: of every tile, the last picture that the
// viewer stored before something was drawn over it. When a window moves on, what
// it uncovers is drawn from there, piece by piece.
type under struct {
	words []uint32 // the pictures, laid out as the display; nil until the first
	tiles []covered
	parts []image.Rectangle // of the tile at hand
}

// covered is where the viewer keeps the picture of a tile.
type covered struct {
	kept bool
	slot int
	hash uint64 // of the picture: the slot may hold another one by now
}

// leaves reports whether some of a tile is about to be copied away by v: then it
// shows a window, which must not take the place of what is under it.
func (e *Encoder) leaves(tile image.Rectangle, v image.Point) bool {
	n := 0
	for _, r := range e.moves.copies {
		some := r.Sub(v).Intersect(tile)
		n += some.Dx() * some.Dy()
	}
	return 16*n > tile.Dx()*tile.Dy()
}

// remember notes that a slot holds tile i as it is now.
func (e *Encoder) remember(i, slot int, hash uint64) {
	if e.cfg.Format < exactFormat {
		return
	}
	u := &e.under
	if u.words == nil {
		u.words, u.tiles = make([]uint32, len(e.have)), make([]covered, len(e.tiles))
	}
	r := frame.Tile(e.size, i)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		copy(e.underRow(r, y), e.row(r, y))
	}
	u.tiles[i] = covered{true, slot, hash}
}

// holds reports whether the viewer still keeps what was under tile i.
func (e *Encoder) holds(i int) bool {
	if e.under.tiles == nil {
		return false
	}
	c := e.under.tiles[i]
	return c.kept && c.slot < len(e.cache.slots) && e.cache.slots[c.slot] == c.hash
}

// uncovered says those of the boxes in e.boxes that are what was under tile i,
// and returns the box around the others.
func (e *Encoder) uncovered(i int) image.Rectangle {
	var rest image.Rectangle
	if len(e.moves.changed) < minMoved || !e.holds(i) { // no window is that small
		return around(e.boxes)
	}
	u := &e.under
	u.parts = u.parts[:0]
	for _, b := range e.boxes {
		if e.wasUnder(b) {
			u.parts = joined(u.parts, b)
		} else {
			rest = rest.Union(b)
		}
	}
	for _, p := range u.parts {
		if !p.In(rest) {
			e.plain = frame.AppendPart(e.plain, p, u.tiles[i].slot)
		}
	}
	return rest
}

func around(boxes []image.Rectangle) (all image.Rectangle) {
	for _, b := range boxes {
		all = all.Union(b)
	}
	return all
}

// joined adds a box to a list, to one that it continues if there is one.
func joined(list []image.Rectangle, b image.Rectangle) []image.Rectangle {
	for k, r := range list {
		right := r.Max.X == b.Min.X && r.Min.Y == b.Min.Y && r.Max.Y == b.Max.Y
		below := r.Max.Y == b.Min.Y && r.Min.X == b.Min.X && r.Max.X == b.Max.X
		if right || below {
			list[k] = r.Union(b)
			return list
		}
	}
	return append(list, b)
}

// wasUnder reports whether r is what was under it.
func (e *Encoder) wasUnder(r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		if !alike(e.underRow(r, y), e.row(r, y)) {
			return false
		}
	}
	return true
}

func (e *Encoder) underRow(r image.Rectangle, y int) []uint32 {
	return e.under.words[y*e.size.X+r.Min.X : y*e.size.X+r.Max.X]
}
