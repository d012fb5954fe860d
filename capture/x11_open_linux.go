package capture

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"slices"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xfixes"
	"github.com/jezek/xgb/xproto"

	"jump/platform/x11"
)

func openX11(ctx context.Context, display string) (*x11Source, error) {
	s := &x11Source{wake: make(chan struct{}, 1), closed: make(chan struct{})}
	conn, err := x11.Dial(ctx, display, s.event)
	if err != nil {
		return nil, err
	}
	s.conn = conn
	if err := s.prepare(); err != nil {
		_ = s.Close()
		return nil, err
	}
	s.notify()
	return s, nil
}

func (s *x11Source) prepare() error {
	order, err := pixelOrder(s.conn)
	if err != nil {
		return err
	}
	s.reader = newReader(s.conn, order)
	for _, step := range []func() error{s.refuseWayland, s.useExtensions, s.subscribe, s.readLayout} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// refuseWayland fails on an X server inside a Wayland desktop (the extension is
// Xwayland's own, since 21.1): its root window is black whatever is shown.
func (s *x11Source) refuseWayland() error {
	if _, err := s.conn.Use("XWAYLAND"); err != nil {
		return nil
	}
	return fmt.Errorf("%w: the screen is Wayland's, which X clients cannot read", ErrNoScreen)
}

// pixelOrder returns the byte order of the server's pixels, if they are words
// 0xXXRRGGBB.
func pixelOrder(c *x11.Conn) (binary.ByteOrder, error) {
	depth := c.Screen.RootDepth
	i := slices.IndexFunc(c.Setup.PixmapFormats, func(f xproto.Format) bool { return f.Depth == depth })
	if i < 0 || c.Setup.PixmapFormats[i].BitsPerPixel != 32 || depth != 24 && depth != 32 || !isTrueColor(c.Screen) {
		return nil, fmt.Errorf("display of %d bits a pixel, only true colour with 24 or 32 is known: %w", depth, errors.ErrUnsupported)
	}
	if c.Setup.ImageByteOrder == xproto.ImageOrderLSBFirst {
		return binary.LittleEndian, nil
	}
	return binary.BigEndian, nil
}

func isTrueColor(screen *xproto.ScreenInfo) bool {
	for _, d := range screen.AllowedDepths {
		for _, v := range d.Visuals {
			if v.VisualId == screen.RootVisual {
				return v.Class == xproto.VisualClassTrueColor &&
					v.RedMask == 0xFF0000 && v.GreenMask == 0xFF00 && v.BlueMask == 0xFF
			}
		}
	}
	return false
}

// useExtensions demands DAMAGE and XFIXES, and takes RANDR 1.5 and XInput 2
// where they are.
func (s *x11Source) useExtensions() error {
	var k kinds
	var err error
	if k.xfixes, err = s.conn.Use("XFIXES"); err != nil {
		return err
	}
	if _, err = xfixes.QueryVersion(s.conn.X, 5, 0).Reply(); err != nil {
		return fmt.Errorf("ask for the version of XFIXES: %w", err)
	}
	if k.damage, err = s.conn.Use("DAMAGE"); err != nil {
		return err
	}
	if _, err = damage.QueryVersion(s.conn.X, 1, 1).Reply(); err != nil {
		return fmt.Errorf("ask for the version of DAMAGE: %w", err)
	}
	if k.randr, err = s.conn.Use("RANDR"); err == nil {
		v, err := randr.QueryVersion(s.conn.X, 1, 5).Reply()
		k.hasLayout = err == nil && (v.MajorVersion > 1 || v.MinorVersion >= 5)
	}
	if k.xinput, err = s.conn.Use("XInputExtension"); err == nil {
		k.hasMotion = selectMotion(s.conn, k.xinput.Opcode) == nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kinds = k
	return nil
}

// Requests of XInput 2 (XI2proto.h), which xgb does not have.
const (
	xiSelectEvents  = 46
	xiQueryVersion  = 47
	xiMasterDevices = 1
	xiRawMotion     = 17
)

// selectMotion asks for the event of every movement of a pointer. What is in
// it (a device's own steps) is of no use, that it comes is.
func selectMotion(c *x11.Conn, opcode byte) error {
	version := []byte{opcode, xiQueryVersion, 0, 0, 2, 0, 2, 0}
	if _, err := c.Request(version, true); err != nil {
		return err
	}
	b := make([]byte, 20)
	b[0], b[1] = opcode, xiSelectEvents
	xgb.Put32(b[4:], uint32(c.Root()))
	xgb.Put16(b[8:], 1) // masks
	xgb.Put16(b[12:], xiMasterDevices)
	xgb.Put16(b[14:], 1) // words of the mask
	xgb.Put32(b[16:], 1<<xiRawMotion)
	_, err := c.Request(b, false)
	return err
}

func (s *x11Source) subscribe() error {
	x, root := s.conn.X, s.conn.Root()
	var errs [2]error
	s.damage, errs[0] = damage.NewDamageId(x)
	s.region, errs[1] = xfixes.NewRegionId(x)
	if err := errors.Join(errs[:]...); err != nil {
		return fmt.Errorf("get ids: %w", err)
	}
	if err := damage.CreateChecked(x, s.damage, xproto.Drawable(root), damage.ReportLevelNonEmpty).Check(); err != nil {
		return fmt.Errorf("watch the screen: %w", err)
	}
	if err := xfixes.CreateRegionChecked(x, s.region, nil).Check(); err != nil {
		return fmt.Errorf("make a region: %w", err)
	}
	if err := xfixes.SelectCursorInputChecked(x, root, xfixes.CursorNotifyMaskDisplayCursor).Check(); err != nil {
		return fmt.Errorf("watch the cursor: %w", err)
	}
	if s.kinds.hasLayout {
		mask := uint16(randr.NotifyMaskScreenChange | randr.NotifyMaskCrtcChange | randr.NotifyMaskOutputChange)
		if err := randr.SelectInputChecked(x, root, mask).Check(); err != nil {
			return fmt.Errorf("watch the monitors: %w", err)
		}
	}
	mask := []uint32{xproto.EventMaskStructureNotify}
	if err := xproto.ChangeWindowAttributesChecked(x, root, xproto.CwEventMask, mask).Check(); err != nil {
		return fmt.Errorf("watch the size of the screen: %w", err)
	}
	return nil
}

// maxDisplays is as many as a viewer can be told of.
const maxDisplays = 16

// readLayout asks for the monitors, and if they are others, gives each a black
// picture.
func (s *x11Source) readLayout() error {
	g, err := xproto.GetGeometry(s.conn.X, xproto.Drawable(s.conn.Root())).Reply()
	if err != nil {
		return fmt.Errorf("ask for the size of the screen: %w", err)
	}
	screen := image.Rect(0, 0, int(g.Width), int(g.Height))
	displays, err := s.monitors(screen)
	if err != nil {
		return err
	}
	if len(displays) == 0 {
		displays = []Display{{Bounds: screen, Primary: true, Name: "screen"}}
	}
	if sameDisplays(displays, s.displays) {
		return nil
	}
	for _, p := range s.pictures {
		s.reader.drop(p)
	}
	s.displays, s.pictures = displays, nil
	for _, d := range displays {
		s.pictures = append(s.pictures, s.reader.picture(d.Bounds))
	}
	return nil
}

// monitors returns those that show a part of the screen, mirrored ones once.
func (s *x11Source) monitors(screen image.Rectangle) ([]Display, error) {
	if !s.kinds.hasLayout {
		return nil, nil
	}
	r, err := randr.GetMonitors(s.conn.X, s.conn.Root(), true).Reply()
	if err != nil {
		return nil, fmt.Errorf("ask for the monitors: %w", err)
	}
	var list []Display
	for _, m := range r.Monitors {
		b := image.Rect(int(m.X), int(m.Y), int(m.X)+int(m.Width), int(m.Y)+int(m.Height)).Intersect(screen)
		shown := slices.ContainsFunc(list, func(d Display) bool { return d.Bounds == b })
		if b.Empty() || shown || len(list) == maxDisplays {
			continue
		}
		list = append(list, Display{ID: uint8(len(list)), Bounds: b, Primary: m.Primary, Name: s.atom(m.Name)})
	}
	if len(list) > 0 && !slices.ContainsFunc(list, func(d Display) bool { return d.Primary }) {
		list[0].Primary = true
	}
	return list, nil
}

func (s *x11Source) atom(a xproto.Atom) string {
	r, err := xproto.GetAtomName(s.conn.X, a).Reply()
	if err != nil {
		return ""
	}
	return r.Name
}

func sameDisplays(a, b []Display) bool { return slices.Equal(a, b) }
