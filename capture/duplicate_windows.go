package capture

import (
	"errors"
	"fmt"
	"image"
	"unsafe"

	"golang.org/x/sys/windows"
)

// duplicating is the desk of desktop duplication (learn.microsoft.com: Desktop
// Duplication API): Windows itself tells which parts of a monitor changed or
// moved, and hands the picture out as a texture. It needs Windows 8, a driver
// that can, and one of the four places that a session has for such programs.
type duplicating struct{}

var _ desk = duplicating{}

// openDuplication fails where anything of it is missing.
func openDuplication() (Source, error) {
	for _, p := range []*windows.LazyProc{createFactory, createDevice} {
		if err := p.Find(); err != nil {
			return nil, fmt.Errorf("duplicate the desktop: %w", err)
		}
	}
	s, err := newMirrored(duplicating{})
	if err != nil {
		return nil, fmt.Errorf("duplicate the desktop: %w", err)
	}
	return s, nil
}

func (duplicating) displays() []Display { return displays() }

// mirror duplicates the output that shows a display. The thread goes to the
// input desktop first, since only from there it can be duplicated.
func (duplicating) mirror(d Display) (mirror, change, error) {
	m := &duplicated{display: d, arrangement: arrangement()}
	if err := m.open(); err != nil {
		m.close()
		return nil, change{}, err
	}
	return m, m.pointer(true), nil
}

// duplicated is the mirror of one output. All of it belongs to one thread.
type duplicated struct {
	display     Display
	desktop     inputDesktop
	arrangement [5]uintptr
	turned      turn
	cursor      cursor
	told        change // of the pointer, last

	factory, device, context, dupl *object
	held                           *object // the acquired picture, a texture
	staging                        *object // what of it can be read
	size                           image.Point
	first                          *surface // until the first picture was acquired
}

// open duplicates, and then takes a picture by other means: what changed until
// then is in it, and what changes later is told.
func (m *duplicated) open() error {
	if _, err := m.desktop.follow(); err != nil {
		return err
	}
	if err := m.duplicate(); err != nil {
		return err
	}
	var err error
	if m.first, err = newSurface(m.display.Bounds); err != nil {
		return err
	}
	_, err = m.first.shoot()
	return err
}

func (m *duplicated) duplicate() error {
	r, _, _ := createFactory.Call(uintptr(unsafe.Pointer(&iidFactory1)), uintptr(unsafe.Pointer(&m.factory)))
	if err := failed(r); err != nil {
		return fmt.Errorf("make a factory: %w", err)
	}
	adapter, output, err := m.find()
	if err != nil {
		return err
	}
	defer adapter.release()
	defer output.release()
	const unknownDriver, sdkVersion = 0, 7 // D3D_DRIVER_TYPE_UNKNOWN, as an adapter is given; D3D11_SDK_VERSION
	r, _, _ = createDevice.Call(uintptr(unsafe.Pointer(adapter)), unknownDriver, 0, 0, 0, 0, sdkVersion,
		uintptr(unsafe.Pointer(&m.device)), 0, uintptr(unsafe.Pointer(&m.context)))
	if err := failed(r); err != nil {
		return fmt.Errorf("make a device: %w", err)
	}
	output1, err := output.as(&iidOutput1)
	if err != nil {
		return fmt.Errorf("ask for duplication: %w", err)
	}
	defer output1.release()
	if err := output1.call(outputDuplicate, uintptr(unsafe.Pointer(m.device)), uintptr(unsafe.Pointer(&m.dupl))); err != nil {
		return fmt.Errorf("duplicate %s: %w", m.display.Name, err)
	}
	return nil
}

// maxEnumerated bounds the graphics cards that are looked at, and the outputs
// of each.
const maxEnumerated = 64

// find returns the graphics card and the output that show the display. The
// device must be made for that very card.
func (m *duplicated) find() (adapter, output *object, err error) {
	for i := range uintptr(maxEnumerated) {
		if err := m.factory.call(factoryEnumAdapters1, i, uintptr(unsafe.Pointer(&adapter))); err != nil {
			break // DXGI_ERROR_NOT_FOUND ends the list
		}
		if output := m.outputOf(adapter); output != nil {
			return adapter, output, nil
		}
		adapter.release()
	}
	return nil, nil, fmt.Errorf("no graphics card shows %s", m.display.Name)
}

func (m *duplicated) outputOf(adapter *object) (output *object) {
	for i := range uintptr(maxEnumerated) {
		if err := adapter.call(adapterEnumOutputs, i, uintptr(unsafe.Pointer(&output))); err != nil {
			return nil
		}
		d := outputDesc{}
		err := output.call(outputGetDesc, uintptr(unsafe.Pointer(&d)))
		if err == nil && d.Attached != 0 && d.Desktop.rectangle() == m.display.Bounds {
			m.turned = turn(max(1, d.Rotation)-1) % 4
			return output
		}
		output.release()
	}
	return nil
}

func (r rect) rectangle() image.Rectangle {
	return image.Rect(int(r.Left), int(r.Top), int(r.Right), int(r.Bottom))
}

// arrangement is the number of monitors and the rectangle around them. It costs
// next to nothing and changes whenever monitors come, go or move.
func arrangement() (a [5]uintptr) {
	for i, metric := range []uintptr{80, 76, 77, 78, 79} { // SM_CMONITORS, SM_XVIRTUALSCREEN and so on
		a[i], _, _ = getMetrics.Call(metric)
	}
	return a
}

var errRearranged = errors.New("the monitors are others now")

// next acquires the next picture. The last one is released just before, as
// Microsoft advises: so long Windows only notes what changes.
func (m *duplicated) next() (change, error) {
	m.letGo()
	var f frameInfo
	var resource *object
	err := m.dupl.call(duplAcquireNextFrame, uintptr(beat.Milliseconds()), uintptr(unsafe.Pointer(&f)), uintptr(unsafe.Pointer(&resource)))
	if errors.Is(err, errTimeout) {
		return m.still(), m.current()
	}
	if err != nil {
		return change{}, fmt.Errorf("acquire a picture: %w", err)
	}
	defer resource.release()
	if m.held, err = resource.as(&iidTexture2D); err != nil {
		_ = m.dupl.call(duplReleaseFrame)
		return change{}, fmt.Errorf("ask for a texture: %w", err)
	}
	var c change
	if f.Pointed != 0 {
		c = m.pointer(f.Visible != 0)
	}
	if f.Shape > 0 {
		c.shape = m.shape(f.Shape)
	}
	if f.Presented == 0 {
		return c, nil
	}
	m.giveUpFirst()
	if err := m.fit(); err != nil {
		return c, err
	}
	return c, m.changed(&c, f.Metadata)
}

// current reports whether this mirror still stands where it did.
func (m *duplicated) current() error {
	if m.factory.tell(factoryIsCurrent) == 0 || arrangement() != m.arrangement {
		return errRearranged
	}
	return nil
}

func (m *duplicated) letGo() {
	if m.held != nil {
		m.held.release()
		m.held = nil
		_ = m.dupl.call(duplReleaseFrame)
	}
}

func (m *duplicated) giveUpFirst() {
	if m.first != nil {
		m.first.close()
		m.first = nil
	}
}

// close is called on the mirror's thread.
func (m *duplicated) close() {
	m.letGo()
	m.giveUpFirst()
	for _, o := range []*object{m.staging, m.dupl, m.context, m.device, m.factory} {
		o.release()
	}
	m.desktop.close()
}
