package windows

import (
	"bytes"
	"encoding/binary"
)

// The product's sign: an arc from a dot to the place where it lands, white on
// violet.
var (
	violet = [4]byte{0xdd, 0x50, 0x58, 0xff} // blue, green, red, opacity
	white  = [4]byte{0xff, 0xff, 0xff, 0xff}
)

const iconSize = 32

// icon returns an .ico file of one picture with 32 by 32 points. It is drawn,
// because no file in this tree is made by hand but is not text.
func icon() []byte {
	var pixels, mask bytes.Buffer
	for y := iconSize - 1; y >= 0; y-- { // bottom row first
		for x := range iconSize {
			p := point(float64(x)+0.5, float64(y)+0.5)
			pixels.Write(p[:])
		}
		mask.Write(make([]byte, iconSize/8))
	}
	var out bytes.Buffer
	size := uint32(40 + pixels.Len() + mask.Len())
	for _, v := range []any{
		uint16(0), uint16(1), uint16(1), // an icon file, of one picture
		uint8(iconSize), uint8(iconSize), uint16(0), uint16(1), uint16(32), size, uint32(22),
		uint32(40), int32(iconSize), int32(2 * iconSize), uint16(1), uint16(32), [6]uint32{}, // BITMAPINFOHEADER
		pixels.Bytes(), mask.Bytes(),
	} {
		_ = binary.Write(&out, binary.LittleEndian, v) // of fixed sizes, into memory
	}
	return out.Bytes()
}

// point returns the colour at a place, with the top left corner at 0, 0.
func point(x, y float64) [4]byte {
	near := func(cx, cy, r float64) bool { return (x-cx)*(x-cx)+(y-cy)*(y-cy) <= r*r }
	arc := near(17, 20, 10.5) && !near(17, 20, 7.5) && y < 20 && x < 24
	arrow := x >= 19 && x <= 25 && y >= 10 && y <= 16 && x-19 >= 16-y
	switch {
	case near(8.2, 22.6, 2.7), arc, arrow:
		return white
	case x < 6 && y < 6 && !near(6, 6, 6), x > 26 && y < 6 && !near(26, 6, 6),
		x < 6 && y > 26 && !near(6, 26, 6), x > 26 && y > 26 && !near(26, 26, 6):
		return [4]byte{}
	}
	return violet
}
