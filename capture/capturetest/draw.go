package capturetest

import (
	"image"
	"math/rand/v2"

	"jump/capture"
)

// Size of a letter that Text draws, in pixels.
const (
	LetterWidth  = 8
	LetterHeight = 16
)

// Text draws what looks like text to a codec: black letters on white, from an
// alphabet of 64 shapes. The same seed writes the same text, and every text
// uses the same alphabet.
func (s *Screen) Text(r image.Rectangle, seed uint64) { s.Draw(r, Letters(r, seed)) }

// Letters returns the pixels of such a text in r.
func Letters(r image.Rectangle, seed uint64) func(x, y int) uint32 {
	line := rand.New(rand.NewPCG(seed, 1))
	columns := max(1, (r.Dx()+LetterWidth-1)/LetterWidth)
	letters := make([][]byte, columns*(r.Dy()/LetterHeight+1))
	for i := range letters {
		letters[i] = letter(line.IntN(80))
	}
	return func(x, y int) uint32 {
		x, y = x-r.Min.X, y-r.Min.Y
		l := letters[y/LetterHeight*columns+x/LetterWidth]
		if l[y%LetterHeight]>>(x%LetterWidth)&1 == 1 {
			return 0x000000
		}
		return 0xFFFFFF
	}
}

// letter returns the rows of a shape; those from 64 on are blanks.
func letter(n int) []byte {
	rows := make([]byte, LetterHeight)
	if n >= 64 {
		return rows
	}
	ink := rand.New(rand.NewPCG(uint64(n), 2))
	for y := 3; y < LetterHeight-3; y++ {
		rows[y] = byte(ink.Uint32()&ink.Uint32()) &^ 0x81
	}
	return rows
}

// Photo draws what looks like a photograph to a codec: smooth colours with a
// little noise. The same seed draws the same picture.
func (s *Screen) Photo(r image.Rectangle, seed uint64) { s.Draw(r, Grain(seed)) }

// Grain returns the pixels of such a picture. Asked twice for a pixel, it gives
// another one.
func Grain(seed uint64) func(x, y int) uint32 {
	grain := rand.New(rand.NewPCG(seed, 3))
	a, b, c := grain.IntN(5)+1, grain.IntN(5)+1, grain.IntN(256)
	return func(x, y int) uint32 {
		n := grain.IntN(5)
		red := uint32(x*a/4+y*b/8+n) & 0xFF
		green := uint32(y*a/4+c+n) & 0xFF
		blue := uint32((x+y)*b/8+n) & 0xFF
		return red<<16 | green<<8 | blue
	}
}

// Arrow returns a plain cursor of 12 by 12 pixels with a soft edge.
func Arrow() capture.Cursor {
	c := capture.Cursor{Width: 12, Height: 12, Hot: image.Pt(1, 1), Pixels: make([]byte, 12*12*4)}
	for y := range 12 {
		for x := range y + 1 {
			alpha := byte(255)
			if x == y {
				alpha = 128
			}
			copy(c.Pixels[(y*12+x)*4:], []byte{255, 255, 255, alpha})
		}
	}
	return c
}
