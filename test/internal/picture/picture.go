// Package picture compares pictures of a screen, for tests.
//
// It is exact: how alike two pictures look is not its business.
package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
)

// Decode reads a PNG.
func Decode(b []byte) (image.Image, error) {
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("read a picture: %w", err)
	}
	return m, nil
}

// Difference compares two pictures, every pixel. It is nil if they are equal.
func Difference(got, want image.Image) error {
	if got.Bounds() != want.Bounds() {
		return fmt.Errorf("a picture of %v, want %v", got.Bounds(), want.Bounds())
	}
	n, where := 0, image.Rectangle{}
	for y := want.Bounds().Min.Y; y < want.Bounds().Max.Y; y++ {
		for x := want.Bounds().Min.X; x < want.Bounds().Max.X; x++ {
			if rgb(got.At(x, y)) != rgb(want.At(x, y)) {
				n++
				where = where.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if n > 0 {
		return fmt.Errorf("%d pixels differ, inside %v", n, where)
	}
	return nil
}

func rgb(c color.Color) [3]uint32 {
	r, g, b, _ := c.RGBA()
	return [3]uint32{r >> 8, g >> 8, b >> 8}
}
