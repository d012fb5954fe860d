// Package capturetest is a desktop in memory that tests draw on, and the
// conformance test that every capture.Source passes.
//
// It is not a recording of a real desktop and it is never shipped: no program
// imports it.
package capturetest

import (
	"context"
	"fmt"
	"image"
	"slices"
	"sync"

	"jump/capture"
)

// Screen is a desktop in memory. Tests draw on it, and any number of sources
// look at it. All methods may be called from any goroutine.
//
// Like a real display server it leaves the upper eight bits of a pixel to
// chance: every drawing puts something else there.
type Screen struct {
	mu       sync.Mutex
	bounds   image.Rectangle // around all displays
	words    []uint32        // of bounds, row by row
	displays []capture.Display
	cursor   capture.Cursor
	at       image.Point
	draws    uint32
	lost     bool
	sources  map[*source]struct{}
}

var _ Desktop = (*Screen)(nil)

// NewScreen returns a black desktop with these displays, of which the first is
// the primary one. Without any it has one of 640 by 480 pixels.
func NewScreen(displays ...image.Rectangle) *Screen {
	s := &Screen{sources: map[*source]struct{}{}, cursor: Arrow()}
	s.Arrange(displays...)
	return s
}

// Open returns a new source that shows the screen. It is a func like
// capture.Open.
func (s *Screen) Open(context.Context) (capture.Source, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost {
		return nil, capture.ErrNoScreen
	}
	src := &source{screen: s, wake: make(chan struct{}, 1), done: make(chan struct{})}
	src.show(s.displays)
	src.pending = capture.Update{Damage: boundsOf(s.displays), Cursor: cloneCursor(s.cursor), Moved: true, Pointer: s.at}
	src.notify()
	s.sources[src] = struct{}{}
	return src, nil
}

// Arrange replaces the displays. What was drawn stays where it was.
func (s *Screen) Arrange(displays ...image.Rectangle) {
	if len(displays) == 0 {
		displays = []image.Rectangle{image.Rect(0, 0, 640, 480)}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all image.Rectangle
	list := make([]capture.Display, len(displays))
	for i, r := range displays {
		all = all.Union(r)
		list[i] = capture.Display{ID: uint8(i), Bounds: r, Primary: i == 0, Name: fmt.Sprintf("memory-%d", i)}
	}
	s.resizeLocked(all)
	s.displays = list
	for src := range s.sources {
		src.pending.Layout = true
		src.pending.Damage = boundsOf(list)
		src.notify()
	}
}

func (s *Screen) resizeLocked(to image.Rectangle) {
	words := make([]uint32, to.Dx()*to.Dy())
	both := to.Intersect(s.bounds)
	for y := both.Min.Y; y < both.Max.Y; y++ {
		at := (y-to.Min.Y)*to.Dx() + both.Min.X - to.Min.X
		copy(words[at:at+both.Dx()], s.rowLocked(y, both.Min.X, both.Max.X))
	}
	s.bounds, s.words = to, words
}

func (s *Screen) rowLocked(y, left, right int) []uint32 {
	at := (y - s.bounds.Min.Y) * s.bounds.Dx()
	return s.words[at+left-s.bounds.Min.X : at+right-s.bounds.Min.X]
}

// Draw sets every pixel of r to what pixel says (0xRRGGBB) and reports r.
func (s *Screen) Draw(r image.Rectangle, pixel func(x, y int) uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r = r.Intersect(s.bounds)
	s.draws++
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := s.rowLocked(y, r.Min.X, r.Max.X)
		for x := range row {
			row[x] = pixel(r.Min.X+x, y)&0xFFFFFF | s.draws<<24
		}
	}
	s.damageLocked(r)
}

// Fill draws one colour, 0xRRGGBB.
func (s *Screen) Fill(r image.Rectangle, rgb uint32) {
	s.Draw(r, func(int, int) uint32 { return rgb })
}

// Copy moves pixels as a scrolling program does; the areas may overlap.
func (s *Screen) Copy(from image.Rectangle, to image.Point) {
	s.mu.Lock()
	defer s.mu.Unlock()
	by := to.Sub(from.Min)
	from = from.Intersect(s.bounds).Add(by).Intersect(s.bounds).Sub(by)
	old := make([]uint32, 0, from.Dx()*from.Dy())
	for y := from.Min.Y; y < from.Max.Y; y++ {
		old = append(old, s.rowLocked(y, from.Min.X, from.Max.X)...)
	}
	dst := from.Add(by)
	for y := dst.Min.Y; y < dst.Max.Y; y++ {
		n := copy(s.rowLocked(y, dst.Min.X, dst.Max.X), old)
		old = old[n:]
	}
	s.damageLocked(dst)
}

func (s *Screen) damageLocked(r image.Rectangle) {
	for src := range s.sources {
		for _, d := range s.displays {
			src.pending.Damage = add(src.pending.Damage, r.Intersect(d.Bounds))
		}
		if len(src.pending.Damage) > maxDamage {
			src.pending.Damage = collapse(src.pending.Damage, s.displays)
		}
		src.notify()
	}
}

// MovePointer puts the pointer somewhere.
func (s *Screen) MovePointer(p image.Point) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = p
	for src := range s.sources {
		src.pending.Moved, src.pending.Pointer = true, p
		src.notify()
	}
}

// SetCursor changes the shape of the pointer.
func (s *Screen) SetCursor(c capture.Cursor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cursor = *cloneCursor(c)
	for src := range s.sources {
		src.pending.Cursor = cloneCursor(c)
		src.notify()
	}
}

// Picture returns what is drawn in r now, as 0x00RRGGBB, row by row.
func (s *Screen) Picture(r image.Rectangle) []uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	r = r.Intersect(s.bounds)
	p := make([]uint32, 0, r.Dx()*r.Dy())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for _, w := range s.rowLocked(y, r.Min.X, r.Max.X) {
			p = append(p, w&0xFFFFFF)
		}
	}
	return p
}

// Lose makes the screen go away, as a display server that dies: sources say
// capture.ErrLost, and Open capture.ErrNoScreen, until Return.
func (s *Screen) Lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = true
	for src := range s.sources {
		src.notify()
	}
}

// Return ends what Lose began. Sources from before stay lost.
func (s *Screen) Return() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for src := range s.sources {
		src.lost = true
	}
	s.lost = false
}

// maxDamage bounds the rectangles of an update; more become one a display.
const maxDamage = 256

// collapse returns the rectangle around all damage of each display.
func collapse(list []image.Rectangle, displays []capture.Display) []image.Rectangle {
	var short []image.Rectangle
	for _, d := range displays {
		var around image.Rectangle
		for _, r := range list {
			around = around.Union(r.Intersect(d.Bounds))
		}
		short = add(short, around)
	}
	return short
}

// add joins r to a list of damage, unless the list has it already.
func add(list []image.Rectangle, r image.Rectangle) []image.Rectangle {
	if r.Empty() || slices.ContainsFunc(list, r.In) {
		return list
	}
	list = slices.DeleteFunc(slices.Clone(list), func(old image.Rectangle) bool { return old.In(r) })
	return append(list, r)
}

func boundsOf(displays []capture.Display) []image.Rectangle {
	list := make([]image.Rectangle, len(displays))
	for i, d := range displays {
		list[i] = d.Bounds
	}
	return list
}

func cloneCursor(c capture.Cursor) *capture.Cursor {
	c.Pixels = slices.Clone(c.Pixels)
	return &c
}
