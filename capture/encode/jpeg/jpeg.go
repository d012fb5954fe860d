// Package jpeg writes baseline JPEG (ITU-T T.81) of 32-bit pixels, 4:2:0, with
// Huffman tables that follow what was written and one quantisation table: one thing, fast and without
// allocation, because the photographs on a screen are the dearest part of it.
//
// It is not an image codec for all purposes: it does not read, it knows no
// image.Image, no progressive or grey pictures, and no other sampling.
// Standard decoders read what it writes.
//
// A picture is coded in units of 16 by 16 pixels: convert (to YCbCr, colour at
// half the resolution), transform (cosine transform and quantisation of two
// blocks at once), code (Huffman). The first two have an AVX2 form, which
// gives the same bytes as the portable one.
package jpeg

import "image"

// unit is the side of what is coded at once: four blocks of luma and one of
// each chroma.
const unit = 16

// Encoder writes pictures and keeps the tables of the quality it used last. The
// zero value is ready. It is not safe for concurrent use.
type Encoder struct {
	quality            int // of tables; 0: none yet
	forLuma, forChroma quantiser
	head               []byte // SOI to DHT of that quality
	rest               int    // where the latter begins

	luma, chroma codes
	specs        [4]spec // of those
	better       [4]spec // that may follow
	look         int     // after how many blocks
	huffman      huffman

	planes planes
	blocks [2]block
	edge   [unit * unit]uint32 // a unit that reaches beyond the picture
	bits   bitWriter
}

// planes is one unit in YCbCr, level-shifted to -128…127: 16 rows of luma, then
// 8 rows of 8 Cb and 8 Cr.
type planes struct {
	luma   [unit * unit]int16
	chroma [unit * unit / 2]int16
}

// MaxQuality is the highest quality. Beyond it the transform's 16 bits would
// show, and lossless codings cost less.
const MaxQuality = 95

// Append appends the JPEG of a picture to b: size pixels 0xXXRRGGBB, rows
// stride words apart. Quality is 1 to MaxQuality, on the scale of image/jpeg;
// both sides of size are 1 to 65535.
func (e *Encoder) Append(b []byte, words []uint32, stride int, size image.Point, quality int) []byte {
	e.prepare(min(max(quality, 1), MaxQuality))
	b = e.appendHead(b, size)
	e.bits.begin(b)
	var last [3]int // DC coefficients of the unit before
	for y := 0; y < size.Y; y += unit {
		for x := 0; x < size.X; x += unit {
			e.unit(words, stride, size, image.Pt(x, y), &last)
		}
	}
	e.learn()
	return append(e.bits.end(), 0xFF, markerEOI)
}

// unit codes the unit at p.
func (e *Encoder) unit(words []uint32, stride int, size, p image.Point, last *[3]int) {
	if p.X+unit <= size.X && p.Y+unit <= size.Y {
		convert(&e.planes, words[p.Y*stride+p.X:], stride)
	} else {
		e.repeatEdge(words, stride, size, p)
		convert(&e.planes, e.edge[:], unit)
	}
	for half := range 2 { // of the luma: two blocks above, two below
		transform(&e.blocks, e.planes.luma[half*8*unit:], &e.forLuma)
		last[0] = e.bits.block(&e.blocks[0], last[0], &e.luma)
		last[0] = e.bits.block(&e.blocks[1], last[0], &e.luma)
	}
	transform(&e.blocks, e.planes.chroma[:], &e.forChroma)
	last[1] = e.bits.block(&e.blocks[0], last[1], &e.chroma)
	last[2] = e.bits.block(&e.blocks[1], last[2], &e.chroma)
}

// repeatEdge fills e.edge with the unit at p; what lies beyond the picture
// repeats its last pixels, which costs the fewest bits.
func (e *Encoder) repeatEdge(words []uint32, stride int, size, p image.Point) {
	for y := range unit {
		row := words[min(p.Y+y, size.Y-1)*stride:][:size.X]
		out := e.edge[y*unit:][:unit]
		n := copy(out, row[p.X:])
		for i := n; i < unit; i++ {
			out[i] = row[size.X-1]
		}
	}
}
