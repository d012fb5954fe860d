package session_test

import (
	"bytes"
	"image"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"jump/capture/capturetest"
	"jump/transport/wire"
)

// TestScreenStopped: a viewer that stops reading for a minute while a film plays
// costs the agent no memory, and when it goes on it soon shows the present.
func TestScreenStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturetest.NewScreen()
		open := screenOpen(allRights, wire.ScreenOptions{Quality: 75})
		open.Screen.Window = 12
		p := begin(t, host(s, &device{}), open)
		p.opened()
		p.until("the first picture", func() bool { return p.shows(s) })
		film := func(frames int) {
			for i := range frames {
				s.Draw(image.Rect(100, 100, 260, 200), func(x, y int) uint32 { return photo(x+31*i, y^i) })
				time.Sleep(40 * time.Millisecond)
			}
			synctest.Wait()
		}
		film(50) // what a stopped viewer costs at all
		before := inUse()
		film(1500)
		if grown := inUse() - before; grown > 1<<20 {
			t.Errorf("%d bytes more after a minute", grown)
		}
		s.Text(image.Rect(0, 0, 640, 480), 7)
		began, frames := time.Now(), p.seen.Last().Sequence
		p.until("the present", func() bool { return p.shows(s) })
		if n := p.seen.Last().Sequence - frames; n > 20 || time.Since(began) > 2*time.Second {
			t.Errorf("the present is shown after %d frames and %v", n, time.Since(began))
		}
		p.write(wire.TypePing, bytes.Repeat([]byte{1}, 8)) // and the conversation goes on
		for p.watch() != wire.TypePong {
		}
	})
}

func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
