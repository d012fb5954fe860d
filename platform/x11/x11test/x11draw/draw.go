// Package x11draw is a program for tests that draws on an X server, splits it
// into monitors and resizes it.
//
// It is not a desktop program: it has no windows, and a failure of the server fails the test. It is apart from x11test so that the tests of platform/x11 itself can start servers.
package x11draw

import (
	"encoding/binary"
	"image"
	"testing"

	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"jump/platform/x11"
	"jump/platform/x11/x11test"
)

// Client is a program that draws on the root window of a server with core
// requests. What a method asks for is done when it returns.
type Client struct {
	Conn *x11.Conn

	t      testing.TB
	server *x11test.Server
	gc     xproto.Gcontext
	splits []xproto.Atom
}

// New connects to the server, until the test ends.
func New(t testing.TB, server *x11test.Server) *Client {
	t.Helper()
	conn, err := x11.Dial(t.Context(), server.Display, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	c := &Client{Conn: conn, t: t, server: server}
	for _, name := range []string{"XTEST", "RANDR"} {
		_, err := conn.Use(name)
		c.must(err)
	}
	_, err = randr.QueryVersion(conn.X, 1, 5).Reply()
	c.must(err)
	c.gc, err = xproto.NewGcontextId(conn.X)
	c.must(err)
	mask, values := uint32(xproto.GcSubwindowMode|xproto.GcGraphicsExposures), []uint32{xproto.SubwindowModeIncludeInferiors, 0}
	c.must(xproto.CreateGCChecked(conn.X, c.gc, c.root(), mask, values).Check())
	return c
}

func (c *Client) root() xproto.Drawable { return xproto.Drawable(c.Conn.Root()) }

func (c *Client) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// Fill draws one colour, 0xRRGGBB.
func (c *Client) Fill(r image.Rectangle, rgb uint32) {
	xproto.ChangeGC(c.Conn.X, c.gc, xproto.GcForeground, []uint32{rgb})
	xproto.PolyFillRectangle(c.Conn.X, c.root(), c.gc, []xproto.Rectangle{{
		X: int16(r.Min.X), Y: int16(r.Min.Y), Width: uint16(r.Dx()), Height: uint16(r.Dy())}})
	c.Conn.Sync()
}

// most is how many bytes of pixels go in one request; the core protocol takes
// four times that.
const most = 64 << 10

// Draw sets every pixel of r to what pixel says (0xRRGGBB).
func (c *Client) Draw(r image.Rectangle, pixel func(x, y int) uint32) {
	for rows := max(1, most/(4*r.Dx())); !r.Empty(); r.Min.Y += rows {
		band := r
		band.Max.Y = min(r.Max.Y, r.Min.Y+rows)
		data := make([]byte, 0, 4*band.Dx()*band.Dy())
		for y := band.Min.Y; y < band.Max.Y; y++ {
			for x := band.Min.X; x < band.Max.X; x++ {
				data = binary.LittleEndian.AppendUint32(data, pixel(x, y))
			}
		}
		xproto.PutImage(c.Conn.X, xproto.ImageFormatZPixmap, c.root(), c.gc, uint16(band.Dx()), uint16(band.Dy()),
			int16(band.Min.X), int16(band.Min.Y), 0, 24, data)
	}
	c.Conn.Sync()
}

// Copy moves pixels as a scrolling program does; the areas may overlap.
func (c *Client) Copy(from image.Rectangle, to image.Point) {
	xproto.CopyArea(c.Conn.X, c.root(), c.root(), c.gc, int16(from.Min.X), int16(from.Min.Y),
		int16(to.X), int16(to.Y), uint16(from.Dx()), uint16(from.Dy()))
	c.Conn.Sync()
}

// MovePointer puts the pointer somewhere.
func (c *Client) MovePointer(p image.Point) {
	xtest.FakeInput(c.Conn.X, xproto.MotionNotify, 0, 0, c.Conn.Root(), int16(p.X), int16(p.Y), 0)
	c.Conn.Sync()
}

// Picture returns what is drawn in r now, as 0x00RRGGBB, row by row; nothing of
// what lies outside the screen.
func (c *Client) Picture(r image.Rectangle) []uint32 {
	size, err := xproto.GetGeometry(c.Conn.X, c.root()).Reply()
	c.must(err)
	if r = r.Intersect(image.Rect(0, 0, int(size.Width), int(size.Height))); r.Empty() {
		return nil
	}
	img, err := xproto.GetImage(c.Conn.X, xproto.ImageFormatZPixmap, c.root(),
		int16(r.Min.X), int16(r.Min.Y), uint16(r.Dx()), uint16(r.Dy()), 0xFFFFFF).Reply()
	c.must(err)
	p := make([]uint32, len(img.Data)/4)
	for i := range p {
		p[i] = binary.LittleEndian.Uint32(img.Data[i*4:]) & 0xFFFFFF
	}
	return p
}

// Lose makes the server crash.
func (c *Client) Lose() { c.server.Kill() }

// Arrange makes the screen as large as all displays, and splits it into them
// as `xrandr --setmonitor` does.
func (c *Client) Arrange(displays ...image.Rectangle) {
	var all image.Rectangle
	for _, d := range displays {
		all = all.Union(d)
	}
	for _, old := range c.splits {
		c.must(randr.DeleteMonitorChecked(c.Conn.X, c.Conn.Root(), old).Check())
	}
	c.splits = nil
	if len(displays) > 1 {
		for i, d := range displays {
			c.Split("part-"+string(rune('a'+i)), d, i == 0)
		}
	}
	c.resize(all)
}

// Split makes a monitor of a part of the screen.
func (c *Client) Split(name string, r image.Rectangle, primary bool) {
	atom, err := xproto.InternAtom(c.Conn.X, false, uint16(len(name)), name).Reply()
	c.must(err)
	c.splits = append(c.splits, atom.Atom)
	c.must(randr.SetMonitorChecked(c.Conn.X, c.Conn.Root(), randr.MonitorInfo{Name: atom.Atom, Primary: primary,
		X: int16(r.Min.X), Y: int16(r.Min.Y), Width: uint16(r.Dx()), Height: uint16(r.Dy()),
		WidthInMillimeters: 100, HeightInMillimeters: 100}).Check())
}

// resize turns the one output off, so that the screen may have any size.
func (c *Client) resize(all image.Rectangle) {
	res, err := randr.GetScreenResources(c.Conn.X, c.Conn.Root()).Reply()
	c.must(err)
	for _, crtc := range res.Crtcs {
		_, err := randr.SetCrtcConfig(c.Conn.X, crtc, 0, res.ConfigTimestamp, 0, 0, 0, randr.RotationRotate0, nil).Reply()
		c.must(err)
	}
	c.must(randr.SetScreenSizeChecked(c.Conn.X, c.Conn.Root(), uint16(all.Dx()), uint16(all.Dy()), 100, 100).Check())
}
