package frame_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"testing"

	"jump/capture/frame"
)

// tiny is a JPEG of 8 by 8 grey pixels.
var tiny = func() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	for i := range 64 {
		img.SetRGBA(i%8, i/8, color.RGBA{99, 99, 99, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}()

func FuzzReader(f *testing.F) {
	for _, c := range brokenStatements() {
		f.Add(uint16(150), uint16(100), c.plain, c.blobs)
	}
	for _, g := range drawings(f) {
		if _, packed, blobs, err := frame.Parse(g.Frames[0]); g.Coding == none && err == nil {
			f.Add(uint16(150), uint16(100), packed, blobs)
		}
	}
	f.Fuzz(func(t *testing.T, w, h uint16, plain, blobs []byte) {
		size := image.Pt(int(w), int(h))
		r := frame.NewReader(size, plain, blobs)
		painted := 0
		for {
			s, err := r.Next()
			if err != nil {
				return
			}
			if s.Rect.Empty() || !s.Rect.In(image.Rectangle{Max: size}) {
				t.Fatalf("%v in %v", s.Rect, size)
			}
			if painted += s.Rect.Dx() * s.Rect.Dy(); painted > frame.MaxPaint*size.X*size.Y {
				t.Fatalf("%d pixels", painted)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, g := range append(drawings(f), malformed(f)...) {
		for _, b := range g.Frames {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, packed, blobs, err := frame.Parse(b)
		if err != nil {
			return
		}
		if again := append(append(h.Append(nil), packed...), blobs...); !bytes.Equal(again, b) {
			t.Fatalf("%x read and written is %x", b, again)
		}
	})
}

func FuzzAbridge(f *testing.F) {
	f.Add(tiny)
	f.Add(tiny[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		rest, tables, err := frame.Abridge(nil, nil, b)
		if err == nil && len(rest)+len(tables) != len(b) {
			t.Fatalf("%d bytes became %d and %d", len(b), len(rest), len(tables))
		}
	})
}

func TestAbridge(t *testing.T) {
	rest, tables, err := frame.Abridge(nil, nil, tiny)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jpeg.Decode(bytes.NewReader(rest)); err == nil {
		t.Error("the abridged JPEG still has tables")
	}
	whole, err := frame.Complete(nil, rest, tables)
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(whole))
	if err != nil || img.Bounds().Dx() != 8 {
		t.Fatalf("%v, %v", img, err)
	}
}

func TestLimits(t *testing.T) {
	var many []byte
	for range frame.MaxOps + 1 {
		many = frame.AppendFill(many, rect(0, 0, 1, 1), 1)
	}
	r := frame.NewReader(image.Pt(1000, 1000), many, nil)
	var err error
	n := 0
	for ; err == nil; n++ {
		_, err = r.Next()
	}
	if err == io.EOF || n != frame.MaxOps+1 {
		t.Fatalf("%d statements, then %v", n, err)
	}
}

func BenchmarkAppend(b *testing.B) {
	words := make([]uint32, 64*64)
	for i := range words {
		words[i] = noise(1)(i%64, i/64)
	}
	r := rect(0, 0, 64, 64)
	var buf []byte
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(64 * 64 * 4)
		for b.Loop() {
			buf = frame.AppendPlain(buf[:0], r, words, 64)
		}
	})
	b.Run("gradient", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(64 * 64 * 4)
		for b.Loop() {
			buf = frame.AppendGradient(buf[:0], r, words, 64)
		}
	})
	b.Run("palette", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(64 * 64 * 4)
		indices := make([]byte, 64*64)
		for b.Loop() {
			buf = frame.AppendPalette(buf[:0], r, words[:2], indices)
		}
	})
}
