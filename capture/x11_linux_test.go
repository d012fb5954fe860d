package capture_test

import (
	"errors"
	"image"
	"testing"

	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/render"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"jump/capture"
	"jump/capture/capturetest"
	"jump/platform/x11"
	"jump/platform/x11/x11test"
)

// client is a program that draws on an X server with core requests.
type client struct {
	t      *testing.T
	server *x11test.Server
	conn   *x11.Conn
	gc     xproto.Gcontext
	splits []xproto.Atom
}

func newClient(t *testing.T, server *x11test.Server) *client {
	t.Helper()
	conn, err := x11.Dial(t.Context(), server.Display, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	c := &client{t: t, server: server, conn: conn}
	for _, name := range []string{"XTEST", "RANDR", "RENDER"} {
		if _, err := conn.Use(name); err != nil {
			t.Fatal(err)
		}
	}
	_, err = randr.QueryVersion(conn.X, 1, 5).Reply()
	c.must(err)
	c.gc, err = xproto.NewGcontextId(conn.X)
	c.must(err)
	mask, values := uint32(xproto.GcSubwindowMode|xproto.GcGraphicsExposures), []uint32{xproto.SubwindowModeIncludeInferiors, 0}
	c.must(xproto.CreateGCChecked(conn.X, c.gc, c.root(), mask, values).Check())
	return c
}

func (c *client) root() xproto.Drawable { return xproto.Drawable(c.conn.Root()) }

func (c *client) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) Fill(r image.Rectangle, rgb uint32) {
	xproto.ChangeGC(c.conn.X, c.gc, xproto.GcForeground, []uint32{rgb})
	xproto.PolyFillRectangle(c.conn.X, c.root(), c.gc, []xproto.Rectangle{{
		X: int16(r.Min.X), Y: int16(r.Min.Y), Width: uint16(r.Dx()), Height: uint16(r.Dy())}})
	c.conn.Sync()
}

func (c *client) Copy(from image.Rectangle, to image.Point) {
	xproto.CopyArea(c.conn.X, c.root(), c.root(), c.gc, int16(from.Min.X), int16(from.Min.Y),
		int16(to.X), int16(to.Y), uint16(from.Dx()), uint16(from.Dy()))
	c.conn.Sync()
}

func (c *client) MovePointer(p image.Point) {
	xtest.FakeInput(c.conn.X, xproto.MotionNotify, 0, 0, c.conn.Root(), int16(p.X), int16(p.Y), 0)
	c.conn.Sync()
}

func (c *client) Picture(r image.Rectangle) []uint32 {
	img, err := xproto.GetImage(c.conn.X, xproto.ImageFormatZPixmap, c.root(),
		int16(r.Min.X), int16(r.Min.Y), uint16(r.Dx()), uint16(r.Dy()), 0xFFFFFF).Reply()
	c.must(err)
	p := make([]uint32, len(img.Data)/4)
	for i := range p {
		b := img.Data[i*4:]
		p[i] = uint32(b[2])<<16 | uint32(b[1])<<8 | uint32(b[0])
	}
	return p
}

func (c *client) Lose() { c.server.Kill() }

// SetCursor makes a cursor with alpha, as desktops have them, for the root
// window.
func (c *client) SetCursor(shape capture.Cursor) {
	data := make([]byte, len(shape.Pixels))
	for i := 0; i < len(data); i += 4 {
		p, a := shape.Pixels[i:i+4], int(shape.Pixels[i+3])
		copy(data[i:], []byte{byte(int(p[2]) * a / 255), byte(int(p[1]) * a / 255), byte(int(p[0]) * a / 255), p[3]})
	}
	x, w, h := c.conn.X, uint16(shape.Width), uint16(shape.Height)
	pixmap, err := xproto.NewPixmapId(x)
	c.must(err)
	c.must(xproto.CreatePixmapChecked(x, 32, pixmap, c.root(), w, h).Check())
	gc, err := xproto.NewGcontextId(x)
	c.must(err)
	xproto.CreateGC(x, gc, xproto.Drawable(pixmap), 0, nil)
	c.must(xproto.PutImageChecked(x, xproto.ImageFormatZPixmap, xproto.Drawable(pixmap), gc, w, h, 0, 0, 0, 32, data).Check())
	picture, err := render.NewPictureId(x)
	c.must(err)
	c.must(render.CreatePictureChecked(x, picture, xproto.Drawable(pixmap), c.formatWithAlpha(), 0, nil).Check())
	cursor, err := xproto.NewCursorId(x)
	c.must(err)
	c.must(render.CreateCursorChecked(x, cursor, picture, uint16(shape.Hot.X), uint16(shape.Hot.Y)).Check())
	c.must(xproto.ChangeWindowAttributesChecked(x, c.conn.Root(), xproto.CwCursor, []uint32{uint32(cursor)}).Check())
}

func (c *client) formatWithAlpha() render.Pictformat {
	formats, err := render.QueryPictFormats(c.conn.X).Reply()
	c.must(err)
	for _, f := range formats.Formats {
		if f.Depth == 32 && f.Direct.AlphaShift == 24 && f.Direct.RedShift == 16 {
			return f.Id
		}
	}
	c.t.Fatal("the X server has no pictures with alpha")
	return 0
}

// Arrange makes the screen as large as all displays, and splits it into them
// as `xrandr --setmonitor` does.
func (c *client) Arrange(displays ...image.Rectangle) {
	var all image.Rectangle
	for _, d := range displays {
		all = all.Union(d)
	}
	for _, old := range c.splits {
		c.must(randr.DeleteMonitorChecked(c.conn.X, c.conn.Root(), old).Check())
	}
	c.splits = nil
	if len(displays) > 1 {
		for i, d := range displays {
			c.split("part-"+string(rune('a'+i)), d, i == 0)
		}
	}
	c.resize(all)
}

func (c *client) split(name string, r image.Rectangle, primary bool) {
	atom, err := xproto.InternAtom(c.conn.X, false, uint16(len(name)), name).Reply()
	c.must(err)
	c.splits = append(c.splits, atom.Atom)
	c.must(randr.SetMonitorChecked(c.conn.X, c.conn.Root(), randr.MonitorInfo{Name: atom.Atom, Primary: primary,
		X: int16(r.Min.X), Y: int16(r.Min.Y), Width: uint16(r.Dx()), Height: uint16(r.Dy()),
		WidthInMillimeters: 100, HeightInMillimeters: 100}).Check())
}

// resize turns the one output off, so that the screen may have any size.
func (c *client) resize(all image.Rectangle) {
	res, err := randr.GetScreenResources(c.conn.X, c.conn.Root()).Reply()
	c.must(err)
	for _, crtc := range res.Crtcs {
		_, err := randr.SetCrtcConfig(c.conn.X, crtc, 0, res.ConfigTimestamp, 0, 0, 0, randr.RotationRotate0, nil).Reply()
		c.must(err)
	}
	c.must(randr.SetScreenSizeChecked(c.conn.X, c.conn.Root(), uint16(all.Dx()), uint16(all.Dy()), 100, 100).Check())
}

func TestX11(t *testing.T) {
	for name, plain := range map[string]bool{"shared memory": false, "no shared memory": true} {
		t.Run(name, func(t *testing.T) {
			capturetest.TestSource(t, func(t *testing.T) (capture.Source, capturetest.Desktop) {
				server := x11test.Start(t, 320, 240)
				src, err := capture.OpenX11(t.Context(), server.Display, plain)
				if err != nil {
					t.Fatal(err)
				}
				return src, newClient(t, server)
			})
		})
	}
}

func TestNoScreen(t *testing.T) {
	for name, display := range map[string]string{"none": "", "no server": ":60999", "nonsense": "what"} {
		t.Setenv("DISPLAY", display)
		if _, err := capture.Open(t.Context()); !errors.Is(err, capture.ErrNoScreen) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDepths(t *testing.T) {
	for _, depth := range []int{8, 15, 16, 30} {
		t.Setenv("DISPLAY", x11test.StartDepth(t, 64, 48, depth).Display)
		if _, err := capture.Open(t.Context()); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%d bits a pixel: %v", depth, err)
		}
	}
}

// TestCloseOfFrozenServer closes a source whose server does not answer, while
// it waits for pixels.
func TestCloseOfFrozenServer(t *testing.T) {
	server := x11test.Start(t, 320, 240)
	src, err := capture.OpenX11(t.Context(), server.Display, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Freeze(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := src.Fetch(0, image.Rect(0, 0, 320, 240))
		ended <- err
	}()
	if err := src.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := <-ended; err == nil || errors.Is(err, capture.ErrLost) {
		t.Errorf("fetch from a frozen server, closed: %v", err)
	}
}

// TestMonitorsAlone splits the screen without a change of its size.
func TestMonitorsAlone(t *testing.T) {
	server := x11test.Start(t, 320, 240)
	src, err := capture.OpenX11(t.Context(), server.Display, false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	c := newClient(t, server)
	if _, err := src.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.split("left", image.Rect(0, 0, 160, 240), false)
	c.split("right", image.Rect(160, 0, 320, 240), true)
	for len(src.Displays()) < 2 {
		if _, err := src.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if d := src.Displays()[1]; d.Name == "" || d.ID != 1 {
		t.Errorf("display %+v", d)
	}
}

// BenchmarkFetch reads the whole of a full HD screen and a small square.
func BenchmarkFetch(b *testing.B) {
	server := x11test.Start(b, 1920, 1080)
	for _, way := range []string{"shared", "plain"} {
		src, err := capture.OpenX11(b.Context(), server.Display, way == "plain")
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range []image.Rectangle{image.Rect(0, 0, 1920, 1080), image.Rect(100, 100, 164, 164)} {
			b.Run(way+" "+r.Size().String(), func(b *testing.B) {
				b.SetBytes(int64(r.Dx() * r.Dy() * 4))
				for b.Loop() {
					if _, err := src.Fetch(0, r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		_ = src.Close()
	}
}
