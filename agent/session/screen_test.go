package session_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jump/capture"
	"jump/capture/capturetest"
	"jump/platform/input"
	"jump/transport/wire"
)

func photo(x, y int) uint32 {
	v := uint32(x*7+y*13) ^ uint32(x*y)*2654435761>>12
	return uint32(x)&255<<16 | uint32(y)&255<<8 | v&31
}

// viewing begins a screen conversation and waits for the first whole picture.
func viewing(t *testing.T, s *capturetest.Screen, d *device, o wire.ScreenOptions) *peer {
	t.Helper()
	p := begin(t, host(s, d), screenOpen(allRights, o))
	if r := p.opened(); r != allRights {
		t.Fatalf("rights %b", r)
	}
	p.until("the first picture", func() bool { return p.shows(s) })
	return p
}

func TestScreenShowsWhatIsDrawn(t *testing.T) {
	for name, o := range map[string]wire.ScreenOptions{"lossless": {}, "lossy first": {Quality: 50}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := capturetest.NewScreen(image.Rect(0, 0, 300, 200), image.Rect(-100, 50, 0, 150))
				s.Draw(image.Rect(0, 0, 300, 200), photo)
				p := viewing(t, s, &device{}, o)
				if p.layout.Coding != wire.CodingZstd || len(p.layout.Displays) != 2 || !p.layout.Displays[0].Primary {
					t.Errorf("%+v", p.layout)
				}
				for i := range 20 {
					s.Text(image.Rect(10, 10, 250, 150), uint64(i))
					s.Draw(image.Rect(-80+i, 60, -20, 140), photo)
					s.Copy(image.Rect(0, 0, 200, 100), image.Pt(3*i, 2*i))
					p.until("the picture", func() bool { return p.shows(s) })
				}
			})
		})
	}
}

func TestScreenCursor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturetest.NewScreen()
		p := viewing(t, s, &device{}, wire.ScreenOptions{})
		s.SetCursor(capture.Cursor{Width: 2, Height: 1, Hot: image.Pt(1, 0), Pixels: bytes.Repeat([]byte{9}, 8)})
		for p.watch() != wire.TypeCursor {
		}
		s.SetCursor(capture.Cursor{Width: 300, Height: 1, Pixels: make([]byte, 1200)}) // too large: hidden
		typ, body := p.next()
		if c, err := wire.ParseCursor(body); typ != wire.TypeCursor || err != nil || c.Width != 0 {
			t.Errorf("0x%02x %+v %v", typ, c, err)
		}
		s.MovePointer(image.Pt(-3, 77))
		typ, body = p.next()
		if at, err := wire.ParseCursorAt(body); typ != wire.TypeCursorAt || err != nil || at != (wire.CursorAt{X: -3, Y: 77}) {
			t.Errorf("0x%02x %+v %v", typ, at, err)
		}
	})
}

// TestScreenIdle: a screen at rest sends nothing and wakes nobody.
func TestScreenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturetest.NewScreen()
		p := viewing(t, s, &device{}, wire.ScreenOptions{Quality: 50})
		p.stream.SetDeadline(time.Now().Add(time.Hour))
		if typ, _, err := p.reader.Next(); err == nil {
			t.Errorf("message 0x%02x about nothing", typ)
		}
	})
}

// TestScreenWindow: a viewer that does not acknowledge gets no more frames than
// its window, then the present and not the past.
func TestScreenWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturetest.NewScreen()
		p := viewing(t, s, &device{}, wire.ScreenOptions{})
		last := p.seen.Last().Sequence
		frames := make(chan []byte, 1000)
		go func() {
			defer close(frames)
			for {
				typ, body, err := p.reader.Next()
				if err != nil {
					return
				}
				if typ == wire.TypeFrame {
					frames <- bytes.Clone(body)
				}
			}
		}()
		for i := range 200 {
			s.Fill(image.Rect(i, i, i+50, i+50), uint32(i)*771)
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		if n := len(frames); n != 2 {
			t.Fatalf("%d frames without an acknowledgement", n)
		}
		for range 2 {
			if err := p.seen.Frame(<-frames); err != nil {
				t.Fatal(err)
			}
		}
		p.write(wire.TypeAck, wire.Ack{Sequence: last + 2}.Append(nil))
		if err := p.seen.Frame(<-frames); err != nil || !p.shows(s) {
			t.Errorf("one more frame is not the present: %v", err)
		}
		p.stream.Close()
		for range frames {
		}
	})
}

// TestScreenPace: a program that draws a thousand times a second is seen at the
// pace.
func TestScreenPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturetest.NewScreen()
		p := viewing(t, s, &device{}, wire.ScreenOptions{})
		began, first := time.Now(), p.seen.Last().Sequence
		var drawn atomic.Bool
		go func() {
			for i := range 2000 {
				drawn.Store(i == 1999)
				s.Fill(image.Rect(i%500, 0, i%500+50, 50), uint32(i)*771)
				time.Sleep(time.Millisecond)
			}
		}()
		for time.Since(began) < 1900*time.Millisecond {
			p.watch()
		}
		n := float64(p.seen.Last().Sequence-first) / time.Since(began).Seconds()
		if n > 76 || n < 65 {
			t.Errorf("%.1f frames a second", n)
		}
		p.until("the end", func() bool { return drawn.Load() && p.shows(s) })
	})
}

// TestScreenUnpaced: a screen that draws sixty times a second, and something else
// now and then, is seen as it draws: nothing waits for its turn.
func TestScreenUnpaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturetest.NewScreen()
		p := viewing(t, s, &device{}, wire.ScreenOptions{})
		time.Sleep(time.Second)
		var at atomic.Int64 // when the last was drawn
		began, over := time.Now(), make(chan struct{})
		draw := func(every time.Duration, r image.Rectangle) {
			for i := uint32(1); time.Since(began) < 3*time.Second; i++ {
				s.Fill(r, i*771)
				at.Store(int64(time.Since(began)))
				time.Sleep(every)
			}
			over <- struct{}{}
		}
		go draw(time.Second/60, image.Rect(0, 0, 50, 50))
		go draw(137*time.Millisecond, image.Rect(50, 50, 90, 90))
		var late []time.Duration
		for time.Since(began) < 2900*time.Millisecond {
			p.watch()
			if p.shows(s) {
				late = append(late, time.Since(began)-time.Duration(at.Load()))
			}
		}
		slices.Sort(late)
		if n := len(late); n < 175 || late[n*9/10] > time.Millisecond {
			t.Errorf("%d pictures, 90 %% of them within %v", n, late[n*9/10])
		}
		<-over
		<-over
	})
}

func TestScreenOptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturetest.NewScreen()
		d := &device{}
		p := viewing(t, s, d, wire.ScreenOptions{})
		p.send(wire.TypeOptions, &wire.ScreenOptions{Paused: true, ViewOnly: true})
		p.write(wire.TypeText, []byte("ignored"))
		synctest.Wait()
		s.Fill(image.Rect(0, 0, 640, 480), 0x123456)
		p.stream.SetDeadline(time.Now().Add(time.Minute))
		if typ, _, err := p.reader.Next(); err == nil {
			t.Fatalf("message 0x%02x while paused", typ)
		}
		if got := d.all(); !slices.Equal(got, []any{letGo{}}) {
			t.Errorf("view only: %v", got)
		}
		p.stream.SetDeadline(time.Time{})
		p.send(wire.TypeOptions, &wire.ScreenOptions{})
		p.until("the picture", func() bool { return p.shows(s) })
	})
}

func TestScreenRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturetest.NewScreen()
		s.Text(image.Rect(0, 0, 640, 480), 1)
		p := viewing(t, s, &device{}, wire.ScreenOptions{})
		n := p.seen.Last().Sequence
		p.write(wire.TypeRefresh, nil)
		p.until("a frame", func() bool { return p.seen.Last().Sequence > n })
		if h := p.seen.Last(); !h.Reset() || !p.shows(s) {
			t.Errorf("%+v", h)
		}
	})
}

func TestScreenLayout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturetest.NewScreen()
		p := viewing(t, s, &device{}, wire.ScreenOptions{})
		s.Arrange(image.Rect(0, 0, 800, 600), image.Rect(800, 0, 1000, 300))
		s.Text(image.Rect(700, 100, 950, 300), 1)
		p.until("two displays", func() bool { return len(p.layout.Displays) == 2 && p.shows(s) })
		if p.layout.Epoch != 2 {
			t.Errorf("epoch %d", p.layout.Epoch)
		}
	})
}

func TestScreenLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturetest.NewScreen()
		p := viewing(t, s, &device{}, wire.ScreenOptions{})
		s.Lose()
		var n wire.Notice
		p.expect(wire.TypeNotice, &n)
		if n.Code != wire.CodeScreenLost {
			t.Errorf("%+v", n)
		}
		time.Sleep(time.Minute)
		s.Return()
		s.Fill(image.Rect(5, 5, 50, 50), 0xABCDEF)
		p.until("the picture", func() bool { return p.layout.Epoch == 2 && p.shows(s) })
	})
}

func TestScreenPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := viewing(t, capturetest.NewScreen(), &device{}, wire.ScreenOptions{})
		began := time.Now()
		p.write(wire.TypePing, []byte("abcdefgh"))
		if typ, body := p.next(); typ != wire.TypePong || string(body) != "abcdefgh" || time.Since(began) > 0 {
			t.Errorf("0x%02x %q after %v", typ, body, time.Since(began))
		}
	})
}

func TestScreenInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &device{}
		p := viewing(t, capturetest.NewScreen(), d, wire.ScreenOptions{})
		p.write(wire.TypePointer, wire.Pointer{X: -7, Y: 9, Buttons: wire.ButtonLeft | wire.ButtonBack}.Append(nil))
		p.write(wire.TypeWheel, wire.Wheel{DX: -120, DY: 30}.Append(nil))
		p.write(wire.TypeKey, wire.Key{Down: true, Keysym: 0x61, Usage: 4}.Append(nil))
		p.write(wire.TypeKey, wire.Key{Keysym: 0x61, Usage: 4}.Append(nil))
		p.write(wire.TypeText, []byte("grün"))
		p.write(wire.Type(0xEE), []byte("of the future"))
		p.write(wire.TypeAttention, nil)
		p.write(wire.TypeReleaseAll, nil)
		synctest.Wait()
		want := []any{pointed{-7, 9, 9}, turned{-120, 30}, pressed{0x61, 4}, released{0x61, 4}, typed("grün"),
			pressed{0xFFE3, 0xE0}, pressed{0xFFE9, 0xE2}, pressed{0xFFFF, 0x4C},
			released{0xFFFF, 0x4C}, released{0xFFE9, 0xE2}, released{0xFFE3, 0xE0}, letGo{}}
		if got := d.all(); !slices.Equal(got, want) {
			t.Errorf("got %v\nwant %v", got, want)
		}
		p.stream.Close()
		<-p.ended
		if got := d.all(); len(got) != len(want)+1 || got[len(want)] != any(letGo{}) || !d.closed {
			t.Errorf("at the end: %v, closed %v", got[len(want):], d.closed)
		}
	})
}

// TestScreenViewRight: without the right to control nothing is touched, and
// without a device the right is not granted.
func TestScreenViewRight(t *testing.T) {
	for name, c := range map[string]struct {
		rights, ceiling wire.Rights
		input           func() (input.Device, error)
	}{
		"not asked":   {wire.RightView, allRights, nil},
		"not allowed": {allRights, wire.RightView, nil},
		"no device":   {allRights, allRights, func() (input.Device, error) { return nil, errors.New("none") }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &device{}
				h := host(capturetest.NewScreen(), d)
				h.Ceiling = c.ceiling
				if c.input != nil {
					h.Input = c.input
				}
				p := begin(t, h, screenOpen(c.rights, wire.ScreenOptions{}))
				if r := p.opened(); r.Has(wire.RightControl) || !r.Has(wire.RightView) {
					t.Errorf("rights %b", r)
				}
				p.write(wire.TypeText, []byte("x"))
				p.write(wire.TypePing, make([]byte, 8))
				for p.watch() != wire.TypePong {
				}
				if got := d.all(); len(got) > 0 {
					t.Errorf("%v", got)
				}
			})
		})
	}
}

// TestScreenInputIsNotHeldUp: a viewer that reads nothing still controls.
func TestScreenInputIsNotHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturetest.NewScreen(image.Rect(0, 0, 2000, 1000))
		s.Draw(image.Rect(0, 0, 2000, 1000), func(x, y int) uint32 { return photo(x, y) * 2654435761 })
		d := &device{}
		p := begin(t, host(s, d), screenOpen(allRights, wire.ScreenOptions{}))
		p.opened()
		synctest.Wait() // a frame of some megabytes is stuck
		p.write(wire.TypeText, []byte("x"))
		synctest.Wait()
		if got := d.all(); !slices.Equal(got, []any{typed("x")}) {
			t.Errorf("%v", got)
		}
	})
}

// TestScreenBackpressure: a desktop that takes no input stops the viewer, and
// nothing piles up here.
func TestScreenBackpressure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &device{gate: make(chan struct{})}
		p := viewing(t, capturetest.NewScreen(), d, wire.ScreenOptions{})
		p.stream.SetDeadline(time.Now().Add(time.Minute))
		sent := 0
		for wire.Write(p.stream, wire.TypeText, make([]byte, wire.MaxText)) == nil {
			sent++
		}
		if sent > 100 {
			t.Errorf("%d messages were taken by nobody", sent)
		}
		close(d.gate)
	})
}

func TestScreenDeviceLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken, good := &device{err: input.ErrLost}, &device{}
		devices := []*device{broken, good}
		h := host(capturetest.NewScreen(), nil)
		h.Input = func() (input.Device, error) {
			d := devices[0]
			devices = devices[1:]
			return d, nil
		}
		p := begin(t, h, screenOpen(allRights, wire.ScreenOptions{}))
		p.opened()
		p.write(wire.TypePointer, wire.Pointer{X: 3, Y: 4, Buttons: wire.ButtonLeft}.Append(nil))
		p.write(wire.TypePointer, wire.Pointer{X: 3, Y: 4}.Append(nil))
		synctest.Wait()
		if got := good.all(); !slices.Equal(got, []any{pointed{3, 4, 1}, pointed{3, 4, 0}}) || !broken.closed {
			t.Errorf("%v, closed %v", got, broken.closed)
		}
	})
}

func TestScreenMalformed(t *testing.T) {
	for name, m := range map[string][]byte{
		"pointer":       wire.Append(nil, wire.TypePointer, make([]byte, 9)),
		"wheel":         wire.Append(nil, wire.TypeWheel, nil),
		"key":           wire.Append(nil, wire.TypeKey, []byte{2, 0, 0, 0, 0, 0, 0}),
		"text":          wire.Append(nil, wire.TypeText, []byte{0xFF}),
		"long text":     wire.Append(nil, wire.TypeText, make([]byte, wire.MaxText+1)),
		"ack":           wire.Append(nil, wire.TypeAck, make([]byte, 7)),
		"ack of future": wire.Append(nil, wire.TypeAck, wire.Ack{Sequence: 1 << 31}.Append(nil)),
		"options":       wire.Append(nil, wire.TypeOptions, []byte{0xA1, 0x01, 0x18, 0x65}),
		"attention":     wire.Append(nil, wire.TypeAttention, []byte{1}),
		"ping":          wire.Append(nil, wire.TypePing, make([]byte, 9)),
		"too long":      {0xEE, 0xFF, 0xFF, 0xFF},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &device{}
				p := viewing(t, capturetest.NewScreen(), d, wire.ScreenOptions{})
				if _, err := p.stream.Write(m); err != nil {
					t.Fatal(err)
				}
				p.hang()
				if got := d.all(); !slices.Equal(got, []any{letGo{}}) {
					t.Errorf("%v", got)
				}
			})
		})
	}
}

func TestScreenRefused(t *testing.T) {
	for name, c := range map[string]struct {
		open func(context.Context) (capture.Source, error)
		want wire.Code
	}{
		"no screen":   {func(context.Context) (capture.Source, error) { return nil, capture.ErrNoScreen }, wire.CodeNoScreen},
		"unsupported": {func(context.Context) (capture.Source, error) { return nil, errors.ErrUnsupported }, wire.CodeUnsupported},
		"nothing":     {nil, wire.CodeUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := host(capturetest.NewScreen(), &device{})
				h.Capture = c.open
				if r := begin(t, h, screenOpen(allRights, wire.ScreenOptions{})).refused(); r.Code != c.want {
					t.Errorf("%+v", r)
				}
			})
		})
	}
}

// TestScreenStops: when the agent ends, so does the conversation.
func TestScreenStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := viewing(t, capturetest.NewScreen(), &device{}, wire.ScreenOptions{})
		p.stop()
		p.hang()
	})
}

func FuzzScreenInput(f *testing.F) {
	f.Add([]byte{})
	f.Add(wire.Append(nil, wire.TypePointer, wire.Pointer{X: 1, Y: 2, Buttons: 3}.Append(nil)))
	f.Add(wire.Append(wire.Append(nil, wire.TypeText, []byte("ä")), wire.TypeRefresh, nil))
	f.Add(wire.Append(nil, wire.TypeAck, wire.Ack{Sequence: 1}.Append(nil)))
	f.Add(wire.Append(nil, wire.TypeKey, wire.Key{Down: true, Keysym: 0xFFFFFFFF, Usage: 0xFFFF}.Append(nil)))
	f.Add(wire.Append(nil, wire.TypeOptions, []byte{0xA1, 0x01, 0x18, 0x32}))
	f.Add(wire.Append(wire.Append(nil, wire.TypePing, make([]byte, 8)), wire.TypeAttention, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		synctest.Test(t, func(t *testing.T) {
			d := &device{}
			s := capturetest.NewScreen(image.Rect(0, 0, 40, 30))
			open := screenOpen(allRights, wire.ScreenOptions{})
			open.Screen.Codings = nil // a compressor is most of the work, and of the way out
			p := begin(t, host(s, d), open)
			p.opened()
			go func() {
				if _, err := p.stream.Write(b); err == nil {
					p.stream.CloseWrite()
				}
			}()
			p.hang()
			if got := d.all(); len(got) == 0 || got[len(got)-1] != any(letGo{}) || !d.closed {
				t.Fatalf("not let go: %v", got)
			}
		})
	})
}
