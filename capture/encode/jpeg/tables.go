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

// Quantisation tables for quality 50, in rows (T.81 tables K.1 and K.2).
var (
	lumaBase = [64]uint8{
		16, 11, 10, 16, 24, 40, 51, 61,
		12, 12, 14, 19, 26, 58, 60, 55,
		14, 13, 16, 24, 40, 57, 69, 56,
		14, 17, 22, 29, 51, 87, 80, 62,
		18, 22, 37, 56, 68, 109, 103, 77,
		24, 35, 55, 64, 81, 104, 113, 92,
		49, 64, 78, 87, 103, 121, 120, 101,
		72, 92, 95, 98, 112, 100, 103, 99,
	}
	chromaBase = [64]uint8{
		17, 18, 24, 47, 99, 99, 99, 99,
		18, 21, 26, 66, 99, 99, 99, 99,
		24, 26, 56, 99, 99, 99, 99, 99,
		47, 66, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99,
	}
)

// scaled returns a table for a quality, scaled as the IJG's library does it.
func scaled(base *[64]uint8, quality int) (q [64]uint8) {
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
// is |v| / divisor, rounded.
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
		q.bias[i], q.factor[i], q.scale[i] = reciprocal(divisor)
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
func reciprocal(d float64) (bias, factor, scale uint16) {
	_, exponent := math.Frexp(d) // d = fraction * 1<<exponent, 1/2 <= fraction < 1
	f := min(math.Round(math.Ldexp(1/d, 15+exponent)), 1<<16-1)
	return uint16(math.Round(d / 2)), uint16(f), 1 << (17 - exponent)
}

// prepare brings the tables to a quality.
func (e *Encoder) prepare(quality int) {
	if e.quality == quality {
		return
	}
	e.quality = quality
	luma, chroma := scaled(&lumaBase, quality), scaled(&chromaBase, quality)
	e.luma, e.chroma = newQuantiser(&luma), newQuantiser(&chroma)
	e.head = append(e.head[:0], 0xFF, markerSOI)
	e.head = appendQuantisation(e.head, &luma, &chroma)
	e.head = appendHuffman(e.head)
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

func appendQuantisation(b []byte, tables ...*[64]uint8) []byte {
	b = append(b, 0xFF, markerDQT)
	b = binary.BigEndian.AppendUint16(b, uint16(2+65*len(tables)))
	for i, t := range tables {
		b = append(b, byte(i))
		for _, place := range zigzag {
			b = append(b, t[place])
		}
	}
	return b
}
