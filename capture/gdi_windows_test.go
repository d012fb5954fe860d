package capture_test

import (
	"image"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"

	"jump/capture"
	"jump/capture/capturetest"
)

// TestGDI holds pictures of the screen to the contract. What a test cannot do
// to this Windows is skipped: several monitors, another mode, another desktop.
func TestGDI(t *testing.T) {
	needScreen(t)
	capturetest.TestSource(t, func(t *testing.T) (capture.Source, capturetest.Desktop) {
		d := newEaselWindow(t)
		s, err := capture.OpenPictures()
		if err != nil {
			t.Fatal(err)
		}
		return s, d
	})
}

func needScreen(t *testing.T) {
	t.Helper()
	if ok, _, _ := user32.NewProc("GetSystemMetrics").Call(0); ok < 320 {
		t.Skip("there is no screen: test/windows runs this test on one")
	}
}

var (
	user32 = windows.NewLazySystemDLL("user32.dll")
	gdi32  = windows.NewLazySystemDLL("gdi32.dll")
)

// window covers the whole screen and shows what a test draws. A thread of its
// own owns it.
type window struct {
	t             *testing.T
	width, height int
	words         []uint32 // what it shows
	work          chan func()
	handle        uintptr
	dc            uintptr
	lose          func() // nil: it cannot be lost
}

func newEaselWindow(t *testing.T) *window {
	w := &window{t: t, work: make(chan func())}
	over := make(chan struct{})
	go func() {
		defer close(over)
		runtime.LockOSThread()
		for f := range w.work {
			f()
		}
	}()
	t.Cleanup(func() {
		w.do(func() { user32.NewProc("DestroyWindow").Call(w.handle) })
		close(w.work)
		<-over
	})
	w.do(w.open)
	return w
}

// do runs f on the window's thread, and then what messages the window has.
func (w *window) do(f func()) {
	done := make(chan struct{})
	w.work <- func() { defer close(done); f(); w.pump() }
	<-done
}

func (w *window) pump() {
	var message [48]byte
	at := uintptr(unsafe.Pointer(&message))
	const remove = 1
	gdi32.NewProc("GdiFlush").Call()
	for {
		if ok, _, _ := user32.NewProc("PeekMessageW").Call(at, 0, 0, 0, remove); ok == 0 {
			return
		}
		user32.NewProc("DispatchMessageW").Call(at)
	}
}

func (w *window) open() {
	metrics := user32.NewProc("GetSystemMetrics")
	cx, _, _ := metrics.Call(0)
	cy, _, _ := metrics.Call(1)
	w.width, w.height, w.words = int(cx), int(cy), make([]uint32, cx*cy)
	class, _ := windows.UTF16PtrFromString("STATIC")
	const topmost, popupVisible = 0x8, 0x90000000
	var err error
	w.handle, _, err = user32.NewProc("CreateWindowExW").Call(topmost, uintptr(unsafe.Pointer(class)), 0, popupVisible, 0, 0, cx, cy, 0, 0, 0, 0)
	if w.handle == 0 {
		w.t.Errorf("make a window: %v", err)
		return
	}
	user32.NewProc("UpdateWindow").Call(w.handle)
	w.pump()
	w.dc, _, _ = user32.NewProc("GetDC").Call(w.handle)
	w.show(image.Rect(0, 0, w.width, w.height))
}

// show draws a part of the words.
func (w *window) show(r image.Rectangle) {
	header := struct {
		Size          uint32
		Width, Height int32
		Planes, Bits  uint16
		_             [6]uint32
	}{Size: 40, Width: int32(w.width), Height: -int32(r.Dy()), Planes: 1, Bits: 32}
	gdi32.NewProc("SetDIBitsToDevice").Call(w.dc, uintptr(r.Min.X), uintptr(r.Min.Y), uintptr(r.Dx()), uintptr(r.Dy()),
		uintptr(r.Min.X), 0, 0, uintptr(r.Dy()), uintptr(unsafe.Pointer(&w.words[r.Min.Y*w.width])), uintptr(unsafe.Pointer(&header)), 0)
}

func (w *window) Fill(r image.Rectangle, rgb uint32) {
	w.do(func() {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				w.words[y*w.width+x] = rgb
			}
		}
		w.show(r)
	})
}

func (w *window) Copy(from image.Rectangle, to image.Point) {
	w.do(func() {
		picture := w.picture(from)
		for y := range from.Dy() {
			copy(w.words[(to.Y+y)*w.width+to.X:], picture[y*from.Dx():(y+1)*from.Dx()])
		}
		w.show(image.Rectangle{Min: to, Max: to.Add(from.Size())})
	})
}

func (w *window) picture(r image.Rectangle) (out []uint32) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		out = append(out, w.words[y*w.width+r.Min.X:y*w.width+r.Max.X]...)
	}
	return out
}

func (w *window) Picture(r image.Rectangle) (out []uint32) {
	w.do(func() { out = w.picture(r) })
	return out
}

func (w *window) MovePointer(p image.Point) {
	w.do(func() { user32.NewProc("SetCursorPos").Call(uintptr(p.X), uintptr(p.Y)) })
}

// SetCursor makes an icon of the shape, whose colours Windows does not multiply
// with alpha.
func (w *window) SetCursor(c capture.Cursor) {
	w.do(func() {
		words := make([]uint32, c.Width*c.Height)
		for i := range words {
			p := c.Pixels[4*i:]
			words[i] = uint32(p[3])<<24 | uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2])
		}
		create := gdi32.NewProc("CreateBitmap")
		colour, _, _ := create.Call(uintptr(c.Width), uintptr(c.Height), 1, 32, uintptr(unsafe.Pointer(&words[0])))
		mask, _, _ := create.Call(uintptr(c.Width), uintptr(c.Height), 1, 1, uintptr(unsafe.Pointer(&make([]byte, c.Width*c.Height)[0])))
		info := struct {
			Icon         int32
			X, Y         uint32
			Mask, Colour uintptr
		}{0, uint32(c.Hot.X), uint32(c.Hot.Y), mask, colour}
		icon, _, err := user32.NewProc("CreateIconIndirect").Call(uintptr(unsafe.Pointer(&info)))
		if icon == 0 {
			w.t.Errorf("make a pointer: %v", err)
		}
		user32.NewProc("SetCursorPos").Call(10, 10) // over the window, whose thread decides
		user32.NewProc("SetCursor").Call(icon)
	})
}

func (w *window) Arrange(...image.Rectangle) { w.t.Skip("the monitors stay as they are") }

func (w *window) Lose() {
	if w.lose == nil {
		w.t.Skip("the screen stays")
	}
	w.lose()
}
