// Package stage plays repeatable activity on an X display: the same pixels at
// the same pace for every viewer that is measured.
//
// It is not a desktop, needs no window manager, and does not know who watches.
// xterm and less are the only programs it starts.
package stage

import (
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// Stage is a connection to the display. One goroutine uses it.
type Stage struct {
	conn    *xgb.Conn
	display string
	screen  *xproto.ScreenInfo
	gc      xproto.Gcontext
	Width   int
	Height  int
	seed    uint64
	keys    map[rune]byte // keycodes of characters without modifiers
	folder  string
	mark    xproto.Window
	program *exec.Cmd
}

// Open connects to a display. Seed chooses the content of the scenes.
func Open(display string, seed uint64) (*Stage, error) {
	xgb.Logger.SetOutput(io.Discard) // it comments on every missing X authority
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("open the stage: %w", err)
	}
	s := &Stage{conn: conn, display: display, screen: xproto.Setup(conn).DefaultScreen(conn), seed: seed}
	s.Width, s.Height = int(s.screen.WidthInPixels), int(s.screen.HeightInPixels)
	if s.folder, err = os.MkdirTemp("", "stage"); err != nil {
		return nil, err
	}
	if err := errors.Join(xtest.Init(conn), s.readKeys(), s.makeContext()); err != nil {
		s.Close()
		return nil, fmt.Errorf("open the stage: %w", err)
	}
	s.hidePointer()
	s.mark = s.window(image.Rectangle{Min: MarkAt, Max: MarkAt.Add(image.Pt(MarkSize, MarkSize))}, 0)
	return s, nil
}

// Reseed chooses other content of the same nature for the scenes to come.
func (s *Stage) Reseed(seed uint64) { s.seed = seed }

// Close ends what was started.
func (s *Stage) Close() {
	s.endProgram()
	s.conn.Close()
	os.RemoveAll(s.folder)
}

func (s *Stage) makeContext() (err error) {
	if s.gc, err = xproto.NewGcontextId(s.conn); err != nil {
		return err
	}
	return xproto.CreateGCChecked(s.conn, s.gc, xproto.Drawable(s.screen.Root), xproto.GcGraphicsExposures, []uint32{0}).Check()
}

// sync waits until the server has done all that was asked.
func (s *Stage) sync() { xproto.GetInputFocus(s.conn).Reply() }

// readKeys learns which key makes which character.
func (s *Stage) readKeys() error {
	setup := xproto.Setup(s.conn)
	m, err := xproto.GetKeyboardMapping(s.conn, setup.MinKeycode, byte(setup.MaxKeycode-setup.MinKeycode+1)).Reply()
	if err != nil {
		return err
	}
	s.keys = map[rune]byte{}
	for i := 0; i+int(m.KeysymsPerKeycode) <= len(m.Keysyms); i += int(m.KeysymsPerKeycode) {
		if k := rune(m.Keysyms[i]); k != 0 && s.keys[k] == 0 {
			s.keys[k] = byte(i/int(m.KeysymsPerKeycode)) + byte(setup.MinKeycode)
		}
	}
	s.keys['\n'] = s.keys[0xFF0D] // XK_Return
	return nil
}

// strike types a character.
func (s *Stage) strike(k rune) {
	code := s.keys[k]
	xtest.FakeInput(s.conn, xproto.KeyPress, code, 0, s.screen.Root, 0, 0, 0)
	xtest.FakeInput(s.conn, xproto.KeyRelease, code, 0, s.screen.Root, 0, 0, 0)
	s.sync()
}

// hidePointer gives the desktop an empty pointer: some viewers draw it into the
// picture and others do not.
func (s *Stage) hidePointer() {
	p, _ := xproto.NewPixmapId(s.conn)
	xproto.CreatePixmap(s.conn, 1, p, xproto.Drawable(s.screen.Root), 1, 1)
	gc, _ := xproto.NewGcontextId(s.conn)
	xproto.CreateGC(s.conn, gc, xproto.Drawable(p), xproto.GcForeground, []uint32{0})
	xproto.PolyFillRectangle(s.conn, xproto.Drawable(p), gc, []xproto.Rectangle{{Width: 1, Height: 1}})
	c, _ := xproto.NewCursorId(s.conn)
	xproto.CreateCursor(s.conn, c, p, p, 0, 0, 0, 0, 0, 0, 0, 0)
	xproto.ChangeWindowAttributes(s.conn, s.screen.Root, xproto.CwCursor, []uint32{uint32(c)})
}

// window makes a window that no window manager touches; without a background it
// is black.
func (s *Stage) window(r image.Rectangle, background xproto.Pixmap) xproto.Window {
	id, _ := xproto.NewWindowId(s.conn)
	mask, value := uint32(xproto.CwBackPixel), uint32(0)
	if background != 0 {
		mask, value = xproto.CwBackPixmap, uint32(background)
	}
	xproto.CreateWindow(s.conn, s.screen.RootDepth, id, s.screen.Root, int16(r.Min.X), int16(r.Min.Y), uint16(r.Dx()), uint16(r.Dy()), 0,
		xproto.WindowClassInputOutput, s.screen.RootVisual, mask|xproto.CwOverrideRedirect, []uint32{value, 1})
	return id
}

func (s *Stage) raise(w xproto.Window) {
	xproto.ConfigureWindow(s.conn, w, xproto.ConfigWindowStackMode, []uint32{xproto.StackModeAbove})
	s.sync()
}

// upload makes a pixmap of a picture.
func (s *Stage) upload(m *image.RGBA) xproto.Pixmap {
	p, _ := xproto.NewPixmapId(s.conn)
	xproto.CreatePixmap(s.conn, s.screen.RootDepth, p, xproto.Drawable(s.screen.Root), uint16(m.Rect.Dx()), uint16(m.Rect.Dy()))
	s.put(xproto.Drawable(p), m)
	return p
}

// put draws a picture, in pieces below the limit of a request.
func (s *Stage) put(d xproto.Drawable, m *image.RGBA) {
	w := m.Rect.Dx()
	rows := 200_000 / (4 * w)
	for y := 0; y < m.Rect.Dy(); y += rows {
		n := min(rows, m.Rect.Dy()-y)
		xproto.PutImage(s.conn, xproto.ImageFormatZPixmap, d, s.gc, uint16(w), uint16(n), 0, int16(y), 0, s.screen.RootDepth,
			swapped(m.Pix[y*m.Stride:][:4*w*n]))
	}
}

// swapped turns R, G, B, A into B, G, R, X.
func swapped(pix []byte) []byte {
	out := make([]byte, len(pix))
	for i := 0; i < len(pix); i += 4 {
		out[i], out[i+1], out[i+2] = pix[i+2], pix[i+1], pix[i]
	}
	return out
}

// Picture reads the screen itself.
func (s *Stage) Picture() (*image.RGBA, error) {
	m := image.NewRGBA(image.Rect(0, 0, s.Width, s.Height))
	const rows = 64
	for y := 0; y < s.Height; y += rows {
		n := min(rows, s.Height-y)
		got, err := xproto.GetImage(s.conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.screen.Root), 0, int16(y), uint16(s.Width), uint16(n), ^uint32(0)).Reply()
		if err != nil {
			return nil, fmt.Errorf("read the screen: %w", err)
		}
		out := m.Pix[y*m.Stride:]
		for i := 0; i < 4*s.Width*n; i += 4 {
			out[i], out[i+1], out[i+2], out[i+3] = got.Data[i+2], got.Data[i+1], got.Data[i], 255
		}
	}
	return m, nil
}
