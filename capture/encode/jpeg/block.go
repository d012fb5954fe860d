package jpeg

// block is 8 by 8 quantised coefficients in columns: the coefficient of
// vertical frequency v and horizontal frequency h is at h*8+v, because the
// transform does not turn its result back.
type block struct {
	coefficients [64]int16
	nonzero      uint64 // bit i: coefficients[i] is not zero
}

// transposed[k] is the place in a block of the k-th coefficient in zigzag order.
var transposed = func() (t [64]uint8) {
	for k, place := range zigzag {
		t[k] = place%8*8 + place/8
	}
	return t
}()

// spread[i][b] is where the bits of byte i of a block's nonzero go in zigzag
// order.
var spread = func() *[8][256]uint64 {
	var to [64]uint
	for k, place := range transposed {
		to[place] = uint(k)
	}
	s := new([8][256]uint64)
	for i := range s {
		for b := range s[i] {
			for bit := range 8 {
				if b>>bit&1 != 0 {
					s[i][b] |= 1 << to[i*8+bit]
				}
			}
		}
	}
	return s
}()

// order returns nonzero in zigzag order.
func (k *block) order() (z uint64) {
	for i, n := 0, k.nonzero; n != 0; i, n = i+1, n>>8 {
		z |= spread[i&7][n&255]
	}
	return z
}

// Weights of red, green and blue in 1/32768 (ITU-R BT.601, as JFIF has it).
const (
	yr, yg, yb    = 9798, 19235, 3735
	cbr, cbg, cbb = -5529, -10855, 16384
	crr, crg, crb = 16384, -13720, -2664
)

// convertPortable turns 16 by 16 pixels into a unit. A colour difference is
// that of the mean of four pixels.
func convertPortable(p *planes, words []uint32, stride int) {
	for y := range unit {
		row := words[y*stride:][:unit]
		out := p.luma[y*unit:][:unit]
		for x, w := range row {
			r, g, b := int32(w>>16&255), int32(w>>8&255), int32(w&255)
			out[x] = int16((yr*r+yg*g+yb*b+1<<14)>>15 - 128)
		}
	}
	for y := range unit / 2 {
		upper, lower := words[2*y*stride:][:unit], words[(2*y+1)*stride:][:unit]
		out := p.chroma[y*unit:][:unit]
		for x := range unit / 2 {
			r, g, b := int32(0), int32(0), int32(0)
			for _, w := range [4]uint32{upper[2*x], upper[2*x+1], lower[2*x], lower[2*x+1]} {
				r, g, b = r+int32(w>>16&255), g+int32(w>>8&255), b+int32(w&255)
			}
			out[x] = int16((cbr*r + cbg*g + cbb*b + 1<<16) >> 17)
			out[8+x] = int16((crr*r + crg*g + crb*b + 1<<16) >> 17)
		}
	}
}

// Constants of the transform in 1/32768, for scale: 0.382683433 and so on
// (Arai, Agui and Nakajima 1988).
const (
	c382  = 12540 // cos(3π/8)
	c541  = 17734 // cos(π/8) - cos(3π/8)
	c707  = 23170 // cos(π/4)
	c1306 = 10045 // cos(π/8) + cos(3π/8), less 1
)

// scale multiplies by c/32768 and rounds.
func scale(v, c int16) int16 { return int16((int32(v)*int32(c) + 1<<14) >> 15) }

// cosines transforms eight numbers. The k-th output is aan[k]·sqrt(8) times
// that of the orthonormal transform.
func cosines(v *[8]int16) {
	s07, s16, s25, s34 := v[0]+v[7], v[1]+v[6], v[2]+v[5], v[3]+v[4]
	d07, d16, d25, d34 := v[0]-v[7], v[1]-v[6], v[2]-v[5], v[3]-v[4]

	outer, inner := s07+s34, s16+s25
	v[0], v[4] = outer+inner, outer-inner
	outer, inner = s07-s34, s16-s25
	turned := scale(inner+outer, c707)
	v[2], v[6] = outer+turned, outer-turned

	low, middle, high := d34+d25, d25+d16, d16+d07
	z5 := scale(low-high, c382)
	z2 := scale(low, c541) + z5
	z4 := high + scale(high, c1306) + z5
	z3 := scale(middle, c707)
	near, far := d07+z3, d07-z3
	v[5], v[3] = far+z2, far-z2
	v[1], v[7] = near+z4, near-z4
}

// transformPortable transforms and quantises two blocks that lie side by side
// in rows of 16 samples.
func transformPortable(out *[2]block, samples []int16, q *quantiser) {
	for i := range out {
		var m [8][8]int16 // m[column][row]
		for y := range 8 {
			for x := range 8 {
				m[x][y] = samples[y*unit+i*8+x]
			}
		}
		for x := range 8 {
			cosines(&m[x])
		}
		for v := range 8 { // the columns' v-th outputs are a row
			var row [8]int16
			for x := range 8 {
				row[x] = m[x][v]
			}
			cosines(&row)
			for h := range 8 {
				m[h][v] = row[h]
			}
		}
		out[i].quantise(&m, q)
	}
}

func (k *block) quantise(m *[8][8]int16, q *quantiser) {
	k.nonzero = 0
	for i := range 64 {
		v := m[i/8][i%8]
		sign := v >> 15
		a := uint16((v ^ sign) - sign)
		a = uint16(uint32(a+q.bias[i]) * uint32(q.factor[i]) >> 16)
		a = uint16(uint32(a) * uint32(q.scale[i]) >> 16)
		k.coefficients[i] = (int16(a) ^ sign) - sign
		if a != 0 {
			k.nonzero |= 1 << i
		}
	}
}
