package encode_test

import (
	"image"
	"testing"
	"time"

	"jump/capture/encode"
)

// script is a drawing, and what is done with it, as bytes. An end of the bytes
// reads as zeros.
type script struct{ b []byte }

func (s *script) next(n int) int {
	if len(s.b) == 0 {
		return 0
	}
	v := int(s.b[0]) % n
	s.b = s.b[1:]
	return v
}

// rect returns a rectangle on a screen of that size.
func (s *script) rect(size image.Point) image.Rectangle {
	x, y := s.next(size.X), s.next(size.Y)
	return image.Rect(x, y, x+1+s.next(size.X-x), y+1+s.next(size.Y-y))
}

// step draws one thing, or lets the encoder do one.
func (s *script) step(on *scene, l *link) {
	switch s.next(12) {
	case 0:
		on.fill(s.rect(on.size))
	case 1:
		on.text(s.rect(on.size), 2+uint32(s.next(15)))
	case 2:
		on.text(s.rect(on.size), 20+uint32(s.next(200)))
	case 3, 4:
		on.photo(s.rect(on.size))
	case 5, 6:
		on.copy(s.rect(on.size), image.Pt(s.next(81)-40, s.next(81)-40))
	case 7:
		l.now += time.Duration(s.next(256)) * 5 * time.Millisecond
	case 8:
		l.e.SetPiece(s.next(256)*100, s.next(256)*50)
	case 9:
		l.e.SetQuality(uint8(s.next(101)))
	case 10:
		l.show(l.e.Refine(s.next(256)*100, l.seq+1, l.now))
	case 11:
		l.e.Refresh()
	}
}

// FuzzDrawing looks for a drawing after which the viewer's picture is not the
// screen's, bit for bit, once it rests; or which is called exact too early.
func FuzzDrawing(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 75, 3, 0, 0, 255, 255, 5, 10, 10, 90, 80, 60, 40, 7, 200})
	f.Add([]byte{1, 30, 1, 0, 0, 255, 255, 9, 7, 255, 3, 20, 20, 60, 60, 5, 20, 20, 60, 60, 43, 47, 5, 23, 27, 60, 60, 43, 47})
	f.Add([]byte{2, 0, 2, 9, 9, 99, 99, 99, 8, 1, 4, 0, 0, 200, 150, 10, 255, 11, 6, 5, 5, 90, 90, 50, 30})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 400 {
			b = b[:400] // some sixty things
		}
		s := &script{b}
		coding, quality := encode.Codings[s.next(len(encode.Codings))], uint8(s.next(101))
		on := newScene(1, 131, 103)
		l := newLink(t, 131, 103, coding, quality)
		l.e.Damage(image.Rectangle{Max: on.size})
		for len(s.b) > 0 {
			s.step(on, l)
			if s.next(3) > 0 {
				continue
			}
			l.e.SetPiece(1+s.next(256)*100, s.next(256)*50)
			l.send(on)
			if err := l.difference(on); l.d.Exact(2) && err != nil {
				t.Fatalf("says exact, but %v", err)
			}
		}
		l.e.SetPiece(1<<20, 1<<19)
		l.send(on)
		l.settle()
		if err := l.difference(on); err != nil || !l.d.Exact(2) {
			t.Fatalf("exact %v, %v", l.d.Exact(2), err)
		}
	})
}
