package capture

import (
	"bytes"
	"image"
	"unsafe"
)

// shot is a picture as a system hands it over: Words as in Pixels.
type shot struct {
	words         []uint32
	width, height int
	stride        int // in words
}

// compare makes of seen (rows of s.width words) what the shot shows, and
// returns for each coarse square that changed the rectangle around its changes.
// Rows that are equal, which at rest are all, cost one wide comparison.
func compare(seen []uint32, s shot) []image.Rectangle {
	columns := (s.width + coarse - 1) / coarse
	squares := make([]image.Rectangle, columns*((s.height+coarse-1)/coarse))
	changed := false
	for y := range s.height {
		old, now := seen[y*s.width:(y+1)*s.width], s.words[y*s.stride:y*s.stride+s.width]
		if same(old, now) {
			continue
		}
		changed = true
		compareRow(squares[y/coarse*columns:][:columns], old, now, y)
		copy(old, now)
	}
	if !changed {
		return nil
	}
	list := squares[:0]
	for _, q := range squares {
		if !q.Empty() {
			list = append(list, q)
		}
	}
	return list
}

// compareRow adds what differs in row y to its squares.
func compareRow(squares []image.Rectangle, old, now []uint32, y int) {
	for i := range squares {
		from, to := i*coarse, min((i+1)*coarse, len(now))
		if same(old[from:to], now[from:to]) {
			continue
		}
		for old[from] == now[from] {
			from++
		}
		for old[to-1] == now[to-1] {
			to--
		}
		squares[i] = squares[i].Union(image.Rect(from, y, to, y+1))
	}
}

// same compares two rows of one length.
func same(a, b []uint32) bool { return bytes.Equal(raw(a), raw(b)) }

// raw is the memory of a row.
func raw(words []uint32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), 4*len(words))
}

// shrink draws img into words, rows of w, in the size w by h.
func shrink(words []uint32, img *image.RGBA, w, h int) {
	size := img.Rect.Size()
	for y := range h {
		from := img.Pix[y*size.Y/h*img.Stride:]
		row := words[y*w : (y+1)*w]
		for x := range row {
			p := from[x*size.X/w*4:]
			row[x] = uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2])
		}
	}
}
