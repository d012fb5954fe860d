package ans

import (
	"image"
	"math/rand/v2"
	"testing"
)

// picture draws words of a photograph, noise, text or one colour.
func picture(r *rand.Rand, kind int, size image.Point, stride int) []uint32 {
	words := make([]uint32, stride*size.Y)
	for y := range size.Y {
		for x := range size.X {
			v, g := r.Uint32(), r.Uint32N(8)
			words[y*stride+x] = [...]uint32{
				v,
				v&0xFF000000 | (uint32(x)+g)&255<<16 | (uint32(y)*2+g)&255<<8 | (uint32(x+y)+g)&255,
				v&0xFF000000 | uint32(x/5*y/7%2)*0xFFFFFF,
				0x80123456,
			}[kind]
		}
	}
	return words
}

func decode(t testing.TB, d *Decoder, b []byte, size image.Point) *image.RGBA {
	t.Helper()
	m := image.NewRGBA(image.Rectangle{Max: size.Add(image.Pt(3, 0))})
	if err := d.Decode(m.Pix, m.Stride, size, b); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestThereAndBack: every size, edge and kind of picture comes back bit for bit.
func TestThereAndBack(t *testing.T) {
	var e Encoder
	var d Decoder
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 300 {
		size := image.Pt(1+r.IntN(70), 1+r.IntN(70))
		if i < 9 {
			size = image.Pt(1+i%3, 1+i/3)
		}
		stride := size.X + r.IntN(9)
		words := picture(r, i%4, size, stride)
		b := e.Append([]byte{7}, words, stride, size)
		m := decode(t, &d, b[1:], size)
		for y := range size.Y {
			for x := range size.X {
				p := m.Pix[m.PixOffset(x, y):]
				if got, want := uint32(p[0])<<16|uint32(p[1])<<8|uint32(p[2]), words[y*stride+x]&0xFFFFFF; got != want || p[3] != 0 {
					t.Fatalf("kind %d, %v: pixel %d,%d is %06x, want %06x", i%4, size, x, y, got, want)
				}
			}
		}
	}
}

// TestLength: what is too short or too long is refused.
func TestLength(t *testing.T) {
	size := image.Pt(33, 21)
	b := new(Encoder).Append(nil, picture(rand.New(rand.NewPCG(3, 4)), 1, size, 33), 33, size)
	pix := make([]byte, 4*33*21)
	for n := range len(b) {
		if new(Decoder).Decode(pix, 4*33, size, b[:n]) == nil {
			t.Fatalf("%d of %d bytes are enough", n, len(b))
		}
	}
	if new(Decoder).Decode(pix, 4*33, size, append(b, 0)) == nil {
		t.Error("a byte too many is accepted")
	}
	b[0] |= allFlags + 1
	if new(Decoder).Decode(pix, 4*33, size, b) == nil {
		t.Error("an unknown flag is accepted")
	}
}

func TestNoAllocation(t *testing.T) {
	size := image.Pt(256, 64)
	words := picture(rand.New(rand.NewPCG(5, 6)), 1, size, 256)
	var e Encoder
	var d Decoder
	pix := make([]byte, 4*256*64)
	b := e.Append(nil, words, 256, size)
	write := func() {
		e.Forget()
		b = e.Append(b[:0], words, 256, size)
	}
	if n := testing.AllocsPerRun(10, write); n > 0 {
		t.Errorf("%v allocations to write", n)
	}
	read := func() {
		d.Forget()
		if err := d.Decode(pix, 4*256, size, b); err != nil {
			t.Fatal(err)
		}
	}
	if n := testing.AllocsPerRun(10, read); n > 0 {
		t.Errorf("%v allocations to read", n)
	}
}

func FuzzDecode(f *testing.F) {
	size := image.Pt(9, 5)
	for kind := range 4 {
		f.Add(new(Encoder).Append(nil, picture(rand.New(rand.NewPCG(7, 8)), kind, size, 9), 9, size))
	}
	f.Add([]byte{0, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		pix := make([]byte, 4*9*5)
		new(Decoder).Decode(pix, 4*9, size, b)
	})
}

func Benchmark(b *testing.B) {
	size := image.Pt(1024, 64)
	words := picture(rand.New(rand.NewPCG(9, 10)), 1, size, 1024)
	var e Encoder
	data := e.Append(nil, words, 1024, size)
	b.Run("write", func(b *testing.B) {
		b.SetBytes(3 * 1024 * 64)
		for b.Loop() {
			e.Forget()
			data = e.Append(data[:0], words, 1024, size)
		}
	})
	b.Run("read", func(b *testing.B) {
		b.SetBytes(3 * 1024 * 64)
		var d Decoder
		pix := make([]byte, 4*1024*64)
		for b.Loop() {
			d.Forget()
			if err := d.Decode(pix, 4*1024, size, data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
