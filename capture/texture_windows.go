package capture

import (
	"errors"
	"fmt"
	"image"
	"unsafe"
)

// Values of d3d11.h and dxgiformat.h.
const (
	formatBGRA8  = 87      // DXGI_FORMAT_B8G8R8A8_UNORM, that of every duplicated desktop
	usageStaging = 3       // D3D11_USAGE_STAGING
	accessRead   = 0x20000 // D3D11_CPU_ACCESS_READ
	mapRead      = 1       // D3D11_MAP_READ
)

// fit makes the texture that can be read, in the size of the acquired one.
func (m *duplicated) fit() error {
	var d textureDesc
	m.held.tell(textureGetDesc, uintptr(unsafe.Pointer(&d)))
	size := image.Pt(int(d.Width), int(d.Height))
	if m.turned.size(size) != m.display.Bounds.Size() {
		return errRearranged
	}
	if d.Format != formatBGRA8 {
		return fmt.Errorf("a desktop in format %d: %w", d.Format, errors.ErrUnsupported)
	}
	if m.staging != nil && m.size == size {
		return nil
	}
	m.staging.release()
	m.staging, m.size = nil, size
	d = textureDesc{Width: d.Width, Height: d.Height, Levels: 1, Array: 1, Format: formatBGRA8, Samples: 1, Usage: usageStaging, Access: accessRead}
	if err := m.device.call(deviceCreateTexture2D, uintptr(unsafe.Pointer(&d)), 0, uintptr(unsafe.Pointer(&m.staging))); err != nil {
		return fmt.Errorf("make a texture to read: %w", err)
	}
	return nil
}

// maxMetadata bounds what is read of rectangles; with more, all has changed.
const maxMetadata = 1 << 20

// changed adds what changed in the acquired picture, all if Windows does not
// say.
func (m *duplicated) changed(c *change, metadata uint32) error {
	whole := image.Rectangle{Max: m.display.Bounds.Size()}
	if metadata == 0 || metadata > maxMetadata {
		c.damage = []image.Rectangle{whole}
		return nil
	}
	moves := make([]moveRect, metadata/uint32(unsafe.Sizeof(moveRect{}))+1)
	n, err := m.list(duplGetFrameMoveRects, unsafe.Pointer(&moves[0]), uintptr(len(moves))*unsafe.Sizeof(moves[0]))
	if err != nil {
		return fmt.Errorf("ask what moved: %w", err)
	}
	for _, r := range moves[:n/unsafe.Sizeof(moves[0])] {
		m.move(c, r)
	}
	dirty := make([]rect, metadata/uint32(unsafe.Sizeof(rect{}))+1)
	n, err = m.list(duplGetFrameDirtyRects, unsafe.Pointer(&dirty[0]), uintptr(len(dirty))*unsafe.Sizeof(dirty[0]))
	if err != nil {
		return fmt.Errorf("ask what changed: %w", err)
	}
	for _, r := range dirty[:n/unsafe.Sizeof(dirty[0])] {
		c.damage = append(c.damage, m.turned.shown(r.rectangle(), m.size))
	}
	return nil
}

// list reads rectangles into a buffer and returns how many bytes they have.
func (m *duplicated) list(method int, buffer unsafe.Pointer, size uintptr) (uintptr, error) {
	var n uint32
	err := m.dupl.call(method, size, uintptr(buffer), uintptr(unsafe.Pointer(&n)))
	return min(uintptr(n), size), err
}

func (m *duplicated) move(c *change, r moveRect) {
	to := r.To.rectangle()
	by := to.Min.Sub(image.Pt(int(r.From.X), int(r.From.Y)))
	shown := m.turned.shown(to, m.size)
	c.damage = append(c.damage, shown)
	c.moves = append(c.moves, Move{shown, m.turned.by(by)})
}

// read copies on the graphics card what is asked for, and only that, to where
// it can be read, and from there to words.
func (m *duplicated) read(parts []image.Rectangle, words []uint32) error {
	if m.first != nil {
		copy(words, m.first.words)
		return nil
	}
	if m.held == nil || m.staging == nil {
		return errors.New("no picture is held")
	}
	sources := make([]image.Rectangle, len(parts))
	for i, r := range parts {
		s := m.turned.source(r, m.size)
		b := box{uint32(s.Min.X), uint32(s.Min.Y), 0, uint32(s.Max.X), uint32(s.Max.Y), 1}
		m.context.tell(contextCopyRegion, uintptr(unsafe.Pointer(m.staging)), 0, uintptr(b.Left), uintptr(b.Top), 0,
			uintptr(unsafe.Pointer(m.held)), 0, uintptr(unsafe.Pointer(&b)))
		sources[i] = s
	}
	var at mapped
	if err := m.context.call(contextMap, uintptr(unsafe.Pointer(m.staging)), 0, mapRead, 0, uintptr(unsafe.Pointer(&at))); err != nil {
		return fmt.Errorf("read the picture: %w", err)
	}
	defer m.context.tell(contextUnmap, uintptr(unsafe.Pointer(m.staging)), 0)
	from, err := at.shot(m.size)
	if err != nil {
		return err
	}
	for _, s := range sources {
		m.turned.draw(words, from, s)
	}
	return nil
}

// shot is the memory of a mapped texture.
func (a mapped) shot(size image.Point) (shot, error) {
	if a.Data == nil || int(a.RowPitch) < 4*size.X || a.RowPitch%4 != 0 {
		return shot{}, fmt.Errorf("a texture of %v with rows of %d bytes", size, a.RowPitch)
	}
	stride := int(a.RowPitch) / 4
	words := unsafe.Slice((*uint32)(a.Data), stride*(size.Y-1)+size.X)
	return shot{words: words, width: size.X, height: size.Y, stride: stride}, nil
}

// pointer tells where the pointer is, by its hot spot, which duplication does
// not tell. The first time it tells the shape, too.
func (m *duplicated) pointer(visible bool) change {
	known := m.cursor.seen
	at, shape := m.cursor.look()
	c := change{pointed: true, pointer: at, visible: visible}
	if !known {
		c.shape, c.visible = shape, shape == nil || shape.Width > 0
	}
	m.told = c
	return c
}

// still tells of a pointer that is not where it was said to be: it may have been
// asked for while it moved.
func (m *duplicated) still() change {
	if at, _ := m.cursor.look(); at == m.told.pointer {
		return change{}
	}
	return m.pointer(m.told.visible)
}

// maxShape bounds the bytes of a pointer's shape.
const maxShape = 4*maxPointer*maxPointer + 4*maxPointer

// shape reads the shape of the pointer. One that cannot be read is an arrow.
func (m *duplicated) shape(size uint32) *Cursor {
	c := arrow()
	if size > maxShape {
		return &c
	}
	data := make([]byte, size)
	var i shapeInfo
	var n uint32
	err := m.dupl.call(duplGetFramePointerShape, uintptr(size), uintptr(unsafe.Pointer(&data[0])), uintptr(unsafe.Pointer(&n)), uintptr(unsafe.Pointer(&i)))
	if err != nil {
		return &c
	}
	if s, err := i.shape(data[:min(n, size)]); err == nil {
		c = s
	}
	return &c
}
