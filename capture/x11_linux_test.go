package capture_test

import (
	"errors"
	"image"
	"testing"

	"github.com/jezek/xgb/render"
	"github.com/jezek/xgb/xproto"

	"jump/capture"
	"jump/capture/capturetest"
	"jump/platform/x11"
	"jump/platform/x11/x11test"
	"jump/platform/x11/x11test/x11draw"
)

// client is a program that draws on an X server, and has a cursor.
type client struct {
	*x11draw.Client
	t    *testing.T
	conn *x11.Conn
}

func newClient(t *testing.T, server *x11test.Server) *client {
	t.Helper()
	c := x11draw.New(t, server)
	_, err := c.Conn.Use("RENDER")
	if err != nil {
		t.Fatal(err)
	}
	return &client{c, t, c.Conn}
}

func (c *client) root() xproto.Drawable { return xproto.Drawable(c.conn.Root()) }

func (c *client) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

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
	c.Split("left", image.Rect(0, 0, 160, 240), false)
	c.Split("right", image.Rect(160, 0, 320, 240), true)
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
