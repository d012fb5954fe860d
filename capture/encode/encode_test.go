package encode_test

import (
	"bytes"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"jump/capture"
	"jump/capture/decode"
	"jump/capture/encode"
	"jump/capture/frame"
	"jump/capture/video/videotest"
	"jump/transport/wire"
)

// link is an encoder and the decoder that reads what it writes.
type link struct {
	t     testing.TB
	e     *encode.Encoder
	d     *decode.Decoder
	now   time.Duration
	seq   uint32
	bytes int
	films *videotest.Video
	shown *videotest.Player
}

func newLink(t testing.TB, w, h int, coding wire.Coding, quality uint8) *link {
	t.Helper()
	return newLinkOf(t, frame.Version, w, h, coding, quality)
}

// newLinkOf is for a viewer that knows no newer format.
func newLinkOf(t testing.TB, format uint8, w, h int, coding wire.Coding, quality uint8) *link {
	t.Helper()
	display := wire.Display{ID: 2, Width: uint16(w), Height: uint16(h)}
	films, shown := &videotest.Video{}, &videotest.Player{}
	e, err := encode.New(encode.Config{Display: display, Epoch: 5, Coding: coding, Codecs: wire.CodecJPEG, Quality: quality, Format: format, Video: films, Slots: 120})
	if err != nil {
		t.Fatal(err)
	}
	d, err := decode.New(&wire.Displays{Format: format, Coding: coding, Epoch: 5, Displays: []wire.Display{display}})
	if err != nil {
		t.Fatal(err)
	}
	d.SetFilms(shown.Draw)
	t.Cleanup(func() { e.Close(); d.Close() })
	return &link{t: t, e: e, d: d, films: films, shown: shown}
}

func (l *link) show(body []byte, err error) bool {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
	if body == nil {
		return false
	}
	l.seq++
	l.bytes += len(body)
	if len(body) > wire.MaxFrame {
		l.t.Fatalf("frame of %d bytes", len(body))
	}
	if err := l.d.Frame(body); err != nil {
		l.t.Fatalf("frame %d: %v", l.seq, err)
	}
	if h := l.d.Last(); h.Sequence != l.seq || h.Time != uint64(l.now.Microseconds()) {
		l.t.Fatalf("frame %d has the header %+v", l.seq, h)
	}
	return true
}

// send encodes all that is damaged.
func (l *link) send(s *scene) {
	l.t.Helper()
	for _, r := range s.damage {
		l.e.Damage(r)
	}
	s.damage = s.damage[:0]
	l.now += 16 * time.Millisecond
	for !l.e.Pending().Empty() || l.e.Owes() {
		l.show(l.e.Encode(s.pixels(), l.seq+1, l.now))
	}
}

// once encodes one frame of what was drawn since the last.
func (l *link) once(s *scene) {
	s.photo(s.rect())
	for _, r := range s.damage {
		l.e.Damage(r)
	}
	s.damage = s.damage[:0]
	l.now += 16 * time.Millisecond
	l.show(l.e.Encode(s.pixels(), l.seq+1, l.now))
}

// settle lets the screen rest until nothing is approximate.
func (l *link) settle() {
	l.t.Helper()
	for range 10000 {
		if l.rest() {
			continue
		}
		at, some := l.e.RefineAt()
		if !some {
			return
		}
		l.now = max(l.now, at)
		if !l.show(l.e.Refine(64<<10, l.seq+1, l.now)) {
			l.t.Fatal("nothing refined although it was time")
		}
	}
	l.t.Fatal("never exact")
}

// rest does what a film waits for, and reports whether that was anything.
func (l *link) rest() bool {
	at, some := l.e.FilmAt(true)
	if some {
		l.now = max(l.now, at)
		l.show(l.e.Encode(capture.Pixels{}, l.seq+1, l.now))
	}
	return some
}

func (l *link) difference(s *scene) error {
	pix := l.d.Image(2).Pix
	for y := range s.size.Y {
		for x := range s.size.X {
			got := uint32(pix[0])<<16 | uint32(pix[1])<<8 | uint32(pix[2])
			if want := s.at(x, y); got != want {
				return fmt.Errorf("pixel %d,%d is %06x, want %06x", x, y, got, want)
			}
			pix = pix[4:]
		}
	}
	return nil
}

// TestExactAtRest is the promise: whatever is drawn, in the end every pixel of
// the viewer's equals the screen's, and the frame says so; and a frame says so
// only then.
func TestExactAtRest(t *testing.T) {
	seeds := uint64(4)
	if os.Getenv("JUMP_SOAK") != "" {
		seeds = 200
	}
	for _, coding := range encode.Codings {
		for _, quality := range []uint8{0, 30, 85} {
			for seed := range seeds {
				t.Run(fmt.Sprintf("coding %d quality %d seed %d", coding, quality, seed), func(t *testing.T) {
					t.Parallel()
					play(t, seed, coding, quality)
				})
			}
		}
	}
}

func play(t *testing.T, seed uint64, coding wire.Coding, quality uint8) {
	s := newScene(seed, 150+int(seed%5)*67, 90+int(seed%7)*41)
	s.clean = seed%2 == 1
	l := newLinkOf(t, uint8(1+(seed+1)%frame.Version), s.size.X, s.size.Y, coding, quality)
	l.e.Damage(image.Rectangle{Max: s.size})
	for i := range 60 {
		for range 1 + s.r.IntN(3) {
			s.step()
		}
		l.send(s)
		if err := l.difference(s); l.d.Exact(2) && err != nil {
			t.Fatalf("step %d says exact, but %v", i, err)
		}
		switch s.r.IntN(14) {
		case 6:
			l.drag(s)
		case 3: // what stands for a while is kept, and may come back
			l.now += time.Second
			old := append([]uint32(nil), s.words...)
			s.photo(s.rect())
			s.fill(s.rect())
			l.send(s)
			s.draw(image.Rectangle{Max: s.size}, func(x, y int) uint32 { return old[y*s.stride+x] })
			l.send(s)
		case 4:
			l.e.SetPiece(1+s.r.IntN(20_000), s.r.IntN(10_000))
		case 5:
			l.once(s) // and more is drawn before the rest of it was said
		case 0:
			l.e.Refresh()
		case 1:
			l.settle()
		case 2:
			l.now += 100 * time.Millisecond
			l.show(l.e.Refine(2000, l.seq+1, l.now))
		}
	}
	l.send(s)
	l.settle()
	if err := l.difference(s); err != nil || !l.d.Exact(2) {
		t.Fatalf("exact: %v, %v", l.d.Exact(2), err)
	}
}

// drag opens a window, moves it in steps over what is there, and closes it.
func (l *link) drag(s *scene) {
	l.send(s)
	if s.r.IntN(4) > 0 { // then what the window covers is kept
		l.settle()
		l.now += time.Second
	}
	desktop := append([]uint32(nil), s.words...)
	window := s.rect()
	if s.r.IntN(2) == 0 {
		s.fill(window)
		s.photo(window.Inset(s.r.IntN(12)))
	} else {
		s.text(window, 12)
	}
	v := image.Pt(s.r.IntN(41)-20, s.r.IntN(41)-20)
	for range 3 + s.r.IntN(12) {
		l.send(s)
		l.now += time.Duration(s.r.IntN(400)) * time.Millisecond
		if s.r.IntN(3) == 0 {
			l.show(l.e.Refine(1+s.r.IntN(20_000), l.seq+1, l.now))
		}
		old, to := append([]uint32(nil), s.words...), window.Add(v)
		s.draw(window.Union(to), func(x, y int) uint32 {
			if image.Pt(x, y).In(to) {
				return old[min(max(y-v.Y, 0), s.size.Y-1)*s.stride+min(max(x-v.X, 0), s.size.X-1)]
			}
			return desktop[y*s.stride+x]
		})
		window = to
	}
	l.send(s)
	s.draw(window, func(x, y int) uint32 { return desktop[y*s.stride+x] })
}

func TestFirstFrameOfABlackScreen(t *testing.T) {
	s := newScene(1, 70, 70)
	l := newLink(t, 70, 70, wire.CodingZstd, 80)
	l.e.Damage(image.Rectangle{Max: s.size})
	l.send(s)
	if !l.d.Exact(2) || l.seq != 1 {
		t.Errorf("%d frames, exact %v: a black screen is worth one frame", l.seq, l.d.Exact(2))
	}
}

func TestNothingToSay(t *testing.T) {
	s := newScene(1, 300, 200)
	l := newLink(t, 300, 200, wire.CodingZstd, 0)
	s.text(image.Rect(0, 0, 300, 200), 5)
	l.send(s)
	frames := l.seq
	s.draw(image.Rect(10, 10, 200, 100), func(x, y int) uint32 { return s.at(x, y) }) // the same, but for bits that do not count
	l.send(s)
	l.e.Damage(image.Rect(-5, -5, 0, 0))
	l.e.Damage(image.Rect(300, 0, 400, 200))
	l.send(s)
	if l.seq != frames {
		t.Errorf("%d frames about nothing", l.seq-frames)
	}
	if _, some := l.e.RefineAt(); some {
		t.Error("something is approximate")
	}
}

func TestUnknownCoding(t *testing.T) {
	if _, err := encode.New(encode.Config{Display: wire.Display{Width: 1, Height: 1}, Coding: 9}); err == nil {
		t.Error("accepted")
	}
}

// TestSameInputSameBytes: no clock, no map order, no leftover.
func TestSameInputSameBytes(t *testing.T) {
	var runs [2][]byte
	for i := range runs {
		s := newScene(4, 400, 300)
		l := newLink(t, 400, 300, wire.CodingDeflate, 70)
		for range 40 {
			s.step()
			for _, r := range s.damage {
				l.e.Damage(r)
			}
			b, err := l.e.Encode(s.pixels(), 1, 0)
			if err != nil {
				t.Fatal(err)
			}
			runs[i] = append(runs[i], b...)
		}
	}
	if !bytes.Equal(runs[0], runs[1]) {
		t.Error("two runs differ")
	}
}

// TestSplit: what does not fit into one frame goes into the next, and only the
// last of them is exact.
func TestSplit(t *testing.T) {
	s := newScene(3, 2500, 1500)
	l := newLink(t, 2500, 1500, wire.CodingNone, 0)
	s.draw(image.Rectangle{Max: s.size}, func(x, y int) uint32 { return hash(uint32(x), uint32(y), 3) })
	for _, r := range s.damage {
		l.e.Damage(r)
	}
	for !l.e.Pending().Empty() || l.e.Owes() {
		if l.d.Exact(2) {
			t.Error("exact before the end")
		}
		l.show(l.e.Encode(s.pixels(), l.seq+1, l.now))
	}
	if err := l.difference(s); err != nil || !l.d.Exact(2) || l.seq < 3 {
		t.Errorf("%d frames, exact %v, %v", l.seq, l.d.Exact(2), err)
	}
}

// TestCost bounds what typical changes cost, far above what they should: an
// alarm for a step of the pipeline that no longer works.
func TestCost(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(s *scene)
		most   int
	}{
		{"a glyph", func(s *scene) { s.text(image.Rect(60, 100, 66, 110), 2) }, 150},
		{"scroll", func(s *scene) { s.copy(image.Rect(50, 80, 700, 520), image.Pt(0, -20)) }, 300},
		{"scroll sideways", func(s *scene) { s.copy(image.Rect(50, 80, 700, 520), image.Pt(33, 0)) }, 300},
		{"drag", func(s *scene) { s.copy(image.Rect(100, 100, 400, 300), image.Pt(37, -21)) }, 600},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(8, 800, 600)
			l := newLink(t, 800, 600, wire.CodingZstd, 0)
			for y := range 10 { // lines of their own, so nothing repeats
				s.text(image.Rect(0, y*60, 800, y*60+60), 100)
			}
			s.photo(image.Rect(110, 110, 380, 290))
			l.send(s)
			l.bytes = 0
			c.change(s)
			l.send(s)
			if err := l.difference(s); err != nil {
				t.Fatal(err)
			}
			if l.bytes > c.most {
				t.Errorf("%d bytes, at most %d", l.bytes, c.most)
			}
		})
	}
}

// TestComesBack: a window that was there before costs next to nothing.
func TestComesBack(t *testing.T) {
	s := newScene(8, 800, 600)
	l := newLink(t, 800, 600, wire.CodingZstd, 0)
	all := image.Rect(0, 0, 800, 600)
	window := image.Rect(130, 70, 500, 450)
	show := func(window, below uint64) {
		l.now += time.Second
		r := *s
		r.r = rand.New(rand.NewPCG(below, 2))
		r.text(all, 200)
		r.r = rand.New(rand.NewPCG(window, 2))
		r.photo(image.Rect(130, 70, 500, 450))
		s.damage = append(s.damage, all)
		l.bytes = 0
		l.send(s)
	}
	show(1, 1)
	first := l.bytes
	show(2, 1)
	show(1, 1)
	if err := l.difference(s); err != nil {
		t.Fatal(err)
	}
	if l.bytes > first/50 {
		t.Errorf("%v cost %d bytes at first, %d when it came back", window, first, l.bytes)
	}
}

// TestUncovered: what a window leaves behind is not said again, in whatever
// steps it goes, and also after it stood still for a while.
func TestUncovered(t *testing.T) {
	s := newScene(8, 800, 600)
	l := newLink(t, 800, 600, wire.CodingZstd, 0)
	s.photo(image.Rect(0, 0, 800, 600))
	l.send(s)
	desktop := append([]uint32(nil), s.words...)
	s.text(image.Rect(0, 0, 200, 150), 12)
	window := image.Rect(0, 0, 200, 150)
	l.now += time.Second
	l.send(s)
	l.bytes = 0
	for i := range 60 {
		old, to := append([]uint32(nil), s.words...), window.Add(image.Pt(7, 5))
		s.draw(window.Union(to), func(x, y int) uint32 {
			if p := image.Pt(x, y); p.In(to) {
				return old[(y-5)*s.stride+x-7]
			}
			return desktop[y*s.stride+x]
		})
		window = to
		if i%20 == 10 {
			l.now += time.Second
		}
		l.send(s)
		if err := l.difference(s); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	if l.bytes > 60*500 {
		t.Errorf("%d bytes for 60 steps", l.bytes)
	}
}

// TestUncoveredBesideApproximate: what a window uncovers on two sides of its
// corner says nothing of the corner between them, which is still approximate.
func TestUncoveredBesideApproximate(t *testing.T) {
	for seed := range uint64(10) {
		s := newScene(seed, 800, 600)
		l := newLink(t, 800, 600, wire.CodingZstd, 75)
		s.photo(image.Rect(0, 0, 800, 600))
		l.send(s)
		l.settle()
		l.now += time.Second
		desktop := append([]uint32(nil), s.words...)
		window := image.Rect(30, 30, 330, 280).Add(image.Pt(s.r.IntN(64), s.r.IntN(64)))
		s.fill(window)
		s.photo(window.Inset(10))
		l.send(s)
		v := image.Pt(1+s.r.IntN(20), 1+s.r.IntN(20))
		for range 8 {
			old, to := append([]uint32(nil), s.words...), window.Add(v)
			s.draw(window.Union(to), func(x, y int) uint32 {
				if image.Pt(x, y).In(to) {
					return old[(y-v.Y)*s.stride+x-v.X]
				}
				return desktop[y*s.stride+x]
			})
			window = to
			l.send(s)
		}
		l.settle()
		if err := l.difference(s); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// TestPieces: a photograph goes in pieces, and what is drawn meanwhile does not
// wait for the last of them.
func TestPieces(t *testing.T) {
	s := newScene(8, 800, 600)
	l := newLink(t, 800, 600, wire.CodingZstd, 75)
	l.e.SetPiece(5_000, 2_500)
	s.photo(image.Rect(0, 0, 800, 500))
	l.once(s)
	if !l.e.Owes() {
		t.Fatal("all in one piece")
	}
	s.fill(image.Rect(700, 550, 720, 560))
	for _, r := range s.damage {
		l.e.Damage(r)
	}
	l.bytes = 0
	l.show(l.e.Encode(s.pixels(), l.seq+1, l.now))
	if got := l.d.At(2, 710, 555); got != s.at(710, 555) {
		t.Errorf("pixel %06x, want %06x", got, s.at(710, 555))
	}
	if l.bytes > 12_000 {
		t.Errorf("a piece of %d bytes", l.bytes)
	}
	l.e.SetPiece(1<<20, 1<<20)
	l.send(s)
	l.settle()
	if err := l.difference(s); err != nil || l.e.Owes() {
		t.Errorf("owes %v, %v", l.e.Owes(), err)
	}

	l.e.SetPiece(5_000, 2_500)
	top, bottom := l.d.At(2, 10, 10), l.d.At(2, 10, 490)
	s.photo(image.Rect(0, 0, 800, 500))
	l.once(s)
	if l.d.At(2, 10, 10) == top || l.d.At(2, 10, 490) != bottom {
		t.Error("the next photograph does not begin at the top")
	}
}

func TestLossyFirst(t *testing.T) {
	s := newScene(8, 400, 300)
	l := newLink(t, 400, 300, wire.CodingZstd, 60)
	s.photo(image.Rect(0, 0, 400, 300))
	l.send(s)
	first := l.bytes
	if l.d.Exact(2) {
		t.Fatal("exact at first")
	}
	l.now += encode.Rest / 2
	if l.show(l.e.Refine(1<<20, l.seq+1, l.now)) {
		t.Error("refined before it rested")
	}
	l.settle()
	if l.bytes < 2*first {
		t.Errorf("first %d bytes, then %d more", first, l.bytes-first)
	}
	if err := l.difference(s); err != nil || !l.d.Exact(2) {
		t.Errorf("exact %v, %v", l.d.Exact(2), err)
	}
}
