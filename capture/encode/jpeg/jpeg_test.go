package jpeg

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	stdjpeg "image/jpeg"
	"math"
	"math/rand/v2"
	"sort"
	"testing"
)

// photograph is smooth with some noise, as photographs are.
func photograph(seed uint64, size image.Point, stride int) []uint32 {
	r := rand.New(rand.NewPCG(seed, 7))
	words := make([]uint32, stride*size.Y)
	for i := range words {
		x, y := float64(i%stride), float64(i/stride)
		level := func(fx, fy, p float64) uint32 {
			v := 128 + 90*math.Sin(x*fx+p)*math.Cos(y*fy) + 12*r.NormFloat64()
			return uint32(min(max(v, 0), 255))
		}
		words[i] = r.Uint32()<<24 | level(0.031, 0.02, 0)<<16 | level(0.02, 0.043, 1)<<8 | level(0.05, 0.011, 2)
	}
	return words
}

func picture(words []uint32, stride int, size image.Point) *image.RGBA {
	img := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			w := words[y*stride+x]
			img.SetRGBA(x, y, color.RGBA{byte(w >> 16), byte(w >> 8), byte(w), 255})
		}
	}
	return img
}

// psnr compares two pictures, in dB.
func psnr(t *testing.T, a, b image.Image) float64 {
	t.Helper()
	if a.Bounds().Size() != b.Bounds().Size() {
		t.Fatalf("sizes %v and %v", a.Bounds(), b.Bounds())
	}
	var sum, n float64
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			for _, d := range [3]float64{float64(r1>>8) - float64(r2>>8), float64(g1>>8) - float64(g2>>8), float64(b1>>8) - float64(b2>>8)} {
				sum, n = sum+d*d, n+1
			}
		}
	}
	return 10 * math.Log10(255*255*n/max(sum, 1e-9))
}

func decode(t *testing.T, b []byte) image.Image {
	t.Helper()
	img, err := stdjpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestLikeStandard: the standard library reads what is written, and finds it as
// good as its own in as many bytes.
func TestLikeStandard(t *testing.T) {
	var e Encoder
	for _, size := range []image.Point{{1, 1}, {15, 17}, {16, 16}, {64, 64}, {200, 131}, {333, 48}} {
		for _, quality := range []int{1, 25, 50, 75, 90, MaxQuality} {
			words := photograph(uint64(quality), size, size.X+3)
			want := picture(words, size.X+3, size)
			ours := e.Append([]byte("before"), words, size.X+3, size, quality)
			if !bytes.HasPrefix(ours, []byte("before")) {
				t.Fatal("what was there before is not there any more")
			}
			ours = ours[len("before"):]
			if quality == 1 || size.X == 1 {
				decode(t, ours) // what little there is, is mostly tables
				continue
			}
			theirs := standard(t, want, len(ours))
			if a, b := psnr(t, want, decode(t, ours)), psnr(t, want, decode(t, theirs)); a < b-0.25 {
				t.Errorf("%v at %d: %.2f dB in %d bytes, the standard library %.2f dB in %d", size, quality, a, len(ours), b, len(theirs))
			}
		}
	}
}

// standard returns the best of the standard library that takes no more than so
// many bytes, or its smallest.
func standard(t *testing.T, m image.Image, bytes int) (best []byte) {
	t.Helper()
	sort.Search(100, func(less int) bool {
		b := written(t, m, 100-less)
		if best == nil || len(b) <= bytes || len(b) < len(best) {
			best = b
		}
		return len(b) <= bytes
	})
	return best
}

func written(t *testing.T, m image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := stdjpeg.Encode(&b, m, &stdjpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestLearns: what is written for the second time takes fewer bytes, for the
// tables fit, and says the same. What is told from then on is read too, even if it
// is like nothing before.
func TestLearns(t *testing.T) {
	var e Encoder
	size := image.Pt(640, 480)
	words := photograph(1, size, size.X)
	first := e.Append(nil, words, size.X, size, 50)
	again := e.Append(nil, words, size.X, size, 50)
	if len(again) >= len(first)-len(first)/50 {
		t.Errorf("%d bytes, then %d", len(first), len(again))
	}
	if a, b := decode(t, first), decode(t, again); !math.IsInf(psnr(t, a, b), 1) && psnr(t, a, b) < 100 {
		t.Errorf("another picture: %.1f dB", psnr(t, a, b))
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range words {
		words[i] = r.Uint32()
	}
	decode(t, e.Append(nil, words, size.X, size, MaxQuality))
}

// TestLengths: whatever the weights, no code is longer than 16 bits, every value has
// one, and one of ones alone remains free.
func TestLengths(t *testing.T) {
	for _, weight := range []func(i int) uint32{
		func(int) uint32 { return 1 },
		func(i int) uint32 { return 1 << min(i, 24) },
		func(i int) uint32 { return uint32(math.Pow(1.618, float64(min(i, 32)))) + 1 },
	} {
		var h huffman
		h.begin()
		for i, v := range examples[1].values {
			h.weight[v] = weight(i)
		}
		h.lengthen()
		var s spec
		h.spec(&s)
		left, seen := 1<<16, map[byte]bool{}
		s.each(func(value byte, _, length uint32) {
			left -= 1 << (16 - length)
			seen[value] = true
		})
		if left < 1 || len(seen) != len(examples[1].values) || len(s.values) != len(seen) {
			t.Errorf("%d of 65536 codes left, %d values", left, len(seen))
		}
	}
}

// coarsest is the PSNR in dB that quantising alone can bring a picture down to: a
// coefficient is off by a part of its step that rounding leaves, the transform keeps squares, and
// an error in the colours counts up to 1.91 times in red, green and blue.
func coarsest(quality int) float64 {
	var sum float64
	for _, step := range scaled(&lumaBase, quality) {
		sum += math.Pow((1-rounding)*float64(step), 2)
	}
	return 10 * math.Log10(255*255/((1+1.91)*sum/64))
}

// TestExtremes: pictures that drive every sum to its bounds are as good as the
// standard library's, or as the table allows where that is coarser than its own.
func TestExtremes(t *testing.T) {
	var e Encoder
	size := image.Pt(32, 32)
	r := rand.New(rand.NewPCG(1, 2))
	for i, f := range []func(x, y int) uint32{
		func(int, int) uint32 { return 0 },
		func(int, int) uint32 { return 0xFFFFFF },
		func(x, y int) uint32 { return uint32(x+y) & 1 * 0xFFFFFF },
		func(x, _ int) uint32 { return uint32(x) & 1 * 0xFFFFFF },
		func(x, y int) uint32 { return uint32(x>>2+y>>2) & 1 * 0xFF00FF },
		func(int, int) uint32 { return r.Uint32N(2) * 0xFFFFFF },
		func(int, int) uint32 { return r.Uint32() },
	} {
		words := make([]uint32, size.X*size.Y)
		for j := range words {
			words[j] = f(j%size.X, j/size.X)
		}
		want := picture(words, size.X, size)
		got := decode(t, e.Append(nil, words, size.X, size, MaxQuality))
		var theirs bytes.Buffer
		if err := stdjpeg.Encode(&theirs, want, &stdjpeg.Options{Quality: MaxQuality}); err != nil {
			t.Fatal(err)
		}
		a, b := psnr(t, want, got), psnr(t, want, decode(t, theirs.Bytes()))
		if a < min(b-0.5, max(b-8, coarsest(MaxQuality))) {
			t.Errorf("picture %d: %.2f dB, the standard library %.2f, by the table %.2f", i, a, b, coarsest(MaxQuality))
		}
	}
}

// TestSameBytes: the fast form and the portable one agree to the last bit.
func TestSameBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	words := make([]uint32, unit*(unit+5))
	for round := range 2000 {
		for i := range words {
			words[i] = r.Uint32()
			if round%3 == 0 {
				words[i] = r.Uint32N(2) * 0xFFFFFFFF
			}
		}
		var a, b planes
		convert(&a, words, unit+5)
		convertPortable(&b, words, unit+5)
		if a != b {
			t.Fatalf("round %d: other samples", round)
		}
		table := scaled(&lumaBase, 1+round%100)
		q := newQuantiser(&table)
		var x, y [2]block
		transform(&x, a.luma[:], &q)
		transformPortable(&y, a.luma[:], &q)
		if x != y {
			t.Fatalf("round %d: other coefficients\n%v\n%v", round, x, y)
		}
	}
}

// TestReciprocal: multiplying divides, for every divisor that there can be.
func TestReciprocal(t *testing.T) {
	for d := 2.0; d <= 255*8*2; d += 0.37 {
		bias := uint16(math.Round(d / 2))
		factor, scale := reciprocal(d)
		for v := uint32(0); v+uint32(bias) < 1<<15; v += 1 + v/64 {
			got := (v + uint32(bias)) * uint32(factor) >> 16 * uint32(scale) >> 16
			if exact := float64(v) / d; math.Abs(float64(got)-exact) > 0.5+0.51/d+exact/32768 {
				t.Fatalf("%d / %.2f = %d", v, d, got)
			}
		}
	}
}

// TestStuffing: every byte 0xFF of the data is followed by a zero.
func TestStuffing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		var w bitWriter
		w.begin(nil)
		var want []byte // one byte a bit
		for range 100 {
			n := 1 + r.Uint32N(27)
			v := (1<<n - 1) &^ (r.Uint32N(2) << r.Uint32N(n))
			w.put(v, n)
			for i := range n {
				want = append(want, byte(v>>(n-1-i)&1))
			}
		}
		for len(want)%8 != 0 {
			want = append(want, 1)
		}
		var bytes []byte
		for ; len(want) > 0; want = want[8:] {
			var c byte
			for _, bit := range want[:8] {
				c = c<<1 | bit
			}
			if bytes = append(bytes, c); c == 0xFF {
				bytes = append(bytes, 0)
			}
		}
		if got := w.end(); string(got) != string(bytes) {
			t.Fatalf("%x, want %x", got, bytes)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	size := image.Pt(1920, 1080)
	words := photograph(1, size, size.X)
	for _, name := range []string{"fast", "portable", "standard"} {
		b.Run(name, func(b *testing.B) {
			run(b, name, words, size)
		})
	}
}

func run(b *testing.B, name string, words []uint32, size image.Point) {
	var e Encoder
	var buf []byte
	var standard bytes.Buffer
	img := picture(words, size.X, size)
	defer portably(name == "portable")()
	b.ReportAllocs()
	for b.Loop() {
		if name == "standard" {
			standard.Reset()
			if err := stdjpeg.Encode(&standard, img, &stdjpeg.Options{Quality: 75}); err != nil {
				b.Fatal(err)
			}
			continue
		}
		buf = e.Append(buf[:0], words, size.X, size, 75)
	}
	b.ReportMetric(float64(max(len(buf), standard.Len())), "bytes")
}

func ExampleEncoder() {
	var e Encoder
	size := image.Pt(2, 1)
	file := e.Append(nil, []uint32{0xFF0000, 0xFF0000}, 2, size, 90)
	c, err := stdjpeg.DecodeConfig(bytes.NewReader(file))
	fmt.Println(c.Width, c.Height, err)
	// Output: 2 1 <nil>
}
