package capture_test

import (
	"fmt"
	"image"
	"slices"
	"testing"

	"golang.org/x/sys/windows"

	"jump/capture"
	"jump/capture/capturetest"
)

// TestOpen: without duplication there are pictures, and with it there are none.
func TestOpen(t *testing.T) {
	needScreen(t)
	s, err := capture.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, want := fmt.Sprintf("%T", s), "*capture.mirrored"
	d, err := capture.OpenDuplication()
	if err != nil {
		t.Logf("here is no duplication: %v", err)
		want = "*capture.polled"
	} else {
		d.Close()
	}
	if got != want {
		t.Errorf("opened a %s, want a %s", got, want)
	}
}

// needDuplication skips where Windows cannot duplicate: TestOpen says what is
// opened then. test/windows runs these tests with a stand-in.
func needDuplication(t *testing.T) {
	t.Helper()
	needScreen(t)
	s, err := capture.OpenDuplication()
	if err != nil {
		t.Skip(err)
	}
	s.Close()
}

// standIn is dxgi.dll, which test/windows may have put in place.
var (
	standIn  = windows.NewLazySystemDLL("dxgi.dll")
	jumpLose = standIn.NewProc("JumpLose")
	jumpLive = standIn.NewProc("JumpLive")
)

// TestDuplication holds desktop duplication to the contract.
func TestDuplication(t *testing.T) {
	needDuplication(t)
	capturetest.TestSource(t, func(t *testing.T) (capture.Source, capturetest.Desktop) {
		d := newEaselWindow(t)
		if jumpLose.Find() == nil {
			d.lose = func() { jumpLose.Call(2) }
			t.Cleanup(func() { jumpLose.Call(0) })
		}
		s, err := capture.OpenDuplication()
		if err != nil {
			t.Fatal(err)
		}
		return s, d
	})
}

// TestDuplicationAgain: access that is lost for a moment, as at a switch of
// desktops, costs one whole picture; what moved is told, and nothing is left
// behind.
func TestDuplicationAgain(t *testing.T) {
	needDuplication(t)
	if err := jumpLose.Find(); err != nil {
		t.Skip(err)
	}
	before, _, _ := jumpLive.Call()
	d := newEaselWindow(t)
	s, err := capture.OpenDuplication()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := image.Rect(20, 30, 60, 70)
	d.Fill(r, 0x102030)
	var moves []capture.Move
	until(t, s, func(u capture.Update) bool {
		moves = append(moves, u.Moves...)
		return slices.Contains(u.Damage, image.Rect(20, 50, 60, 70)) || len(moves) > 0
	})
	if len(moves) == 0 {
		t.Error("it is not told what moved")
	}
	jumpLose.Call(1)
	d.Fill(r, 0x405060)
	until(t, s, func(u capture.Update) bool { return slices.Contains(u.Damage, s.Displays()[0].Bounds) })
	if p, err := s.Fetch(0, r); err != nil || p.Words[30*p.Stride+20]&0xFFFFFF != 0x405060 {
		t.Errorf("after it was lost: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if after, _, _ := jumpLive.Call(); after != before {
		t.Errorf("%d objects of DXGI are not given back", int(after)-int(before))
	}
}
