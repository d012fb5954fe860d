package decode_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"image"
	"os"
	"testing"

	"jump/capture/decode"
	"jump/capture/frame"
	"jump/transport/wire"
)

type golden struct {
	Name     string
	Coding   wire.Coding
	Epoch    uint32
	Displays []wire.Display
	Frames   [][]byte
	Error    string
	Exact    bool
	Pictures []struct {
		Display   uint8
		SHA256    string
		Samples   [][5]int
		Tolerance int
	}
}

func goldens(t testing.TB) []golden {
	t.Helper()
	b, err := os.ReadFile("../frame/testdata/goldens.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []golden }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

func (g golden) decoder(t testing.TB) *decode.Decoder {
	t.Helper()
	d, err := decode.New(&wire.Displays{Format: frame.Version, Coding: g.Coding, Epoch: g.Epoch, Displays: g.Displays})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func rgb(p *image.RGBA) []byte {
	var out []byte
	for i := 0; i < len(p.Pix); i += 4 {
		out = append(out, p.Pix[i:i+3]...)
	}
	return out
}

func TestGoldens(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.Name, func(t *testing.T) {
			d := g.decoder(t)
			for i, b := range g.Frames {
				err := d.Frame(b)
				refused := g.Error != "" && i == len(g.Frames)-1
				if (err != nil) != refused {
					t.Fatalf("frame %d: %v, refusal wanted: %v", i, err, refused)
				}
			}
			checkPictures(t, g, d)
		})
	}
}

func checkPictures(t *testing.T, g golden, d *decode.Decoder) {
	for _, p := range g.Pictures {
		got := rgb(d.Image(p.Display))
		sum := sha256.Sum256(got)
		if p.SHA256 != "" && hex.EncodeToString(sum[:]) != p.SHA256 {
			t.Errorf("display %d shows another picture", p.Display)
		}
		for _, s := range p.Samples {
			c := d.At(p.Display, s[0], s[1])
			for i, v := range []int{int(c >> 16), int(c >> 8 & 255), int(c & 255)} {
				if diff := v - s[2+i]; diff > p.Tolerance || -diff > p.Tolerance {
					t.Errorf("pixel %v is %06x", s, c)
				}
			}
		}
		if d.Exact(p.Display) != g.Exact {
			t.Errorf("display %d: exact is %v", p.Display, !g.Exact)
		}
	}
}

func TestNew(t *testing.T) {
	one := []wire.Display{{Width: 8, Height: 8}}
	for name, d := range map[string]*wire.Displays{
		"no display":     {Format: frame.Version},
		"unknown format": {Format: 99, Displays: one},
		"unknown coding": {Format: frame.Version, Coding: 9, Displays: one},
	} {
		if _, err := decode.New(d); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestBlackAtFirst(t *testing.T) {
	d := golden{Displays: []wire.Display{{ID: 3, Width: 8, Height: 8}}}.decoder(t)
	if d.At(3, 7, 7) != 0 || d.At(3, 8, 8) != 0 || d.At(4, 0, 0) != 0 || d.Image(4) != nil || d.Exact(3) {
		t.Error("a new picture is not black and inexact")
	}
	if c := d.Image(3).RGBAAt(0, 0); c.A != 255 {
		t.Error("a new picture is transparent")
	}
}

// TestCacheIsBounded: sixteen displays cannot hold sixteen times the memory.
func TestCacheIsBounded(t *testing.T) {
	g := golden{Displays: []wire.Display{{ID: 1, Width: 512, Height: 512}, {ID: 2, Width: 512, Height: 512}}}
	d := g.decoder(t)
	var err error
	n := 0
	for ; err == nil && n < 2*frame.Slots/64; n++ {
		var plain []byte
		for i := range 64 {
			plain = frame.AppendStore(plain, i, (n/2*64+i)%frame.Slots)
		}
		h := frame.Header{Display: uint8(1 + n%2), Plain: uint32(len(plain)), Packed: uint32(len(plain))}
		err = d.Frame(append(h.Append(nil), plain...))
	}
	if err == nil || n != frame.Slots/64+1 {
		t.Errorf("%d frames of 64 tiles were kept, then: %v", n, err)
	}
}

func FuzzFrames(f *testing.F) {
	for _, g := range goldens(f) {
		first := []byte{}
		if len(g.Frames) > 1 {
			first = g.Frames[0]
		}
		if last := g.Frames[len(g.Frames)-1]; len(first)+len(last) < 20000 {
			f.Add(uint8(g.Coding), first, last)
		}
	}
	f.Fuzz(func(t *testing.T, coding uint8, a, b []byte) {
		d, err := decode.New(&wire.Displays{Format: frame.Version, Coding: wire.Coding(coding % 3), Epoch: 3,
			Displays: []wire.Display{{Width: 150, Height: 100}}})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if d.Frame(a) == nil {
			_ = d.Frame(b)
		}
		pix := d.Image(0).Pix
		for i := 3; i < len(pix); i += 4 {
			if pix[i] != 255 {
				t.Fatal("a pixel became transparent")
			}
		}
	})
}

func BenchmarkGradient(b *testing.B) {
	g := golden{Displays: []wire.Display{{Width: 1920, Height: 1080}}}
	d := g.decoder(b)
	plain := frame.AppendGradient(nil, image.Rect(0, 0, 1920, 1080), make([]uint32, 1920*1080), 1920)
	h := frame.Header{Plain: uint32(len(plain)), Packed: uint32(len(plain))}
	body := append(h.Append(nil), plain...)
	b.SetBytes(1920 * 1080 * 4)
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Frame(body); err != nil {
			b.Fatal(err)
		}
	}
}
