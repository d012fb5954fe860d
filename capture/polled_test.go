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

// easel is a camera in memory; it shows a picture twice as large as its
// display, as a screen with a high density does.
type easel struct {
	mu   sync.Mutex
	list []Display
	img  *image.RGBA
	at   image.Point
	err  error
}

func newEasel() *easel {
	return &easel{list: []Display{{Bounds: image.Rect(10, 20, 110, 100), Primary: true}}, img: image.NewRGBA(image.Rect(0, 0, 200, 160))}
}

func (e *easel) with(f func()) { e.mu.Lock(); defer e.mu.Unlock(); f() }

func (e *easel) displays() (list []Display) { e.with(func() { list = e.list }); return }

func (e *easel) pointer() (p image.Point) { e.with(func() { p = e.at }); return }

func (e *easel) shoot(Display) (img *image.RGBA, err error) {
	e.with(func() { c := *e.img; c.Pix = slices.Clone(e.img.Pix); img, err = &c, e.err })
	return
}

func TestPolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEasel()
		p, err := newPolled(e, pollInterval)
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

		e.with(func() { e.img.Set(40, 60, color.RGBA{1, 2, 3, 255}); e.at = image.Pt(5, 6) })
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
	p, err := newPolled(newEasel(), time.Hour)
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
}

func TestNoCameraNoScreen(t *testing.T) {
	if _, err := newPolled(&easel{}, pollInterval); !errors.Is(err, ErrNoScreen) {
		t.Errorf("no displays: %v", err)
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
