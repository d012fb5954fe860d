package encode_test

import (
	"image"
	"math/rand/v2"

	"jump/capture"
)

// scene is a desktop that somebody draws on, at random but the same for the
// same seed. Its rows are longer than the display is wide, and the upper bits of
// its words are rubbish, as they may be.
type scene struct {
	r      *rand.Rand
	size   image.Point
	stride int
	words  []uint32
	clean  bool // upper bits are 0, as nearly everywhere, and no rubbish
	damage []image.Rectangle
}

func newScene(seed uint64, w, h int) *scene {
	s := &scene{r: rand.New(rand.NewPCG(seed, 1)), size: image.Pt(w, h), stride: w + 5}
	s.words = make([]uint32, s.stride*h)
	for i := range s.words {
		s.words[i] = s.r.Uint32() << 24
	}
	return s
}

func (s *scene) pixels() capture.Pixels {
	return capture.Pixels{Words: s.words, Width: s.size.X, Height: s.size.Y, Stride: s.stride}
}

func (s *scene) at(x, y int) uint32 { return s.words[y*s.stride+x] & 0xFFFFFF }

func (s *scene) draw(r image.Rectangle, f func(x, y int) uint32) {
	r = r.Intersect(image.Rectangle{Max: s.size})
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			s.words[y*s.stride+x] = f(x, y) & 0xFFFFFF
			if !s.clean {
				s.words[y*s.stride+x] |= s.r.Uint32() << 24
			}
		}
	}
	s.damage = append(s.damage, r)
}

func (s *scene) rect() image.Rectangle {
	x, y := s.r.IntN(s.size.X), s.r.IntN(s.size.Y)
	return image.Rect(x, y, x+1+s.r.IntN(s.size.X-x), y+1+s.r.IntN(s.size.Y-y))
}

// copy moves a rectangle, as scrolling and dragging do.
func (s *scene) copy(r image.Rectangle, v image.Point) {
	from := r.Intersect(image.Rectangle{Max: s.size}.Sub(v)).Intersect(image.Rectangle{Max: s.size})
	old := append([]uint32(nil), s.words...)
	s.draw(from.Add(v), func(x, y int) uint32 { return old[(y-v.Y)*s.stride+x-v.X] })
}

func (s *scene) fill(r image.Rectangle) {
	c := s.r.Uint32()
	s.draw(r, func(int, int) uint32 { return c })
}

// text draws with n colours, in glyphs of 6 by 10 that repeat.
func (s *scene) text(r image.Rectangle, n uint32) {
	seed := s.r.Uint32N(1 << 20)
	s.draw(r, func(x, y int) uint32 {
		glyph := hash(uint32(x/6), uint32(y/10), seed) % 40
		return hash(glyph*64+uint32(x%6*10+y%10), 7, 9) % n * 0x030507
	})
}

func (s *scene) photo(r image.Rectangle) {
	seed := s.r.Uint32N(1 << 10)
	s.draw(r, func(x, y int) uint32 {
		n := hash(uint32(x), uint32(y), seed) & 7
		return (uint32(x)+seed+n)&255<<16 | (uint32(y)*2+n)&255<<8 | (uint32(x+y)+n)&255
	})
}

func hash(a, b, c uint32) uint32 {
	v := a*0x85EBCA6B ^ b*0xC2B2AE35 ^ c*0x27D4EB2F
	v ^= v >> 15
	v *= 0x2545F491
	return v ^ v>>13
}

// step draws one thing.
func (s *scene) step() {
	switch s.r.IntN(7) {
	case 0:
		s.fill(s.rect())
	case 1:
		s.text(s.rect(), 2+s.r.Uint32N(15))
	case 2:
		s.text(s.rect(), 20+s.r.Uint32N(200))
	case 3:
		s.photo(s.rect())
	case 4:
		s.copy(s.rect(), image.Pt(0, s.r.IntN(81)-40))
	case 5:
		s.copy(s.rect(), image.Pt(s.r.IntN(81)-40, s.r.IntN(81)-40))
	case 6:
		x, y := s.r.IntN(s.size.X), s.r.IntN(s.size.Y)
		s.fill(image.Rect(x, y, x+1, y+1))
	}
}
