package encode_test

import (
	"image"
	"runtime"
	"testing"
	"time"

	"jump/transport/wire"
)

// kind is something that happens on a screen, a frame after another.
type kind struct {
	name    string
	prepare func(s *scene)
	step    func(s *scene, i int)
	quality uint8
}

var kinds = []kind{
	{"nothing", lines, func(s *scene, i int) { s.damage = append(s.damage, full) }, 0},
	{"glyph", lines, func(s *scene, i int) { s.text(image.Rect(i%300*6, 0, i%300*6+6, 10), 2) }, 0},
	{"scroll", func(s *scene) { s.text(full, 100) }, func(s *scene, i int) { s.copy(image.Rect(200, 100, 1700, 1000), image.Pt(0, -40)) }, 0},
	{"scroll unevenly", func(s *scene) { s.text(full, 100) }, func(s *scene, i int) { s.copy(image.Rect(200, 100, 1700, 1000), image.Pt(0, -14*(1+i%3))) }, 0},
	{"drag", func(s *scene) { s.photo(full) }, func(s *scene, i int) { s.copy(image.Rect(100+i, 100, 700+i, 500), image.Pt(1, 0)) }, 0},
	{"text", nil, func(s *scene, i int) { s.text(full, 12) }, 0},
	{"photo lossless", nil, func(s *scene, i int) { s.photo(full) }, 0},
	{"photo lossy", nil, func(s *scene, i int) { s.photo(full) }, 75},
}

var full = image.Rect(0, 0, 1920, 1080)

func lines(s *scene) { s.text(full, 12) }

// damaged tells the encoder of what was drawn.
func (l *link) damaged(s *scene) {
	for _, r := range s.damage {
		l.e.Damage(r)
	}
	s.damage = s.damage[:0]
}

// encode writes all frames of what was damaged, and what rested.
func (l *link) encode(s *scene) {
	l.now += 200 * time.Millisecond
	for !l.e.Pending().Empty() || l.e.Owes() {
		body, err := l.e.Encode(s.pixels(), 1, l.now)
		if err != nil {
			l.t.Fatal(err)
		}
		l.bytes += len(body)
	}
	if _, err := l.e.Refine(1<<20, 1, l.now); err != nil {
		l.t.Fatal(err)
	}
}

// TestNoAllocation: once its buffers have grown, an encoder takes no memory for
// a frame, whatever happens on the screen. Only what every frame takes counts:
// now and then one is larger than all before it.
func TestNoAllocation(t *testing.T) {
	for _, c := range kinds {
		t.Run(c.name, func(t *testing.T) {
			next := c.play(t)
			least := ^uint64(0)
			for range 4 {
				l, s := next()
				l.e.SetFilms(0) // each unit is memory of its own, and of a stand-in here
				least = min(least, allocations(func() { l.encode(s) }))
			}
			if least > 0 {
				t.Errorf("%d allocations for a frame", least)
			}
		})
	}
}

// play returns a function that makes one step, after enough others for the
// buffers to have grown.
func (c kind) play(t testing.TB) (next func() (*link, *scene)) {
	s := newScene(1, full.Dx(), full.Dy())
	s.clean = true
	l := newLink(t, full.Dx(), full.Dy(), wire.CodingZstd, c.quality)
	if c.prepare != nil {
		c.prepare(s)
	}
	i := 0
	next = func() (*link, *scene) {
		c.step(s, i)
		l.damaged(s)
		i++
		return l, s
	}
	for range 4 {
		next()
		l.encode(s)
	}
	l.bytes = 0
	return next
}

// allocations counts those of one call. testing.AllocsPerRun would call twice,
// and the second frame would be empty.
func allocations(f func()) uint64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}

func BenchmarkEncode(b *testing.B) {
	for _, c := range kinds {
		b.Run(c.name, func(b *testing.B) {
			next := c.play(b)
			b.ReportAllocs()
			sent := 0
			for b.Loop() {
				b.StopTimer()
				l, s := next()
				l.bytes = 0
				b.StartTimer()
				l.encode(s)
				sent += l.bytes
			}
			b.ReportMetric(float64(sent)/float64(b.N), "wire-B/op")
		})
	}
}
