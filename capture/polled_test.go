package capture

import (
	"context"
	"errors"
	"image"
	"image/color"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// easel is a camera in memory.
type easel struct {
	mu      sync.Mutex
	list    []Display
	words   []uint32
	at      image.Point
	shape   *Cursor
	touched bool
	err     error
	shots   int
	over    bool
}

// stride of the easel's pictures is longer than its display.
const easelStride = 109

func newEasel() *easel {
	c := arrow()
	return &easel{list: []Display{{Bounds: image.Rect(10, 20, 110, 100), Primary: true}}, words: make([]uint32, easelStride*80), shape: &c}
}

func (e *easel) with(f func()) { e.mu.Lock(); defer e.mu.Unlock(); f() }

func (e *easel) displays() (list []Display) { e.with(func() { list = e.list }); return }

func (e *easel) pointer() (p image.Point, c *Cursor) {
	e.with(func() { p, c, e.shape = e.at, e.shape, nil })
	return
}

func (e *easel) stirred() (yes bool) { e.with(func() { yes, e.touched = e.touched, false }); return }

func (e *easel) close() { e.with(func() { e.over = true }) }

func (e *easel) shoot(d Display) (s shot, err error) {
	e.with(func() {
		e.shots++
		s, err = shot{slices.Clone(e.words), d.Bounds.Dx(), d.Bounds.Dy(), easelStride}, e.err
	})
	return
}

var testPace = pace{quick: 30 * time.Millisecond, idle: 200 * time.Millisecond, lively: time.Second}

func TestPolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEasel()
		p, err := newPolled(e, testPace)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		u, err := p.Wait(t.Context())
		if err != nil || !u.Moved || u.Cursor == nil || !slices.Equal(u.Damage, []image.Rectangle{e.list[0].Bounds}) || time.Since(begin) > 0 {
			t.Fatalf("first wait: %+v, %v", u, err)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		if u, err := p.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("an idle screen reports %+v, %v", u, err)
		}
		cancel()

		before := e.shots
		ctx, cancel = context.WithTimeout(t.Context(), 10*time.Second)
		if _, err := p.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) || e.shots-before > 50 {
			t.Errorf("%v, %d pictures in 10 s of rest, want 5 a second", err, e.shots-before)
		}
		cancel()
		e.with(func() { e.touched = true })
		begin = time.Now()
		time.AfterFunc(60*time.Millisecond, func() { e.with(func() { e.words[0] = 9 }) })
		if u, err := p.Wait(t.Context()); err != nil || len(u.Damage) != 1 || time.Since(begin) > 100*time.Millisecond {
			t.Errorf("after a key was touched: %+v, %v, %v later", u, err, time.Since(begin))
		}

		e.with(func() { e.words[30*easelStride+20] = 0x010203; e.at = image.Pt(5, 6) })
		u, err = p.Wait(t.Context())
		if want := image.Rect(30, 50, 31, 51); err != nil || !slices.Equal(u.Damage, []image.Rectangle{want}) || u.Pointer != e.at || !u.Moved {
			t.Errorf("update %+v, %v, want damage %v", u, err, want)
		}
		px, err := p.Fetch(0, u.Damage[0])
		if err != nil || px.Words[30*px.Stride+20]&0xFFFFFF != 0x010203 {
			t.Errorf("fetch: %v", err)
		}

		e.with(func() { e.list = []Display{{Bounds: image.Rect(0, 0, 50, 40), Primary: true}} })
		if u, err = p.Wait(t.Context()); err != nil || !u.Layout || p.Displays()[0].Bounds.Dx() != 50 {
			t.Errorf("new layout: %+v, %v", u, err)
		}

		e.with(func() { e.err = errors.New("no picture") })
		if _, err := p.Wait(t.Context()); !errors.Is(err, ErrLost) {
			t.Errorf("a camera that fails gives %v", err)
		}
		if _, err := p.Fetch(0, image.Rect(0, 0, 1, 1)); !errors.Is(err, ErrLost) {
			t.Errorf("fetch of a lost display: %v", err)
		}
	})
}

func TestPolledCloseWakes(t *testing.T) {
	p, err := newPolled(newEasel(), pace{quick: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { _, err := p.Wait(t.Context()); ended <- err }()
	_ = p.Close()
	if err := <-ended; !errors.Is(err, os.ErrClosed) {
		t.Errorf("after Close, Wait says %v", err)
	}
	_ = p.Close()
	if !p.camera.(*easel).over {
		t.Error("the camera was not closed")
	}
}

func TestNoCameraNoScreen(t *testing.T) {
	if _, err := newPolled(&easel{}, testPace); !errors.Is(err, ErrNoScreen) {
		t.Errorf("no displays: %v", err)
	}
}

func TestShrink(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 4, 4)) // as a screen of high density has it
	img.Set(2, 0, color.RGBA{1, 2, 3, 255})
	words := make([]uint32, 4)
	if shrink(words, img, 2, 2); !slices.Equal(words, []uint32{0, 0x010203, 0, 0}) {
		t.Errorf("%x", words)
	}
}

func TestMasked(t *testing.T) {
	opaque, clear := []byte{0x11, 0x22, 0x33, 255}, []byte{0, 0, 0, 0}
	black, white := []byte{0, 0, 0, 255}, []byte{255, 255, 255, 255}
	for name, c := range map[string]struct {
		got  Cursor
		want [][]byte
	}{
		"paint, leave":        {masked(3, 1, image.Pt(1, 0), []uint32{0, 1, 1}, []uint32{0x112233, 0, 0}), [][]byte{opaque, clear, clear}},
		"invert":              {masked(4, 1, image.Pt(1, 0), []uint32{1, 1, 1, 1}, []uint32{0, 0, 0xFFFFFF, 0}), [][]byte{clear, white, black, white}},
		"no alpha":            {coloured(2, 1, image.Pt(1, 0), []uint32{0, 1}, []uint32{0x112233, 0}), [][]byte{opaque, clear}},
		"alpha, not in masks": {coloured(2, 1, image.Pt(1, 0), []uint32{0, 0}, []uint32{0x80112233, 0}), [][]byte{{0x11, 0x22, 0x33, 0x80}, clear}},
	} {
		if want := slices.Concat(c.want...); !slices.Equal(c.got.Pixels, want) || c.got.Hot != image.Pt(1, 0) {
			t.Errorf("%s: %v, want %v", name, c.got, want)
		}
	}
	if got := masked(2, 1, image.Pt(0, 0), []uint32{1, 1}, []uint32{0, 0}); got.Width != 0 {
		t.Errorf("a pointer without a visible pixel is %+v", got)
	}
}

func TestStraight(t *testing.T) {
	for _, c := range []struct {
		word uint32
		want []byte
	}{
		{0xFF112233, []byte{0x11, 0x22, 0x33, 0xFF}},
		{0x80400020, []byte{128, 0, 64, 0x80}},
		{0x01FF0000, []byte{255, 0, 0, 1}}, // more colour than alpha allows
	} {
		if got := straight(1, 1, image.Pt(0, 0), []uint32{c.word}); !slices.Equal(got.Pixels, c.want) {
			t.Errorf("%08x is %v, want %v", c.word, got.Pixels, c.want)
		}
	}
	if got := straight(2, 1, image.Pt(1, 0), []uint32{0, 0}); got.Width != 0 || got.Pixels != nil {
		t.Errorf("a cursor without a visible pixel is %+v", got)
	}
}

func TestShorten(t *testing.T) {
	bounds := image.Rect(100, 0, 1100, 500)
	var many []image.Rectangle
	for i := range 3000 {
		x, y := i*37%1200, i*61%600
		many = append(many, image.Rect(x, y, x+2, y+2))
	}
	for _, list := range [][]image.Rectangle{nil, {image.Rect(0, 0, 2000, 2000)}, many[:50], many} {
		got := shorten(list, bounds)
		if len(got) > maxDamage {
			t.Errorf("%d rectangles", len(got))
		}
		for _, r := range got {
			if r.Empty() || !r.In(bounds) {
				t.Errorf("%v is not inside %v", r, bounds)
			}
		}
		for _, r := range list {
			if r = r.Intersect(bounds); !r.Empty() && !slices.ContainsFunc(got, func(g image.Rectangle) bool { return r.Overlaps(g) }) {
				t.Errorf("%v is forgotten", r)
			}
		}
	}
}
