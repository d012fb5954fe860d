package capture

import (
	"encoding/binary"
	"image"
)

// Windows describes a pointer by two masks for the screen below it, AND and
// XOR: 0 and a colour paint the colour, 1 and black leave the screen, 1 and
// anything else invert it. No viewer can invert, so that is painted black with
// a white edge, which is seen on any ground.
// (learn.microsoft.com: Monochrome Cursors; DXGI_OUTDUPL_POINTER_SHAPE_TYPE)

// masked converts a pointer of two masks: and has a word for each pixel, 0 or
// not, and xor the colours, as 0xXXRRGGBB. One without a visible pixel is a
// hidden one.
func masked(w, h int, hot image.Point, and, xor []uint32) Cursor {
	c := Cursor{Width: w, Height: h, Hot: hot, Pixels: make([]byte, 4*w*h)}
	var inverted []int
	visible := false
	for i := range w * h {
		colour := xor[i] & 0xFFFFFF
		switch {
		case and[i] == 0:
			paint(c.Pixels[4*i:], colour)
		case colour != 0:
			paint(c.Pixels[4*i:], 0)
			inverted = append(inverted, i)
		default:
			continue
		}
		visible = true
	}
	if !visible {
		return Cursor{}
	}
	c.edge(inverted)
	return c
}

func paint(pixel []byte, rgb uint32) {
	pixel[0], pixel[1], pixel[2], pixel[3] = byte(rgb>>16), byte(rgb>>8), byte(rgb), 255
}

// edge paints white what is transparent beside a pixel of the list.
func (c *Cursor) edge(list []int) {
	for _, i := range list {
		for _, d := range []image.Point{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
			p := image.Pt(i%c.Width, i/c.Width).Add(d)
			if at := 4 * (p.Y*c.Width + p.X); p.In(image.Rect(0, 0, c.Width, c.Height)) && c.Pixels[at+3] == 0 {
				paint(c.Pixels[at:], 0xFFFFFF)
			}
		}
	}
}

// coloured converts a pointer of 0xAARRGGBB words whose colours are not
// multiplied with alpha, as icons of Windows have it. Without any alpha the
// mask decides.
func coloured(w, h int, hot image.Point, and, argb []uint32) Cursor {
	if c := alpha(w, h, hot, argb); c.Width > 0 {
		return c
	}
	return masked(w, h, hot, and, argb)
}

// alpha converts a pointer whose words are 0xAARRGGBB, not multiplied. One
// without a visible pixel is a hidden one.
func alpha(w, h int, hot image.Point, argb []uint32) Cursor {
	c := Cursor{Width: w, Height: h, Hot: hot, Pixels: make([]byte, 4*w*h)}
	visible := false
	for i, v := range argb[:w*h] {
		visible = visible || v>>24 > 0
		binary.BigEndian.PutUint32(c.Pixels[4*i:], v<<8|v>>24)
	}
	if !visible {
		return Cursor{}
	}
	return c
}
