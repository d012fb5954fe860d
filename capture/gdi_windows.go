package capture

import (
	"fmt"
	"image"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// gdi takes pictures with BitBlt from the screen, which every Windows can: in
// sessions without a graphics card, in remote ones, and on the secure desktop.
// Its memory lasts as long as the displays stay what they are. All of it
// happens on one thread, which follows the input desktop.
type gdi struct {
	*thread
	desktop  inputDesktop
	surfaces map[image.Rectangle]*surface
	cursor   cursor
	tick     uint32 // of the last input of anybody
}

var _ camera = (*gdi)(nil)

// openGDI fails with ErrNoScreen where there is no screen.
func openGDI() (*gdi, error) {
	for _, dll := range []*windows.LazyDLL{user32, gdi32} {
		if err := dll.Load(); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoScreen, err)
		}
	}
	g := &gdi{thread: newThread(), surfaces: map[image.Rectangle]*surface{}}
	var err error
	if g.do(func() { _, err = g.desktop.follow() }); err != nil {
		g.close()
		return nil, fmt.Errorf("%w: %w", ErrNoScreen, err)
	}
	return g, nil
}

func (g *gdi) displays() (list []Display) {
	g.do(func() { list = displays() })
	return list
}

// displays lists the monitors as physical pixels: the modes of the devices are
// not scaled, whatever this process says of itself. Monitors that show the same
// are one.
func displays() []Display {
	var list []Display
	for i := range uintptr(64) {
		d := displayDevice{}
		d.Size = uint32(unsafe.Sizeof(d))
		if ok, _, _ := enumDevices.Call(0, i, uintptr(unsafe.Pointer(&d)), 0); ok == 0 {
			break
		}
		if d.State&deviceAttached == 0 || d.State&deviceMirror != 0 {
			continue
		}
		if b := mode(&d); !b.Empty() && len(list) < maxDisplays {
			name := strings.TrimPrefix(windows.UTF16ToString(d.Name[:]), `\\.\`)
			list = append(list, Display{ID: uint8(len(list)), Bounds: b, Primary: d.State&devicePrimary != 0, Name: name})
		}
	}
	return list
}

// maxDisplays bounds a list of displays, as the protocol does.
const maxDisplays = 16

// mode returns where a device shows what.
func mode(d *displayDevice) image.Rectangle {
	m := deviceMode{}
	m.Size = uint16(unsafe.Sizeof(m))
	const current = 0xFFFFFFFF // ENUM_CURRENT_SETTINGS
	if ok, _, _ := enumSettings.Call(uintptr(unsafe.Pointer(&d.Name)), current, uintptr(unsafe.Pointer(&m))); ok == 0 {
		return image.Rectangle{}
	}
	at := image.Pt(int(m.Position.X), int(m.Position.Y))
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(int(m.Width), int(m.Height)))}
}

func (g *gdi) shoot(d Display) (s shot, err error) {
	g.do(func() { s, err = g.shootHere(d.Bounds) })
	return s, err
}

func (g *gdi) shootHere(r image.Rectangle) (shot, error) {
	moved, err := g.desktop.follow()
	if err != nil {
		return shot{}, err
	}
	if moved {
		g.forget()
	}
	f, err := g.surface(r)
	if err != nil {
		return shot{}, err
	}
	return f.shoot()
}

// surface returns the memory for a display, and gives up that of displays
// which have long been others.
func (g *gdi) surface(r image.Rectangle) (*surface, error) {
	if f := g.surfaces[r]; f != nil {
		return f, nil
	}
	if len(g.surfaces) >= maxDisplays {
		g.forget()
	}
	f, err := newSurface(r)
	if err == nil {
		g.surfaces[r] = f
	}
	return f, err
}

func (g *gdi) forget() {
	for r, f := range g.surfaces {
		f.close()
		delete(g.surfaces, r)
	}
}

func (g *gdi) pointer() (at image.Point, shape *Cursor) {
	g.do(func() { at, shape = g.cursor.look() })
	return at, shape
}

func (g *gdi) stirred() bool {
	l := lastInput{}
	l.Size = uint32(unsafe.Sizeof(l))
	if ok, _, _ := getLastInput.Call(uintptr(unsafe.Pointer(&l))); ok == 0 || l.Tick == g.tick {
		return false
	}
	g.tick = l.Tick
	return true
}

func (g *gdi) close() {
	g.do(func() { g.forget(); g.desktop.close() })
	g.end()
}

// surface is memory into which a part of the screen is copied.
type surface struct {
	r       image.Rectangle
	dc      uintptr
	section uintptr // the bitmap
	before  uintptr // that was in dc
	words   []uint32
}

func newSurface(r image.Rectangle) (*surface, error) {
	dc, _, err := createDC.Call(0)
	if dc == 0 {
		return nil, fmt.Errorf("make a device context in memory: %w", err)
	}
	f := &surface{r: r, dc: dc}
	var bits unsafe.Pointer
	f.section, _, err = createDIBSection.Call(dc, uintptr(unsafe.Pointer(header32(r.Dx(), r.Dy()))), 0, uintptr(unsafe.Pointer(&bits)), 0, 0)
	if f.section == 0 || bits == nil {
		f.close()
		return nil, fmt.Errorf("make a bitmap of %v: %w", r.Size(), err)
	}
	f.before, _, _ = selectObject.Call(dc, f.section)
	f.words = unsafe.Slice((*uint32)(bits), r.Dx()*r.Dy())
	return f, nil
}

// shoot copies the screen. Layered windows are in it, since the compositor of
// Windows draws all of them into one picture; CAPTUREBLT would only make the
// pointer flicker.
func (f *surface) shoot() (shot, error) {
	screen, _, err := getDC.Call(0)
	if screen == 0 {
		return shot{}, fmt.Errorf("get the device context of the screen: %w", err)
	}
	defer releaseDC.Call(0, screen) //nolint:errcheck // it is ours
	const sourceCopy = 0x00CC0020   // SRCCOPY
	w, h := f.r.Dx(), f.r.Dy()
	ok, _, err := bitBlt.Call(f.dc, 0, 0, uintptr(w), uintptr(h), screen, uintptr(f.r.Min.X), uintptr(f.r.Min.Y), sourceCopy)
	if ok == 0 {
		return shot{}, fmt.Errorf("copy the screen: %w", err)
	}
	_, _, _ = flush.Call()
	return shot{words: f.words, width: w, height: h, stride: w}, nil
}

func (f *surface) close() {
	if f.section != 0 {
		_, _, _ = selectObject.Call(f.dc, f.before)
		_, _, _ = deleteObject.Call(f.section)
	}
	_, _, _ = deleteDC.Call(f.dc)
	f.words = nil
}
