package capturetest

import (
	"image"
	"slices"
	"testing"

	"jump/capture"
)

func TestScreenIsASource(t *testing.T) {
	TestSource(t, func(t *testing.T) (capture.Source, Desktop) {
		s := NewScreen(image.Rect(0, 0, 320, 240))
		src, err := s.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return src, s
	})
}

func TestScreenReturns(t *testing.T) {
	s := NewScreen()
	old, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Lose()
	if _, err := s.Open(t.Context()); err == nil {
		t.Error("a lost screen can be opened")
	}
	s.Return()
	if _, err := old.Wait(t.Context()); err == nil {
		t.Error("a source from before the loss goes on")
	}
	if _, err := s.Open(t.Context()); err != nil {
		t.Errorf("open after the return: %v", err)
	}
}

func TestSeedsRepeat(t *testing.T) {
	for name, draw := range map[string]func(*Screen, image.Rectangle, uint64){"text": (*Screen).Text, "photo": (*Screen).Photo} {
		s, r := NewScreen(), image.Rect(3, 5, 203, 105)
		picture := func(seed uint64) []uint32 { draw(s, r, seed); return s.Picture(r) }
		one, other, again := picture(1), picture(2), picture(1)
		if !slices.Equal(one, again) || slices.Equal(one, other) {
			t.Errorf("%s: a seed does not decide the picture", name)
		}
	}
}

func TestCovered(t *testing.T) {
	r := image.Rect(0, 0, 10, 10)
	for _, c := range []struct {
		list []image.Rectangle
		want bool
	}{
		{nil, false},
		{[]image.Rectangle{r.Inset(-3)}, true},
		{[]image.Rectangle{image.Rect(0, 0, 5, 10), image.Rect(5, 0, 10, 10)}, true},
		{[]image.Rectangle{image.Rect(0, 0, 5, 10), image.Rect(5, 0, 10, 9)}, false},
		{[]image.Rectangle{image.Rect(2, 2, 8, 8), image.Rect(0, 0, 10, 3), image.Rect(0, 7, 10, 10), image.Rect(0, 3, 3, 7), image.Rect(7, 0, 10, 10)}, true},
	} {
		if got := covered(r, c.list); got != c.want {
			t.Errorf("covered(%v) = %v", c.list, got)
		}
	}
}
