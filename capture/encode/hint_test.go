package encode_test

import (
	"image"
	"testing"

	"jump/transport/wire"
)

// TestHint: a scroll that no landmark betrays, since every row has one colour,
// costs a copy when the window system tells of it, and a wrong word of it costs
// nothing but time.
func TestHint(t *testing.T) {
	cost := func(hint image.Point) int {
		s := newScene(8, 512, 512)
		l := newLink(t, 512, 512, wire.CodingNone, 0)
		s.draw(image.Rect(0, 0, 512, 512), func(_, y int) uint32 { return hash(uint32(y), 1, 2) })
		l.send(s)
		l.bytes = 0
		s.copy(image.Rect(0, 0, 512, 512), image.Pt(0, -37))
		l.e.Hint(hint)
		l.send(s)
		if err := l.difference(s); err != nil {
			t.Errorf("hint %v: %v", hint, err)
		}
		return l.bytes
	}
	none, right, wrong := cost(image.Point{}), cost(image.Pt(0, -37)), cost(image.Pt(5, 9))
	if right*4 > none || wrong != none {
		t.Errorf("%d bytes without a hint, %d with, %d with a wrong one", none, right, wrong)
	}
}
