package frame_test

import (
	"bytes"
	"compress/flate"
	"image"
	"image/color"
	"image/jpeg"
	"testing"

	"github.com/klauspost/compress/zstd"

	"jump/capture/ans"
	"jump/capture/frame"
	"jump/capture/lossless"
)

// Codings, as wire.Coding numbers them.
const (
	none    = 0
	deflate = 1
	zstdc   = 2
)

// pen writes the frames of one display and, beside that, draws the picture
// that they mean in the plainest way there is: pixel by pixel.
type pen struct {
	t       testing.TB
	id      uint8
	size    image.Point
	picture [][]uint32
	slots   map[int][][]uint32
	plain   []byte
	blobs   []byte
	ans     ans.Encoder
	packed  bytes.Buffer
	squeeze interface {
		Write([]byte) (int, error)
		Flush() error
	}
}

func newPen(t testing.TB, id uint8, w, h, coding int) *pen {
	p := &pen{t: t, id: id, size: image.Pt(w, h), slots: map[int][][]uint32{}}
	for range h {
		p.picture = append(p.picture, make([]uint32, w))
	}
	p.begin(coding)
	return p
}

func (p *pen) begin(coding int) {
	p.packed.Reset()
	var err error
	switch coding {
	case deflate:
		p.squeeze, err = flate.NewWriter(&p.packed, 6)
	case zstdc:
		p.squeeze, err = zstd.NewWriter(&p.packed, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithEncoderCRC(false))
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// frame ends a frame and returns its body.
func (p *pen) frame(sequence, epoch uint32, flags uint8) []byte {
	packed := p.plain
	if p.squeeze != nil {
		p.packed.Reset()
		p.squeeze.Write(p.plain)
		if err := p.squeeze.Flush(); err != nil {
			p.t.Fatal(err)
		}
		packed = p.packed.Bytes()
	}
	h := frame.Header{Sequence: sequence, Epoch: epoch, Time: 1000 * uint64(sequence), Display: p.id, Flags: flags,
		Plain: uint32(len(p.plain)), Packed: uint32(len(packed))}
	b := append(append(h.Append(nil), packed...), p.blobs...)
	p.plain, p.blobs = p.plain[:0], p.blobs[:0]
	return b
}

func (p *pen) paint(r image.Rectangle, f func(x, y int) uint32) {
	for y := range r.Dy() {
		for x := range r.Dx() {
			p.picture[r.Min.Y+y][r.Min.X+x] = f(x, y)
		}
	}
}

func (p *pen) cut(r image.Rectangle) [][]uint32 {
	var out [][]uint32
	for y := r.Min.Y; y < r.Max.Y; y++ {
		out = append(out, append([]uint32(nil), p.picture[y][r.Min.X:r.Max.X]...))
	}
	return out
}

func (p *pen) words(r image.Rectangle) []uint32 {
	var out []uint32
	for _, row := range p.cut(r) {
		for _, c := range row {
			out = append(out, c|0xA5000000) // the upper bits do not matter
		}
	}
	return out
}

func (p *pen) copy(r image.Rectangle, from image.Point) {
	p.plain = frame.AppendCopy(p.plain, r, from)
	old := p.cut(image.Rectangle{Min: from, Max: from.Add(r.Size())})
	p.paint(r, func(x, y int) uint32 { return old[y][x] })
}

func (p *pen) fill(r image.Rectangle, c uint32) {
	p.plain = frame.AppendFill(p.plain, r, c)
	p.paint(r, func(int, int) uint32 { return c })
}

func (p *pen) palette(r image.Rectangle, colours []uint32, f func(x, y int) int) {
	var indices []byte
	for y := range r.Dy() {
		for x := range r.Dx() {
			indices = append(indices, byte(f(x, y)))
		}
	}
	p.plain = frame.AppendPalette(p.plain, r, colours, indices)
	p.paint(r, func(x, y int) uint32 { return colours[f(x, y)] })
}

func (p *pen) plainly(r image.Rectangle, f func(x, y int) uint32) {
	p.paint(r, f)
	p.plain = frame.AppendPlain(p.plain, r, p.words(r), r.Dx())
}

func (p *pen) gradient(r image.Rectangle, f func(x, y int) uint32) {
	p.paint(r, f)
	p.plain = frame.AppendGradient(p.plain, r, p.words(r), r.Dx())
}

func (p *pen) store(tile, slot int) {
	p.plain = frame.AppendStore(p.plain, tile, slot)
	p.slots[slot] = p.cut(frame.Tile(p.size, tile))
}

func (p *pen) cached(tile, slot int) {
	p.plain = frame.AppendCached(p.plain, tile, slot)
	p.paint(frame.Tile(p.size, tile), func(x, y int) uint32 { return p.slots[slot][y][x] })
}

func (p *pen) photo(r image.Rectangle, codec uint8, f func(x, y int) uint32) {
	p.paint(r, f)
	img := image.NewRGBA(image.Rectangle{Max: r.Size()})
	for y := range r.Dy() {
		for x := range r.Dx() {
			c := f(x, y)
			img.SetRGBA(x, y, color.RGBA{byte(c >> 16), byte(c >> 8), byte(c), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		p.t.Fatal(err)
	}
	blob := b.Bytes()
	if codec == frame.PhotoAbridged {
		var err error
		if blob, _, err = frame.Abridge(nil, nil, blob); err != nil {
			p.t.Fatal(err)
		}
	}
	p.plain = frame.AppendPhoto(p.plain, r, codec, len(blob))
	p.blobs = append(p.blobs, blob...)
}

// part draws the part of a slot that lies in its tile where r does.
func (p *pen) part(r image.Rectangle, slot int) {
	p.plain = frame.AppendPart(p.plain, r, slot)
	from := r.Min.Sub(frame.Tile(p.size, frame.TileAt(p.size, r.Min)).Min)
	p.paint(r, func(x, y int) uint32 { return p.slots[slot][from.Y+y][from.X+x] })
}

// exactly draws a photograph without loss.
func (p *pen) exactly(codec uint8, r image.Rectangle, f func(x, y int) uint32) {
	p.paint(r, f)
	var blob []byte
	if codec == frame.PhotoANS {
		blob = p.ans.Append(nil, p.words(r), r.Dx(), r.Size())
	} else {
		blob = new(lossless.Encoder).Append(nil, p.words(r), r.Dx(), r.Size())
	}
	p.plain = frame.AppendPhoto(p.plain, r, codec, len(blob))
	p.blobs = append(p.blobs, blob...)
}

// rgb returns the picture as r g b bytes in rows.
func (p *pen) rgb() []byte {
	var out []byte
	for _, row := range p.picture {
		for _, c := range row {
			out = append(out, byte(c>>16), byte(c>>8), byte(c))
		}
	}
	return out
}

// Patterns to draw.
func noise(seed uint32) func(x, y int) uint32 {
	return func(x, y int) uint32 {
		v := seed ^ uint32(x)*2654435761 ^ uint32(y)*2246822519
		v ^= v >> 15
		v *= 2246822519
		return (v ^ v>>13) & 0xFFFFFF
	}
}

func slope(x, y int) uint32 {
	return uint32(40+x)<<16 | uint32(60+y)<<8 | uint32(120+(x+y)/2)
}
