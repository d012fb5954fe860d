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

// TestMovesBesideFilm: while photographs change where they are, a scroll of more
// than that is a copy at once, whenever it begins, and one of a part of it in the
// next few frames.
func TestMovesBesideFilm(t *testing.T) {
	film := image.Rect(40, 40, 360, 240)
	cost := func(photos int, scroll image.Rectangle, frames int) int {
		s := newScene(3, 640, 480)
		l := newLink(t, 640, 480, wire.CodingZstd, 75)
		l.e.SetFilms(0)
		s.text(image.Rectangle{Max: s.size}, 200)
		l.send(s)
		for range photos {
			s.photo(film)
			l.send(s)
		}
		for range frames {
			l.bytes = 0
			s.copy(scroll, image.Pt(0, -20))
			l.send(s)
		}
		last := l.bytes
		l.settle()
		if err := l.difference(s); err != nil {
			t.Error(err)
		}
		return last
	}
	for photos := 30; photos < 34; photos++ {
		all, inside := cost(photos, image.Rect(0, 0, 640, 480), 1), cost(photos, image.Rect(40, 60, 360, 240), 4)
		if all > 24<<10 || inside > 24<<10 {
			t.Errorf("after %d photographs: %d bytes for a scroll of all, %d for one of their place", photos, all, inside)
		}
	}
}
