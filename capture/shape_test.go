package capture

import (
	"image"
	"slices"
	"testing"
)

func TestTurn(t *testing.T) {
	// A picture of three columns and two rows, and how monitors show it that
	// stand on one side, on their head and on the other side.
	picture := shot{words: []uint32{1, 2, 3, 0, 4, 5, 6}, width: 3, height: 2, stride: 4}
	for by, want := range [][]uint32{
		{1, 2, 3, 4, 5, 6},
		{4, 1, 5, 2, 6, 3},
		{6, 5, 4, 3, 2, 1},
		{3, 6, 2, 5, 1, 4},
	} {
		q := turn(by)
		size := image.Pt(3, 2)
		got := make([]uint32, 6)
		q.draw(got, picture, image.Rect(0, 0, 3, 2))
		if !slices.Equal(got, want) {
			t.Errorf("%d quarters: %v, want %v", q, got, want)
		}
		for x := range 3 {
			for y := range 2 {
				r := image.Rect(x, y, x+1, y+1)
				shown := q.shown(r, size)
				if i := shown.Min.Y*q.size(size).X + shown.Min.X; got[i] != picture.words[y*4+x] {
					t.Errorf("%d quarters: %v is not shown in %v", q, r, shown)
				}
				if back := q.source(shown, size); back != r {
					t.Errorf("%d quarters: %v comes from %v, not %v", q, shown, back, r)
				}
				part := make([]uint32, 6)
				if q.draw(part, picture, r); part[shown.Min.Y*q.size(size).X+shown.Min.X] != picture.words[y*4+x] {
					t.Errorf("%d quarters: %v alone gives %v", q, r, part)
				}
			}
		}
		if a, b := q.shown(image.Rect(0, 0, 1, 1), size), q.shown(image.Rect(2, 1, 3, 2), size); b.Min.Sub(a.Min) != q.by(image.Pt(2, 1)) {
			t.Errorf("%d quarters: what moves by 2, 1 is shown to move by %v", q, q.by(image.Pt(2, 1)))
		}
	}
}

func TestShape(t *testing.T) {
	hot := point{1, 0}
	for name, c := range map[string]struct {
		info shapeInfo
		data []byte
		want []byte // pixels; nil: an error
	}{
		"colour": {shapeInfo{shapeColour, 2, 1, 12, hot}, []byte{3, 2, 1, 0x80, 6, 5, 4, 0, 0, 0, 0, 0}, []byte{1, 2, 3, 0x80, 4, 5, 6, 0}},
		"two masks: paint black, paint white, leave, invert": {shapeInfo{shapeMonochrome, 4, 2, 4, hot},
			[]byte{0b0011_0000, 0, 0, 0, 0b0101_0000, 0, 0, 0},
			[]byte{0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 255}},
		"masked colour: paint, leave": {shapeInfo{shapeMasked, 2, 1, 8, hot}, []byte{3, 2, 1, 0, 0, 0, 0, 255}, []byte{1, 2, 3, 255, 0, 0, 0, 0}},
		"unknown kind":                {shapeInfo{3, 1, 1, 4, hot}, make([]byte, 4), nil},
		"too short":                   {shapeInfo{shapeColour, 2, 2, 8, hot}, make([]byte, 15), nil},
		"rows shorter than pixels":    {shapeInfo{shapeColour, 2, 2, 4, hot}, make([]byte, 16), nil},
		"one mask only":               {shapeInfo{shapeMonochrome, 8, 2, 1, hot}, make([]byte, 1), nil},
		"no pixels":                   {shapeInfo{shapeMonochrome, 8, 1, 1, hot}, make([]byte, 9), nil},
		"too wide":                    {shapeInfo{shapeColour, 1 << 31, 1, 1 << 31, hot}, make([]byte, 9), nil},
	} {
		got, err := c.info.shape(c.data)
		if (err == nil) != (c.want != nil) || !slices.Equal(got.Pixels, c.want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
		if err == nil && got.Hot != image.Pt(1, 0) {
			t.Errorf("%s: hot spot %v", name, got.Hot)
		}
	}
	far := shapeInfo{shapeColour, 1, 1, 4, point{5, -1}}
	if got, err := far.shape([]byte{1, 1, 1, 255}); err != nil || got.Hot != (image.Point{}) {
		t.Errorf("a hot spot outside: %v, %v", got.Hot, err)
	}
}

func FuzzShape(f *testing.F) {
	f.Add(uint32(shapeColour), uint32(2), uint32(1), uint32(8), make([]byte, 8))
	f.Add(uint32(shapeMonochrome), uint32(32), uint32(64), uint32(4), make([]byte, 256))
	f.Add(uint32(shapeMasked), uint32(1), uint32(1), uint32(4), []byte{1, 2, 3, 255})
	f.Fuzz(func(t *testing.T, kind, w, h, pitch uint32, data []byte) {
		c, err := shapeInfo{kind, w, h, pitch, point{}}.shape(data)
		if err == nil && len(c.Pixels) != 4*c.Width*c.Height {
			t.Errorf("%d by %d pixels in %d bytes", c.Width, c.Height, len(c.Pixels))
		}
	})
}
