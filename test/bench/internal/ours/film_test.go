package ours

import (
	"image"
	"math"
	"os/exec"
	"testing"
	"time"

	"jump/capture/encode"
	"jump/capture/frame"
	"jump/capture/video"
	"jump/transport/wire"
)

// TestFilms: what the client's encoder makes of moving pictures is seen, each
// picture before the next is made, and a new stream takes over.
func TestFilms(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("needs ffmpeg (make setup)")
	}
	var seen films
	defer seen.close()
	for codec, want := range map[wire.Codecs]uint8{wire.CodecH264: frame.VideoH264, wire.CodecVP8: frame.VideoVP8} {
		ready := make(chan struct{}, 1)
		v := video.New(codec, func() { ready <- struct{}{} })
		if v == nil {
			t.Fatalf("no encoder of codec %d", want)
		}
		for n := range 5 {
			size := image.Pt(128, 96)
			words := clouds(size, n)
			v.Put(words, size.X, size)
			u := taken(t, v, ready)
			if u.Codec != want || u.Key != (n == 0) {
				t.Errorf("unit %d is of codec %d, key %v", n, u.Codec, u.Key)
			}
			got := image.NewRGBA(image.Rectangle{Max: size})
			if err := seen.draw(0, u, got); err != nil {
				t.Fatal(err)
			}
			if db := psnr(words, got); db < 30 {
				t.Errorf("picture %d of codec %d looks like the screen by %.1f dB", n, want, db)
			}
		}
		v.Close()
	}
}

// taken waits for the unit of the picture that was put.
func taken(t *testing.T, v encode.Video, ready <-chan struct{}) frame.Unit {
	t.Helper()
	select {
	case <-ready:
	case <-time.After(decodeWithin):
		t.Fatal("no unit comes")
	}
	u := v.Take()
	if u.Data == nil {
		t.Fatal("the encoder broke off")
	}
	return u
}

// clouds are soft colours that move on with n, as words 0xRRGGBB.
func clouds(size image.Point, n int) []uint32 {
	words := make([]uint32, size.X*size.Y)
	wave := func(v int) uint32 { return uint32(128 + 100*math.Sin(float64(v+4*n)/20)) }
	for i := range words {
		x, y := i%size.X, i/size.X
		words[i] = wave(x)<<16 | wave(x+y)<<8 | wave(y)
	}
	return words
}

func psnr(words []uint32, got *image.RGBA) float64 {
	sum := 0.0
	for i, w := range words {
		for c := range 3 {
			d := float64(uint8(w>>(16-8*c))) - float64(got.Pix[4*i+c])
			sum += d * d
		}
	}
	return 10 * math.Log10(255*255/(sum/float64(3*len(words))))
}
