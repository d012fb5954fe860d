package capture

import (
	"errors"
	"fmt"
	"image"
	"slices"
	"unsafe"
)

// cursor is the pointer that was seen last.
type cursor struct {
	info cursorInfo
	seen bool
	at   image.Point
}

// look returns where the pointer is, and its shape if that is a new one.
func (c *cursor) look() (image.Point, *Cursor) {
	i := cursorInfo{}
	i.Size = uint32(unsafe.Sizeof(i))
	if ok, _, _ := getCursorInfo.Call(uintptr(unsafe.Pointer(&i))); ok == 0 {
		return c.at, c.unknown() // the secure desktop has the pointer
	}
	c.at = image.Pt(int(i.At.X), int(i.At.Y))
	if c.seen && i.Flags == c.info.Flags && i.Cursor == c.info.Cursor {
		return c.at, nil
	}
	c.seen, c.info = true, i
	const showing = 1 // CURSOR_SHOWING; otherwise hidden, or a finger's
	if i.Flags&showing == 0 || i.Cursor == 0 {
		return c.at, &Cursor{}
	}
	s, err := readIcon(i.Cursor)
	if err != nil { // its program ended just now, or it is one that cannot be read
		s = arrow()
	}
	return c.at, &s
}

// unknown is a shape for the beginning.
func (c *cursor) unknown() *Cursor {
	if c.seen {
		return nil
	}
	c.seen = true
	s := arrow()
	return &s
}

// readIcon reads a pointer's shape.
func readIcon(h uintptr) (Cursor, error) {
	var i iconInfo
	if ok, _, err := getIconInfo.Call(h, uintptr(unsafe.Pointer(&i))); ok == 0 {
		return Cursor{}, fmt.Errorf("ask for the shape of the pointer: %w", err)
	}
	defer deleteObject.Call(i.Mask) //nolint:errcheck // it is ours
	mask, w, h2, err := readBitmap(i.Mask)
	if err != nil {
		return Cursor{}, err
	}
	hot := image.Pt(int(i.Hot.X), int(i.Hot.Y))
	if i.Colour == 0 {
		n := w * (h2 / 2)
		return masked(w, h2/2, hot, bits(mask[:n]), mask[n:]), nil
	}
	defer deleteObject.Call(i.Colour) //nolint:errcheck // it is ours
	colours, cw, ch, err := readBitmap(i.Colour)
	if err != nil {
		return Cursor{}, err
	}
	if cw != w || ch != h2 {
		return Cursor{}, errors.New("a pointer whose mask has another size")
	}
	return coloured(w, h2, hot, bits(mask), colours), nil
}

// bits leaves of a mask's words, black or white, whether they are set.
func bits(mask []uint32) []uint32 {
	out := slices.Clone(mask)
	for i := range out {
		out[i] &= 0xFFFFFF
	}
	return out
}

// readBitmap reads a bitmap as 32-bit words.
func readBitmap(h uintptr) (words []uint32, width, height int, err error) {
	var b bitmap
	if n, _, err := getObject.Call(h, unsafe.Sizeof(b), uintptr(unsafe.Pointer(&b))); n == 0 {
		return nil, 0, 0, fmt.Errorf("ask for the size of a bitmap: %w", err)
	}
	width, height = int(b.Width), int(b.Height)
	if width < 1 || height < 1 || width > maxPointer || height > 2*maxPointer {
		return nil, 0, 0, fmt.Errorf("a pointer of %d by %d pixels", width, height)
	}
	dc, _, err := createDC.Call(0)
	if dc == 0 {
		return nil, 0, 0, fmt.Errorf("make a device context in memory: %w", err)
	}
	defer deleteDC.Call(dc) //nolint:errcheck // it is ours
	words = make([]uint32, width*height)
	n, _, err := getDIBits.Call(dc, h, 0, uintptr(height), uintptr(unsafe.Pointer(&words[0])), uintptr(unsafe.Pointer(header32(width, height))), 0)
	if int(n) != height {
		return nil, 0, 0, fmt.Errorf("read a bitmap: %w", err)
	}
	return words, width, height, nil
}
