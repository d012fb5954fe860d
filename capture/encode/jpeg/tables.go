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

// base is the quantisation table for quality 50, in rows, of luma and chroma
// alike: N. Robidoux's of ImageMagick, which mozjpeg has as its default. At the
// same error, photographs need a sixth less than with the tables of T.81 annex K.
var base = [64]uint16{
	16, 16, 16, 18, 25, 37, 56, 85,
	16, 17, 20, 27, 34, 40, 53, 75,
	16, 20, 24, 31, 43, 62, 91, 135,
	18, 27, 31, 40, 53, 74, 106, 156,
	25, 34, 43, 53, 69, 94, 131, 189,
	37, 40, 62, 74, 94, 124, 169, 238,
	56, 53, 91, 106, 131, 169, 226, 311,
	85, 75, 135, 156, 189, 238, 311, 418,
}

// rounding is from which fraction on a quantised coefficient is rounded up, from 1
// down. Small ones are rare, and dear for what they mend: at half, the same error
// takes a tenth more bytes. The mean of a block (DC) is rounded as ever.
const rounding = 0.42

// scaled returns a table for a quality, scaled as the IJG's library does it.
func scaled(quality int) (q [64]uint8) {
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
	e.quality = quality
	table := scaled(quality)
	e.quantiser = newQuantiser(&table)
	e.head = append(e.head[:0], 0xFF, markerSOI)
	e.head = appendQuantisation(e.head, &table)
	e.head = appendHuffman(e.head)
}

// appendHead appends all up to the entropy-coded data.
func (e *Encoder) appendHead(b []byte, size image.Point) []byte {
	b = append(b, e.head...)
	b = append(b, 0xFF, markerSOF0, 0, 17, 8)
	b = binary.BigEndian.AppendUint16(b, uint16(size.Y))
	b = binary.BigEndian.AppendUint16(b, uint16(size.X))
	// Three components: number, sampling, quantisation table.
	b = append(b, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0)
	// One scan of all three: number, Huffman tables; all 64 coefficients.
	return append(b, 0xFF, markerSOS, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0)
}

func appendQuantisation(b []byte, table *[64]uint8) []byte {
	b = append(b, 0xFF, markerDQT)
	b = binary.BigEndian.AppendUint16(b, 2+65)
	b = append(b, 0) // its number
	for _, place := range zigzag {
		b = append(b, table[place])
	}
	return b
}
