package capture_test

import (
	"errors"
	"image"
	"slices"
	"testing"

	"jump/capture"
	"jump/capture/capturetest"
)

func openMirrored(t *testing.T, s *capturetest.Screen) capture.Source {
	t.Helper()
	src, err := capture.NewMirrored(s.Open)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src
}

// TestMirrored holds the source of Windows and macOS to the contract, on a
// screen in memory.
func TestMirrored(t *testing.T) {
	capturetest.TestSource(t, func(t *testing.T) (capture.Source, capturetest.Desktop) {
		s := capturetest.NewScreen(image.Rect(0, 0, 320, 240))
		return openMirrored(t, s), s
	})
}

// until waits for an update that enough accepts.
func until(t *testing.T, src capture.Source, enough func(capture.Update) bool) {
	t.Helper()
	for {
		u, err := src.Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if enough(u) {
			return
		}
	}
}

// TestMirroredDisplays: two monitors, each with its mirror. A pointer that goes
// from one to the other stays to be seen; one that is at none is hidden.
func TestMirroredDisplays(t *testing.T) {
	left, right := image.Rect(-200, 0, 0, 100), image.Rect(0, 0, 300, 150)
	s := capturetest.NewScreen(right, left)
	src := openMirrored(t, s)
	if _, err := src.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := image.Rect(-20, 30, 40, 50)
	s.Fill(r, 0x123456)
	var damage []image.Rectangle
	var moves []capture.Move
	until(t, src, func(u capture.Update) bool {
		damage, moves = append(damage, u.Damage...), append(moves, u.Moves...)
		return slices.Contains(damage, r.Intersect(left)) && slices.Contains(damage, r.Intersect(right))
	})
	if !slices.Contains(moves, capture.Move{To: r.Intersect(left), By: image.Pt(0, 1)}) {
		t.Errorf("moves %v of the display on the left are lost", moves)
	}
	p, err := src.Fetch(1, r)
	if err != nil || p.Words[30*p.Stride+199]&0xFFFFFF != 0x123456 {
		t.Errorf("the display on the left: %v", err)
	}
	for _, at := range []image.Point{{-50, 20}, {50, 20}, {-50, 21}} {
		s.MovePointer(at)
		until(t, src, func(u capture.Update) bool {
			if u.Cursor != nil && u.Cursor.Width == 0 {
				t.Errorf("on its way to %v the pointer is hidden", at)
			}
			return u.Moved && u.Pointer == at
		})
	}
}

// TestMirroredReturns: displays that are gone for a moment are opened anew, and
// nobody is told but by damage.
func TestMirroredReturns(t *testing.T) {
	s := capturetest.NewScreen(image.Rect(0, 0, 320, 240))
	src := openMirrored(t, s)
	if _, err := src.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Lose()
	s.Return()
	s.Fill(image.Rect(5, 5, 9, 9), 0xABCDEF)
	until(t, src, func(u capture.Update) bool {
		if u.Layout {
			t.Error("the displays are the same, and it says that they are not")
		}
		return slices.Contains(u.Damage, image.Rect(0, 0, 320, 240))
	})
	p, err := src.Fetch(0, image.Rect(0, 0, 320, 240))
	if err != nil || p.Words[5*p.Stride+5]&0xFFFFFF != 0xABCDEF {
		t.Errorf("after the return: %v", err)
	}
}

func TestMirroredNothing(t *testing.T) {
	s := capturetest.NewScreen()
	s.Lose()
	if _, err := capture.NewMirrored(s.Open); !errors.Is(err, capture.ErrNoScreen) {
		t.Errorf("no displays: %v", err)
	}
}
