package encode_test

import (
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"jump/capture/encode"
	"jump/transport/wire"
)

// step encodes what was drawn, once, a moment later.
func (l *link) step(s *scene) {
	l.t.Helper()
	for _, r := range s.damage {
		l.e.Damage(r)
	}
	s.damage = s.damage[:0]
	l.now += 33 * time.Millisecond
	l.show(l.e.Encode(s.pixels(), l.seq+1, l.now))
	for at, some := l.e.FilmAt(true); some && at <= l.now && l.films.State() == encode.VideoReady; at, some = l.e.FilmAt(true) {
		l.show(l.e.Encode(s.pixels(), l.seq+1, l.now))
	}
}

// play shows n pictures of a film.
func (l *link) play(s *scene, r image.Rectangle, n int) {
	l.t.Helper()
	for range n {
		s.photo(r)
		l.step(s)
	}
}

// filming returns a screen with a film of r on it, which is said as one.
func filming(t *testing.T, r image.Rectangle) (*link, *scene) {
	t.Helper()
	l, s := newLink(t, 640, 480, wire.CodingNone, 60), newScene(3, 640, 480)
	s.text(image.Rect(0, 0, 640, 480), 6)
	l.send(s)
	l.settle()
	l.play(s, r, 20)
	if l.shown.Drawn() < 5 {
		t.Fatalf("%d pictures of 20 came as video", l.shown.Drawn())
	}
	return l, s
}

// exactly demands that every pixel is the screen's.
func (l *link) exactly(s *scene) {
	l.t.Helper()
	if err := l.difference(s); err != nil || !l.d.Exact(2) {
		l.t.Errorf("exact %v, %v", l.d.Exact(2), err)
	}
}

func TestFilm(t *testing.T) {
	r := image.Rect(101, 75, 401, 275)
	l, s := filming(t, r)
	drawn := l.shown.Drawn()
	l.play(s, r, 10)
	if got := l.shown.Drawn() - drawn; got != 10 {
		t.Errorf("of 10 pictures %d came as video", got)
	}
	if l.d.Exact(2) {
		t.Error("a film is called exact")
	}
	if c := l.d.At(2, r.Min.X+40, r.Min.Y+40); (c^s.at(r.Min.X+40, r.Min.Y+40))&0xF8F8F8 != 0 {
		t.Errorf("a pixel of the film is %06x", c)
	}
	l.settle()
	l.exactly(s)
}

// TestFilmOfOddSize: no codec takes odd sides.
func TestFilmOfOddSize(t *testing.T) {
	l, s := filming(t, image.Rect(435, 283, 640, 480))
	l.settle()
	l.exactly(s)
}

// TestFilmAgain: a film that was paused goes on with the same stream.
func TestFilmAgain(t *testing.T) {
	r := image.Rect(100, 80, 420, 280)
	l, s := filming(t, r)
	l.settle()
	l.exactly(s)
	l.play(s, r, 20)
	l.settle()
	l.exactly(s)
}

// TestFilmBreaksOff: photographs go on at once, whatever becomes of the encoder.
func TestFilmBreaksOff(t *testing.T) {
	r := image.Rect(100, 80, 420, 280)
	for name, harm := range map[string]func(*link){
		"breaks":  func(l *link) { l.films.Break(false) },
		"dies":    func(l *link) { l.films.Break(true) },
		"hangs":   func(l *link) { l.films.Hold(true) },
		"off":     func(l *link) { l.e.SetFilms(0) },
		"exact":   func(l *link) { l.e.SetQuality(0) },
		"refresh": func(l *link) { l.e.Refresh() },
	} {
		t.Run(name, func(t *testing.T) {
			l, s := filming(t, r)
			harm(l)
			l.play(s, r, 3)
			l.films.Hold(false)
			l.settle()
			l.exactly(s)
			l.play(s, r, 15)
			l.settle()
			l.exactly(s)
		})
	}
}

// TestFilmIsCovered: a window over much of a film ends it, and is exact soon.
func TestFilmIsCovered(t *testing.T) {
	r, over := image.Rect(64, 64, 448, 320), image.Rect(64, 64, 320, 320)
	l, s := filming(t, r)
	s.text(over, 4)
	for range 60 {
		s.photo(image.Rect(320, 64, 448, 320))
		l.step(s)
		l.show(l.e.Refine(64<<10, l.seq+1, l.now))
	}
	for y := over.Min.Y; y < over.Max.Y; y++ {
		for x := over.Min.X; x < over.Max.X; x++ {
			if got := l.d.At(2, x, y); got != s.at(x, y) {
				t.Fatalf("pixel %d,%d of the window is %06x, want %06x", x, y, got, s.at(x, y))
			}
		}
	}
}

// TestNoFilm: what changes often is not always a film.
func TestNoFilm(t *testing.T) {
	all := image.Rect(0, 0, 640, 480)
	for name, draw := range map[string]func(s *scene, i int){
		"text":     func(s *scene, _ int) { s.text(image.Rect(64, 64, 448, 320), 9) },
		"a strip":  func(s *scene, _ int) { s.photo(image.Rect(0, 400, 640, 460)) },
		"a scroll": func(s *scene, _ int) { s.copy(all, image.Pt(0, -40)); s.photo(image.Rect(0, 440, 640, 480)) },
		"a slow film": func(s *scene, i int) {
			if i%10 == 0 {
				s.photo(image.Rect(64, 64, 448, 320))
			}
		},
		"small things": func(s *scene, _ int) { s.photo(image.Rect(0, 0, 40, 40)); s.photo(image.Rect(600, 440, 640, 480)) },
	} {
		t.Run(name, func(t *testing.T) {
			l, s := newLink(t, 640, 480, wire.CodingNone, 60), newScene(4, 640, 480)
			s.photo(all)
			l.send(s)
			l.settle()
			l.now += time.Second
			for i := range 60 {
				draw(s, i)
				l.step(s)
			}
			if l.films.Units() > 0 {
				t.Errorf("%d pictures went to the encoder", l.films.Units())
			}
			l.settle()
			l.exactly(s)
		})
	}
}

// TestFilmsExactAtRest: whatever is drawn while films play, and whatever the
// encoder does, a frame says exact only if it is, and at rest all is.
func TestFilmsExactAtRest(t *testing.T) {
	seeds := uint64(20)
	if os.Getenv("JUMP_SOAK") != "" {
		seeds = 1000
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 9))
			l, s := newLink(t, 420, 340, encode.Codings[seed%3], uint8(30+seed%60)), newScene(seed, 420, 340)
			at := image.Rect(0, 0, 130+r.IntN(150), 120+r.IntN(150)).Add(image.Pt(r.IntN(90), r.IntN(60)))
			for range 12 {
				l.films.Hold(false)
				l.play(s, at, r.IntN(25))
				l.films.Hold(r.IntN(2) == 0)
				l.disturb(s, r, &at)
				if err := l.difference(s); l.d.Exact(2) && err != nil {
					t.Fatalf("says exact, but %v", err)
				}
			}
			l.films.Hold(false)
			l.send(s)
			l.settle()
			l.exactly(s)
		})
	}
}

// disturb does one thing that a film may not survive.
func (l *link) disturb(s *scene, r *rand.Rand, at *image.Rectangle) {
	switch r.IntN(9) {
	case 0:
		l.e.Refresh()
	case 1:
		l.films.Break(false)
	case 2:
		l.e.SetPiece(r.IntN(2)*(1+r.IntN(30000)), r.IntN(15000))
		l.play(s, *at, 5)
		l.e.SetPiece(1<<20, 1<<19)
	case 3: // a scroll or a drag with the film in it
		l.copyAll(s, image.Pt(r.IntN(41)-20, r.IntN(41)-20))
	case 4:
		*at = at.Add(image.Pt(r.IntN(21)-10, r.IntN(21)-10)).Intersect(image.Rect(0, 0, 420, 340))
	case 5:
		l.now += time.Duration(r.IntN(800)) * time.Millisecond
		l.step(s)
	default:
		s.step()
		l.step(s)
	}
}

func (l *link) copyAll(s *scene, by image.Point) {
	s.copy(image.Rect(0, 0, 420, 340), by)
	l.step(s)
}
