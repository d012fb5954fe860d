package encode

import (
	"image"

	"jump/capture"
)

// rows is how many rows of blocks the display has.
func (e *Encoder) rows() int { return (e.size.Y + blockSize - 1) / blockSize }

// cellAt returns the rectangle of a block by row and column, without what is
// beyond the edge.
func (e *Encoder) cellAt(row, col int) image.Rectangle {
	return image.Rect(col*blockSize, row*blockSize, min((col+1)*blockSize, e.size.X), min((row+1)*blockSize, e.size.Y))
}

// blockAt returns the tile of a block, and its bit in there.
func (e *Encoder) blockAt(row, col int) (tile int, bit uint16) {
	return row/perTile*e.cols + col/perTile, 1 << (row%perTile*perTile + col%perTile)
}

// eachDamaged calls f for every row of blocks with damage that is compared: what
// is in tiles that are said whatever they are is not.
func (e *Encoder) eachDamaged(f func(row int)) {
	for first := 0; first < len(e.tiles); first += e.cols {
		var all uint16
		for i := first; i < first+e.cols; i++ {
			if t := &e.tiles[i]; !t.unknown {
				all |= t.dirty
			}
		}
		for row := first / e.cols * perTile; all != 0; row, all = row+1, all>>perTile {
			if all&(1<<perTile-1) != 0 {
				f(row)
			}
		}
	}
}

// damaged returns the columns of its damaged blocks, until the next call.
func (e *Encoder) damaged(row int) []int {
	cols := e.moves.cols[:0]
	first := row / perTile * e.cols
	for i := range e.cols {
		t := &e.tiles[first+i]
		mask := t.dirty >> (row % perTile * perTile) & (1<<perTile - 1)
		for b := 0; mask != 0 && !t.unknown; b, mask = b+1, mask>>1 {
			if mask&1 != 0 {
				cols = append(cols, i*perTile+b)
			}
		}
	}
	e.moves.cols = cols
	return cols
}

// undamaged returns the columns, of those that touch a box, of the others.
func (e *Encoder) undamaged(row int, box image.Rectangle) []int {
	cols := e.moves.cols[:0]
	for col := box.Min.X / blockSize; col*blockSize < box.Max.X; col++ {
		if i, bit := e.blockAt(row, col); e.tiles[i].dirty&bit == 0 {
			cols = append(cols, col)
		}
	}
	e.moves.cols = cols
	return cols
}

// match keeps of some columns of a row of blocks, in rising order, those whose
// pixels are what was said at distance v. It goes along the rows of pixels, since
// memory is read several times as fast that way as block by block.
func (e *Encoder) match(row int, cols []int, v image.Point, px capture.Pixels) []int {
	cols = e.within(row, cols, v)
	for y := row * blockSize; y < min((row+1)*blockSize, e.size.Y) && len(cols) > 0; y++ {
		old, now := e.have[(y-v.Y)*e.size.X:][:e.size.X], px.Words[y*px.Stride:][:e.size.X]
		cols = matchRow(old, now, v.X, cols)
	}
	return cols
}

// within keeps the columns whose block has its source on the display.
func (e *Encoder) within(row int, cols []int, v image.Point) []int {
	keep := cols[:0]
	for _, col := range cols {
		if e.cellAt(row, col).Sub(v).In(image.Rectangle{Max: e.size}) {
			keep = append(keep, col)
		}
	}
	return keep
}

// matchRow keeps the columns of which a row of pixels is the old one moved by dx.
func matchRow(old, now []uint32, dx int, cols []int) []int {
	keep := cols[:0]
	for i := 0; i < len(cols); {
		run := 1
		for i+run < len(cols) && cols[i+run] == cols[i]+run {
			run++
		}
		x := cols[i] * blockSize
		end := min(x+run*blockSize, len(now))
		if same(old[x-dx:end-dx], now[x:end]) {
			keep = append(keep, cols[i:i+run]...)
			i += run
			continue
		}
		for ; run > 0; run, i, x = run-1, i+1, x+blockSize {
			end := min(x+blockSize, len(now))
			if alike(old[x-dx:end-dx], now[x:end]) {
				keep = append(keep, cols[i])
			}
		}
	}
	return keep
}
