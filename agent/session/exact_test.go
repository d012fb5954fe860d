package session_test

import (
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"jump/capture/capturetest"
	"jump/transport/wire"
)

// canvas is a screen to draw on, in memory or of an X server.
type canvas interface {
	Draw(r image.Rectangle, pixel func(x, y int) uint32)
	Fill(r image.Rectangle, rgb uint32)
	Copy(from image.Rectangle, to image.Point)
	Arrange(displays ...image.Rectangle)
	Picture(r image.Rectangle) []uint32
}

// artist draws at random: rectangles, text, photographs, scrolls, moves, single
// pixels, and other sizes of the screen.
type artist struct {
	canvas
	r    *rand.Rand
	area image.Rectangle // of all displays
	n    uint32
}

func newArtist(c canvas, seed uint64, area image.Rectangle) *artist {
	return &artist{canvas: c, r: rand.New(rand.NewPCG(seed, 7)), area: area}
}

// rect returns a rectangle of any size that lies on the screen.
func (a *artist) rect() image.Rectangle {
	at := image.Pt(a.r.IntN(a.area.Dx()), a.r.IntN(a.area.Dy()))
	size := image.Pt(1+a.r.IntN(a.area.Dx()-at.X), 1+a.r.IntN(a.area.Dy()-at.Y))
	return image.Rectangle{Min: at, Max: at.Add(size)}.Add(a.area.Min)
}

func (a *artist) step() {
	switch a.r.IntN(8) {
	case 0:
		a.Fill(a.rect(), a.r.Uint32N(1<<24))
	case 1, 2:
		r := a.rect()
		a.Draw(r, capturetest.Letters(r, a.r.Uint64()))
	case 3, 4:
		a.Draw(a.rect(), capturetest.Grain(a.r.Uint64()))
	case 5: // a scroll, up or down
		a.move(image.Pt(0, a.r.IntN(121)-60))
	case 6:
		a.move(image.Pt(a.r.IntN(121)-60, a.r.IntN(121)-60))
	case 7:
		a.dot()
	}
}

// move copies what of a rectangle stays on the screen.
func (a *artist) move(by image.Point) {
	if from := a.rect().Add(by).Intersect(a.area).Sub(by).Intersect(a.area); !from.Empty() {
		a.Copy(from, from.Min.Add(by))
	}
}

// dot changes one pixel, for certain.
func (a *artist) dot() {
	a.n++
	at := a.area.Min
	old := a.Picture(image.Rectangle{Min: at, Max: at.Add(image.Pt(1, 1))})[0]
	a.Fill(image.Rectangle{Min: at, Max: at.Add(image.Pt(1, 1))}, (old+a.n|1)^old&1)
}

// resize takes another size, and now and then a second display beside the first.
func (a *artist) resize() {
	w, h := 100+a.r.IntN(400), 80+a.r.IntN(300)
	a.area = image.Rect(0, 0, w, h)
	if at := w / 3; a.r.IntN(3) == 0 {
		a.Arrange(image.Rect(0, 0, at, h), image.Rect(at, 0, w, h))
		return
	}
	a.Arrange(a.area)
}

// seenBy reports whether the viewer has the displays that there are, and all their
// pixels.
func (a *artist) seenBy(p *peer) bool {
	var all image.Rectangle
	for _, d := range p.layout.Displays {
		at := image.Pt(int(d.X), int(d.Y))
		all = all.Union(image.Rectangle{Min: at, Max: at.Add(image.Pt(int(d.Width), int(d.Height)))})
	}
	return all == a.area && p.shows(a)
}

// film plays one somewhere, for a while.
func (a *artist) film(p *peer) {
	r := a.rect()
	for range 8 + a.r.IntN(20) {
		a.Draw(r, capturetest.Grain(a.r.Uint64()))
		p.watch()
	}
}

// exact plays a random drawing to a viewer with random wishes. Whenever the
// drawing rests, the viewer's picture equals the screen bit for bit; the test's
// minute for that is over long before.
func (a *artist) exact(p *peer, steps int) {
	p.t.Helper()
	for i := range steps {
		for range 1 + a.r.IntN(4) {
			a.step()
		}
		switch a.r.IntN(20) {
		case 3, 4:
			a.film(p)
		case 0:
			a.resize()
		case 1:
			p.write(wire.TypeRefresh, nil)
		case 2:
			p.send(wire.TypeOptions, &wire.ScreenOptions{Quality: []uint8{0, 30, 75, 90}[a.r.IntN(4)]})
		}
		a.dot()
		if a.r.IntN(3) == 0 {
			p.until(fmt.Sprintf("all of step %d", i), func() bool { return a.seenBy(p) })
		} else {
			p.watch() // and draw on while it is being shown
		}
	}
	p.until("the end", func() bool { return a.seenBy(p) })
}

// soaking reports whether a test may take its time.
var soaking = os.Getenv("JUMP_SOAK") != ""

// TestScreenExact is the promise of the picture over the whole of a
// conversation, on a desktop in memory. A seed that fails is in the name of its test.
func TestScreenExact(t *testing.T) {
	seeds := uint64(6)
	if soaking {
		seeds = 500
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := capturetest.NewScreen(image.Rect(0, 0, 320, 200))
				open := screenOpen(allRights, wire.ScreenOptions{Quality: uint8(seed % 3 * 40)})
				open.Screen.Window = uint8(1 + seed%5*3)
				open.Screen.Format = uint8(1 + seed%2)
				open.Screen.Codecs |= wire.CodecVP8
				p := begin(t, host(s, &device{}), open)
				p.pause = func() { time.Sleep(time.Duration(seed%4) * 9 * time.Millisecond) }
				p.opened()
				newArtist(s, seed, image.Rect(0, 0, 320, 200)).exact(p, 40)
				if t.Logf("%d pictures came as video", p.films); seed == 1 && p.films == 0 {
					t.Error("no film was one")
				}
			})
		})
	}
}
