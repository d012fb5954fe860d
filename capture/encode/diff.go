package encode

import (
	"image"
	"math/bits"
	"slices"

	"jump/capture"
	"jump/capture/frame"
)

// blockSize is the side of the squares in which damage is kept and compared.
// A row of one is 64 bytes, which the runtime compares at once.
const (
	blockSize = 16
	perTile   = frame.TileSize / blockSize
	allBlocks = 1<<(perTile*perTile) - 1
	rgb       = 0xFFFFFF // the bits of a word that count
)

// Damage notes that r, in pixels of the display, may have changed.
func (e *Encoder) Damage(r image.Rectangle) {
	r = r.Intersect(image.Rectangle{Max: e.size})
	if r.Empty() {
		return
	}
	for by := r.Min.Y / blockSize; by <= (r.Max.Y-1)/blockSize; by++ {
		for bx := r.Min.X / blockSize; bx <= (r.Max.X-1)/blockSize; bx++ {
			e.tiles[by/perTile*e.cols+bx/perTile].dirty |= 1 << (by%perTile*perTile + bx%perTile)
		}
	}
}

// Pending returns a rectangle around all damage that was not yet encoded: what
// Encode needs to be current.
func (e *Encoder) Pending() image.Rectangle {
	var r image.Rectangle
	for i := range e.tiles {
		if e.tiles[i].dirty != 0 {
			r = r.Union(frame.Tile(e.size, i))
		}
	}
	return r
}

// block returns the rectangle of block b of a tile, empty beyond the edge.
func (e *Encoder) block(i, b int) image.Rectangle {
	at := image.Pt(i%e.cols, i/e.cols).Mul(frame.TileSize).Add(image.Pt(b%perTile, b/perTile).Mul(blockSize))
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(blockSize, blockSize))}.Intersect(image.Rectangle{Max: e.size})
}

// changed returns the box around the pixels of the tile's dirty blocks that
// differ from what was said, and leaves those of each block in e.boxes.
func (e *Encoder) changed(i int, px capture.Pixels) image.Rectangle {
	var box image.Rectangle
	e.boxes = e.boxes[:0]
	if e.tiles[i].dirty == allBlocks && e.equal(frame.Tile(e.size, i), px) {
		return box // a whole tile is compared faster than its blocks
	}
	for mask := e.tiles[i].dirty; mask != 0; mask &= mask - 1 {
		if r := e.differing(e.block(i, bits.TrailingZeros16(mask)), px); !r.Empty() {
			e.boxes = append(e.boxes, r)
			box = box.Union(r)
		}
	}
	return box
}

// differing returns the box around the differing pixels of r.
func (e *Encoder) differing(r image.Rectangle, px capture.Pixels) image.Rectangle {
	box := image.Rectangle{Min: r.Max, Max: r.Min}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		old, now := e.row(r, y), rowOf(px, r, y)
		if same(old, now) {
			continue
		}
		first, last := ends(old, now)
		if first > last {
			continue // only in bits that do not count
		}
		box.Min.X, box.Max.X = min(box.Min.X, r.Min.X+first), max(box.Max.X, r.Min.X+last+1)
		box.Min.Y, box.Max.Y = min(box.Min.Y, y), y+1
	}
	if box.Min.Y >= box.Max.Y {
		return image.Rectangle{}
	}
	return box
}

// equal reports whether no pixel of r differs.
func (e *Encoder) equal(r image.Rectangle, px capture.Pixels) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		if !alike(e.row(r, y), rowOf(px, r, y)) {
			return false
		}
	}
	return true
}

// alike reports whether no colour differs.
func alike(a, b []uint32) bool {
	if same(a, b) {
		return true
	}
	first, last := ends(a, b)
	return first > last
}

// same compares rows of whole tiles and blocks as arrays, which the runtime does
// in the widest steps the processor has.
func same(a, b []uint32) bool {
	for ; len(a) >= frame.TileSize && len(b) >= frame.TileSize; a, b = a[frame.TileSize:], b[frame.TileSize:] {
		if *(*[frame.TileSize]uint32)(a) != *(*[frame.TileSize]uint32)(b) {
			return false
		}
	}
	for ; len(a) >= blockSize && len(b) >= blockSize; a, b = a[blockSize:], b[blockSize:] {
		if *(*[blockSize]uint32)(a) != *(*[blockSize]uint32)(b) {
			return false
		}
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// ends returns the first and last column whose colour differs.
func ends(a, b []uint32) (first, last int) {
	last = len(a) - 1
	for first <= last && (a[first]^b[first])&rgb == 0 {
		first++
	}
	for last >= first && (a[last]^b[last])&rgb == 0 {
		last--
	}
	return first, last
}

// unknown reports whether there are tiles that the viewer has otherwise.
func (e *Encoder) unknown() bool {
	return slices.ContainsFunc(e.tiles, func(t tile) bool { return t.unknown })
}

// take compares a tile's damage, takes the new pixels over and returns the box
// that has to be said.
func (e *Encoder) take(i int, px capture.Pixels) image.Rectangle {
	t := &e.tiles[i]
	box := e.changed(i, px)
	if t.unknown {
		box = frame.Tile(e.size, i)
		e.boxes = append(e.boxes[:0], box)
	}
	e.takeOver(box, px)
	t.dirty, t.unknown = 0, false
	return box
}

func (e *Encoder) row(r image.Rectangle, y int) []uint32 {
	return e.have[y*e.size.X+r.Min.X : y*e.size.X+r.Max.X]
}

func rowOf(px capture.Pixels, r image.Rectangle, y int) []uint32 {
	return px.Words[y*px.Stride+r.Min.X : y*px.Stride+r.Max.X]
}

// colAfter returns the column of the tile after i: 0 at the end of a row.
func (e *Encoder) colAfter(i int) int { return (i + 1) % e.cols }
