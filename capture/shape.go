package capture

import (
	"encoding/binary"
	"fmt"
	"image"
)

// Kinds of shapes that desktop duplication tells of
// (DXGI_OUTDUPL_POINTER_SHAPE_TYPE in dxgi1_2.h).
const (
	shapeMonochrome = 1 // a mask AND and below it a mask XOR, a bit a pixel
	shapeColour     = 2 // B, G, R, A
	shapeMasked     = 4 // B, G, R, and 0: paint, 255: XOR with the screen
)

// shapeInfo is DXGI_OUTDUPL_POINTER_SHAPE_INFO.
type shapeInfo struct {
	Kind, Width, Height uint32 // of a monochrome shape: the height of both masks
	Pitch               uint32 // bytes of a row
	Hot                 point
}

// point is POINT.
type point struct{ X, Y int32 }

// maxPointer bounds a pointer's side, in pixels.
const maxPointer = 512

// shape makes a pointer of what desktop duplication tells.
func (i shapeInfo) shape(data []byte) (Cursor, error) {
	w, h, rowBytes := int(i.Width), int(i.Height), 4*int(i.Width)
	if i.Kind == shapeMonochrome {
		rowBytes, h = (w+7)/8, h/2
	}
	if w < 1 || h < 1 || w > maxPointer || h > maxPointer {
		return Cursor{}, fmt.Errorf("a pointer of %d by %d pixels", i.Width, i.Height)
	}
	rows, pitch := h, int(i.Pitch)
	if i.Kind == shapeMonochrome {
		rows = 2 * h
	}
	if pitch < rowBytes || len(data) < (rows-1)*pitch+rowBytes {
		return Cursor{}, fmt.Errorf("a pointer of %d by %d pixels in %d bytes, rows of %d", w, h, len(data), pitch)
	}
	hot := image.Pt(int(i.Hot.X), int(i.Hot.Y))
	if !hot.In(image.Rect(0, 0, w, h)) {
		hot = image.Point{}
	}
	switch i.Kind {
	case shapeMonochrome:
		return masked(w, h, hot, unpackBits(data, w, h, pitch), unpackBits(data[h*pitch:], w, h, pitch)), nil
	case shapeColour:
		words := unpackWords(data, w, h, pitch)
		return alpha(w, h, hot, words), nil
	case shapeMasked:
		words := unpackWords(data, w, h, pitch)
		return masked(w, h, hot, upper(words), words), nil
	}
	return Cursor{}, fmt.Errorf("a pointer of kind %d", i.Kind)
}

// unpackBits makes a word of every bit: white or black.
func unpackBits(data []byte, w, h, pitch int) []uint32 {
	words := make([]uint32, 0, w*h)
	for y := range h {
		for x := range w {
			bit := uint32(data[y*pitch+x/8]>>(7-x%8)) & 1
			words = append(words, bit*0xFFFFFF)
		}
	}
	return words
}

func unpackWords(data []byte, w, h, pitch int) []uint32 {
	words := make([]uint32, 0, w*h)
	for y := range h {
		for x := range w {
			words = append(words, binary.LittleEndian.Uint32(data[y*pitch+4*x:]))
		}
	}
	return words
}

// upper is the mask in the upper bytes.
func upper(words []uint32) []uint32 {
	mask := make([]uint32, len(words))
	for i, w := range words {
		mask[i] = w >> 24
	}
	return mask
}
