package capturetest

import (
	"context"
	"errors"
	"image"
	"slices"
	"testing"
	"time"

	"jump/capture"
)

// Desktop is the other side of a Source: what a test does to the screen that
// the Source shows, by a way of its own.
type Desktop interface {
	Fill(r image.Rectangle, rgb uint32)
	Copy(from image.Rectangle, to image.Point)
	MovePointer(p image.Point)
	SetCursor(c capture.Cursor)
	// Arrange changes the list of displays. They begin at 0, 0 and the union of
	// all is a rectangle.
	Arrange(displays ...image.Rectangle)
	// Picture returns what is drawn in r now, as 0x00RRGGBB, row by row.
	Picture(r image.Rectangle) []uint32
	// Lose ends the display server.
	Lose()
}

// patience is how long a real display server may take for anything.
const patience = 20 * time.Second

// TestSource checks that a back end keeps the contract of capture.Source. open
// returns a new source, and the desktop that it shows: one display of at least
// 320 by 240 pixels, on which nothing else draws.
func TestSource(t *testing.T, open func(*testing.T) (capture.Source, Desktop)) {
	for name, test := range map[string]func(*watch){
		"first wait":      firstWait,
		"damage":          damage,
		"scroll":          scroll,
		"merge":           merge,
		"idle":            idle,
		"pointer":         pointer,
		"cursor":          cursor,
		"layout":          layout,
		"bad display":     badDisplay,
		"close wakes":     closeWakes,
		"lost":            lost,
		"stale rectangle": staleRectangle,
	} {
		t.Run(name, func(t *testing.T) {
			src, desktop := open(t)
			t.Cleanup(func() { _ = src.Close() })
			test(&watch{t, src, desktop})
		})
	}
}

// watch is one test's view of a source.
type watch struct {
	*testing.T
	src     capture.Source
	desktop Desktop
}

func (w *watch) wait() capture.Update {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	u, err := w.src.Wait(ctx)
	if err != nil {
		w.Fatalf("wait: %v", err)
	}
	w.checkDamage(u.Damage)
	return u
}

func (w *watch) checkDamage(list []image.Rectangle) {
	w.Helper()
	for _, r := range list {
		if r.Empty() || !slices.ContainsFunc(w.src.Displays(), func(d capture.Display) bool { return r.In(d.Bounds) }) {
			w.Errorf("damage %v is in no display of %v", r, w.src.Displays())
		}
	}
}

// until waits for an update that enough accepts, and returns all damage till
// then.
func (w *watch) until(what string, enough func(capture.Update) bool) []image.Rectangle {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	var all []image.Rectangle
	for {
		u, err := w.src.Wait(ctx)
		if err != nil {
			w.Fatalf("wait for %s: %v", what, err)
		}
		w.checkDamage(u.Damage)
		all = append(all, u.Damage...)
		if enough(u) {
			return all
		}
	}
}

// damaged waits until r is covered by damage.
func (w *watch) damaged(r image.Rectangle) []image.Rectangle {
	w.Helper()
	var all []image.Rectangle
	return w.until("damage of "+r.String(), func(u capture.Update) bool {
		all = append(all, u.Damage...)
		return covered(r, all)
	})
}

// same fetches each damage and compares the display with the desktop.
func (w *watch) same(display uint8, damage []image.Rectangle) {
	w.Helper()
	b := w.src.Displays()[display].Bounds
	var p capture.Pixels
	for _, r := range damage {
		var err error
		if p, err = w.src.Fetch(display, r.Intersect(b)); err != nil {
			w.Fatalf("fetch %v: %v", r, err)
		}
	}
	if p.Width != b.Dx() || p.Height != b.Dy() || p.Stride < p.Width || len(p.Words) < (p.Height-1)*p.Stride+p.Width {
		w.Fatalf("pixels of %d by %d, stride %d, %d words for a display of %v", p.Width, p.Height, p.Stride, len(p.Words), b)
	}
	want := w.desktop.Picture(b)
	for y := range p.Height {
		for x := range p.Width {
			if got := p.Words[y*p.Stride+x] & 0xFFFFFF; got != want[y*p.Width+x] {
				w.Fatalf("pixel %d, %d is %06x, the screen shows %06x", x, y, got, want[y*p.Width+x])
			}
		}
	}
}

// covered reports whether the list covers every pixel of r.
func covered(r image.Rectangle, list []image.Rectangle) bool {
	if r.Empty() {
		return true
	}
	for i, c := range list {
		c = c.Intersect(r)
		if c.Empty() {
			continue
		}
		rest := list[i+1:]
		return covered(image.Rect(r.Min.X, r.Min.Y, r.Max.X, c.Min.Y), rest) &&
			covered(image.Rect(r.Min.X, c.Max.Y, r.Max.X, r.Max.Y), rest) &&
			covered(image.Rect(r.Min.X, c.Min.Y, c.Min.X, c.Max.Y), rest) &&
			covered(image.Rect(c.Max.X, c.Min.Y, r.Max.X, c.Max.Y), rest)
	}
	return false
}

func firstWait(w *watch) {
	drawn := image.Rect(10, 10, 60, 50)
	w.desktop.Fill(drawn, 0x336699)
	displays := w.src.Displays()
	if len(displays) != 1 {
		w.Fatalf("displays %v, want one", displays)
	}
	u := w.wait()
	if !covered(displays[0].Bounds, u.Damage) {
		w.Errorf("first damage %v does not cover %v", u.Damage, displays[0].Bounds)
	}
	if u.Cursor == nil || len(u.Cursor.Pixels) != u.Cursor.Width*u.Cursor.Height*4 {
		w.Errorf("first cursor %v", u.Cursor)
	}
	if !u.Moved {
		w.Error("the first wait does not tell where the pointer is")
	}
	for !w.shows(drawn.Min, 0x336699) { // a compositor was not yet there, and says later that it is
		w.wait()
	}
	w.same(displays[0].ID, u.Damage)
}

// shows reports whether the first display's picture has this pixel.
func (w *watch) shows(at image.Point, rgb uint32) bool {
	w.Helper()
	p, err := w.src.Fetch(0, image.Rectangle{Min: at, Max: at.Add(image.Pt(1, 1))})
	if err != nil {
		w.Fatalf("fetch %v: %v", at, err)
	}
	return p.Words[at.Y*p.Stride+at.X]&0xFFFFFF == rgb
}

func (w *watch) settle() {
	w.Helper()
	w.same(0, w.wait().Damage)
}

func damage(w *watch) {
	w.settle()
	r := image.Rect(33, 47, 75, 71)
	w.desktop.Fill(r, 0xCC1122)
	got := w.damaged(r)
	if area(got) > 4*r.Dx()*r.Dy() {
		w.Errorf("damage %v for a change of %v", got, r)
	}
	w.same(0, got)
}

func area(list []image.Rectangle) int {
	n := 0
	for _, r := range list {
		n += r.Dx() * r.Dy()
	}
	return n
}

func scroll(w *watch) {
	w.settle()
	w.desktop.Fill(image.Rect(20, 20, 120, 40), 0x0A0B0C)
	w.desktop.Fill(image.Rect(20, 40, 120, 60), 0xF0E0D0)
	w.desktop.Copy(image.Rect(20, 20, 120, 60), image.Pt(20, 33))
	w.same(0, w.damaged(image.Rect(20, 20, 120, 73)))
}

// merge draws much more than one update can tell one by one.
func merge(w *watch) {
	w.settle()
	for i := range 20000 {
		x, y := i*37%280, i*61%200
		w.desktop.Fill(image.Rect(x, y, x+3, y+2), uint32(i*7919)&0xFFFFFF)
	}
	last := image.Rect(310, 230, 320, 240)
	w.desktop.Fill(last, 0x00FF00)
	w.same(0, w.damaged(last))
}

// idle demands that nothing is reported when nothing happens.
func idle(w *watch) {
	w.settle()
	w.desktop.Fill(image.Rect(0, 0, 8, 8), 0x123456)
	w.damaged(image.Rect(0, 0, 8, 8))
	ctx, cancel := context.WithTimeout(w.Context(), 300*time.Millisecond)
	defer cancel()
	if u, err := w.src.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
		w.Errorf("an idle screen reports %+v, %v", u, err)
	}
	w.desktop.Fill(image.Rect(0, 0, 8, 8), 0x654321)
	w.damaged(image.Rect(0, 0, 8, 8))
}

func pointer(w *watch) {
	w.settle()
	for _, p := range []image.Point{{5, 7}, {200, 100}, {0, 0}, {319, 239}} {
		w.desktop.MovePointer(p)
		w.until("the pointer at "+p.String(), func(u capture.Update) bool { return u.Moved && u.Pointer == p })
	}
}

func cursor(w *watch) {
	w.settle()
	want := Arrow()
	want.Hot = image.Pt(3, 4)
	w.desktop.SetCursor(want)
	w.until("the cursor", func(u capture.Update) bool {
		return u.Cursor != nil && u.Cursor.Hot == want.Hot && sameCursor(*u.Cursor, want)
	})
}

// sameCursor allows for what is lost by multiplying with alpha and back.
func sameCursor(a, b capture.Cursor) bool {
	if a.Width != b.Width || a.Height != b.Height || len(a.Pixels) != len(b.Pixels) {
		return false
	}
	for i := 0; i < len(a.Pixels); i += 4 {
		if a.Pixels[i+3] != b.Pixels[i+3] {
			return false
		}
		for c := range 3 {
			if d := int(a.Pixels[i+c]) - int(b.Pixels[i+c]); a.Pixels[i+3] > 0 && (d < -2 || d > 2) {
				return false
			}
		}
	}
	return true
}

func layout(w *watch) {
	w.settle()
	for _, displays := range [][]image.Rectangle{
		{image.Rect(0, 0, 160, 240), image.Rect(160, 0, 320, 240)},
		{image.Rect(0, 0, 320, 240)},
	} {
		w.desktop.Arrange(displays...)
		arranged := func(u capture.Update) bool { return u.Layout && slices.Equal(boundsOf(w.src.Displays()), displays) }
		for _, r := range w.until("the new layout", arranged) {
			w.Logf("damage %v", r)
		}
		w.desktop.Fill(image.Rect(150, 100, 170, 110), 0xAABBCC)
		w.damaged(image.Rect(150, 100, 170, 110))
		for _, d := range w.src.Displays() {
			w.same(d.ID, []image.Rectangle{d.Bounds})
		}
	}
}

func badDisplay(w *watch) {
	w.settle()
	if _, err := w.src.Fetch(9, image.Rect(0, 0, 1, 1)); err == nil {
		w.Error("fetching a display that is not there succeeds")
	}
	for _, r := range []image.Rectangle{{}, image.Rect(-50, -50, -10, -10), image.Rect(-10, -10, 100000, 5)} {
		if _, err := w.src.Fetch(0, r); err != nil {
			w.Errorf("fetch %v, of which nothing or a part is on the display: %v", r, err)
		}
	}
}

func closeWakes(w *watch) {
	w.settle()
	ended := make(chan error)
	go func() {
		for {
			if _, err := w.src.Wait(w.Context()); err != nil {
				ended <- err
				return
			}
		}
	}()
	if err := w.src.Close(); err != nil {
		w.Errorf("close: %v", err)
	}
	select {
	case err := <-ended:
		if errors.Is(err, capture.ErrLost) {
			w.Errorf("after Close, Wait says that the display is lost: %v", err)
		}
	case <-time.After(patience):
		w.Fatal("Close does not wake Wait")
	}
	if err := w.src.Close(); err != nil {
		w.Errorf("second close: %v", err)
	}
}

func lost(w *watch) {
	w.settle()
	w.desktop.Lose()
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	for {
		if _, err := w.src.Wait(ctx); err != nil {
			if !errors.Is(err, capture.ErrLost) {
				w.Errorf("the display server ended, and Wait says %v", err)
			}
			break
		}
	}
	if _, err := w.src.Fetch(0, image.Rect(0, 0, 9, 9)); !errors.Is(err, capture.ErrLost) {
		w.Errorf("the display server ended, and Fetch says %v", err)
	}
}

// staleRectangle fetches a part before a shrunken layout was reported.
func staleRectangle(w *watch) {
	w.settle()
	old := w.src.Displays()[0].Bounds
	w.desktop.Arrange(image.Rect(0, 0, 160, 120))
	if _, err := w.src.Fetch(0, old); err != nil {
		w.Errorf("fetch of a display that has just shrunk: %v", err)
	}
	w.until("the new layout", func(u capture.Update) bool { return u.Layout && w.src.Displays()[0].Bounds.Dx() == 160 })
	w.same(0, []image.Rectangle{w.src.Displays()[0].Bounds})
}
