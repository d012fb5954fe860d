package jpeg

import (
	"encoding/binary"
	"image"
	"math"
)

// Markers (T.81 table B.1).
const (
	markerSOI  = 0xD8
	markerEOI  = 0xD9
	markerDQT  = 0xDB
	markerSOF0 = 0xC0
	markerDHT  = 0xC4
	markerSOS  = 0xDA
)

// zigzag[k] is the place, in rows, of the k-th coefficient (T.81 figure A.6).
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// The quantisation tables for quality 50, in rows. They are N. Robidoux's of
// ImageMagick, flattened (to the power of 0.35): at the rates of a screen, where noise
// and fine detail are to be seen, photographs then need a tenth less for the same error
// than with his, and a fourth less than with those of T.81 annex K. Colour is finer,
// because it has half the resolution already.
var (
	lumaBase = [64]uint16{
		12, 12, 12, 13, 14, 16, 19, 22,
		12, 12, 13, 14, 16, 17, 18, 21,
		12, 13, 14, 15, 17, 19, 22, 25,
		13, 14, 15, 17, 18, 21, 23, 27,
		14, 16, 17, 18, 20, 22, 25, 28,
		16, 17, 19, 21, 22, 25, 27, 31,
		19, 18, 22, 23, 25, 27, 30, 34,
		22, 21, 25, 27, 28, 31, 34, 38,
	}
	chromaBase = [64]uint16{
		9, 9, 9, 9, 10, 12, 14, 16,
		9, 9, 10, 11, 11, 12, 13, 15,
		9, 10, 10, 11, 12, 14, 16, 19,
		9, 11, 11, 12, 13, 15, 17, 20,
		10, 11, 12, 13, 15, 16, 18, 21,
		12, 12, 14, 15, 16, 18, 20, 23,
		14, 13, 16, 17, 18, 20, 22, 25,
		16, 15, 19, 20, 21, 23, 25, 28,
	}
)

// rounding is from which fraction on a quantised coefficient is rounded up, from 1
// down. Small ones are rare, and dear for what they mend: at half, the same error
// takes a tenth more bytes. The mean of a block (DC) is rounded as ever.
const rounding = 0.38

// scaled returns a table for a quality, scaled as the IJG's library does it.
func scaled(base *[64]uint16, quality int) (q [64]uint8) {
	scale := 200 - 2*quality
	if quality < 50 {
		scale = 5000 / quality
	}
	for i, v := range base {
		q[i] = uint8(min(max((int(v)*scale+50)/100, 1), 255))
	}
	return q
}

// quantiser divides the transform's output by multiplying. It is in the order
// of a block: columns of the picture's frequencies, see transform.
//
//	|v| → ((|v| + bias) * factor >> 16) * scale >> 16
//
// is |v| / divisor, rounded as the bias says.
type quantiser struct {
	bias   [64]uint16
	factor [64]uint16
	scale  [64]uint16
}

// newQuantiser folds the factors that the transform leaves out (aan) into the
// divisors.
func newQuantiser(table *[64]uint8) (q quantiser) {
	for i := range 64 {
		row, column := i%8, i/8 // the block is transposed
		divisor := float64(table[row*8+column]) * aan[row] * aan[column] * 8
		q.factor[i], q.scale[i] = reciprocal(divisor)
		q.bias[i] = uint16(math.Round(divisor * rounding))
		if i == 0 {
			q.bias[i] = uint16(math.Round(divisor / 2))
		}
	}
	return q
}

// aan[k] is what one dimension of the transform leaves its k-th output too
// large by: sqrt(2)·cos(kπ/16), and 1 for k = 0 (Arai, Agui and Nakajima 1988).
var aan = func() (a [8]float64) {
	for k := range a {
		a[k] = math.Sqrt2 * math.Cos(float64(k)*math.Pi/16)
	}
	a[0] = 1
	return a
}()

// reciprocal returns how to divide by d, 2 to 1<<15, with two multiplications of
// which the upper halves count: factor is 1/d with its highest bit set, scale
// takes that back.
func reciprocal(d float64) (factor, scale uint16) {
	_, exponent := math.Frexp(d) // d = fraction * 1<<exponent, 1/2 <= fraction < 1
	f := min(math.Round(math.Ldexp(1/d, 15+exponent)), 1<<16-1)
	return uint16(f), 1 << (17 - exponent)
}

// prepare brings the tables to a quality.
func (e *Encoder) prepare(quality int) {
	if e.quality == quality {
		return
	}
	if e.quality == 0 {
		e.start()
	}
	e.quality = quality
	luma, chroma := scaled(&lumaBase, quality), scaled(&chromaBase, quality)
	e.forLuma, e.forChroma = newQuantiser(&luma), newQuantiser(&chroma)
	e.head = append(e.head[:0], 0xFF, markerSOI)
	e.head = appendQuantisation(e.head, 0, &luma)
	e.head = appendQuantisation(e.head, 1, &chroma)
	e.rest = len(e.head)
	e.head = appendHuffman(e.head, &e.specs)
}

// appendHead appends all up to the entropy-coded data.
func (e *Encoder) appendHead(b []byte, size image.Point) []byte {
	b = append(b, e.head...)
	b = append(b, 0xFF, markerSOF0, 0, 17, 8)
	b = binary.BigEndian.AppendUint16(b, uint16(size.Y))
	b = binary.BigEndian.AppendUint16(b, uint16(size.X))
	// Three components: number, sampling, quantisation table.
	b = append(b, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1)
	// One scan of all three: number, Huffman tables; all 64 coefficients.
	return append(b, 0xFF, markerSOS, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0)
}

func appendQuantisation(b []byte, number byte, table *[64]uint8) []byte {
	b = append(b, 0xFF, markerDQT)
	b = binary.BigEndian.AppendUint16(b, 2+65)
	b = append(b, number)
	for _, place := range zigzag {
		b = append(b, table[place])
	}
	return b
}
