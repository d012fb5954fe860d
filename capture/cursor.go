package capture

import "image"

// straight converts a cursor of premultiplied 0xAARRGGBB words, as X servers
// and others have it. One without a visible pixel is a hidden one.
func straight(w, h int, hot image.Point, words []uint32) Cursor {
	c := Cursor{Width: w, Height: h, Hot: hot, Pixels: make([]byte, 0, w*h*4)}
	visible := false
	for _, v := range words[:w*h] {
		a := v >> 24
		visible = visible || a > 0
		c.Pixels = append(c.Pixels, divide(v>>16&0xFF, a), divide(v>>8&0xFF, a), divide(v&0xFF, a), byte(a))
	}
	if !visible {
		return Cursor{}
	}
	return c
}

// divide undoes a multiplication with alpha, to the nearest value.
func divide(v, a uint32) byte {
	if a == 0 {
		return 0
	}
	return byte(min(255, (v*255+a/2)/a))
}
