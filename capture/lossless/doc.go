// Package lossless writes and reads photographs without loss: codec 3 of the
// statement Photo (package jump/capture/frame). A photograph of a screen costs
// about two thirds of what the same residuals cost behind zstd, and less time.
// Viewers of picture format 2 read it; newer ones read package jump/capture/ans,
// which costs less of both.
//
// It is not an image codec for all purposes: it knows no file format, no alpha
// and no depth but eight bits, and it is meant for what has many colours. Text
// is cheaper in other statements.
//
// # Layout
//
//	u8 predictor    0 median, 1 smooth; others are malformed
//	rest            codes, most significant bit first; the last byte is padded with zeros
//
// Pixels come in rows: of each row first all samples of green, then red minus
// green plus 128, then blue minus green plus 128, each modulo 256; so what all
// colours have in common, light and the noise of a sensor, is written once. A
// sample is predicted from its neighbours of the same kind, left l, up u, upper
// left c and upper right r:
//
//	median   min(l,u) if c ≥ max(l,u); max(l,u) if c ≤ min(l,u); else l+u-c (LOCO-I, ITU-T T.87 A.4.1)
//	smooth   (2l+u+r) / 4, rounded down
//
// Beyond the left edge l and c are u; beyond the right edge r is u; in the first
// row u, c and r are l, and before its first pixel all are 128.
//
// The difference from the prediction, modulo 256 and taken as -128…127, becomes
// v = 2d, or -2d-1 if it is negative. It is written in a Golomb code whose
// parameter k follows the differences of late, in one of eight contexts for each
// kind of sample: the context is how many of the limits 3, 7, 12, 20, 32, 52 and
// 88 the activity |l-c| + |c-u| + |u-r| reaches. A context has a count n, at
// first 1, and a sum a, at first 8; k is the least number from 0 to 7 for which n·2^k ≥ a.
//
//	v>>k < 12     v>>k ones, a zero, the k lower bits of v
//	otherwise     12 ones, v in eight bits
//
// Afterwards a grows by |d| and n by 1; when n reaches 64, both are halved.
package lossless

// Predictors.
const (
	median = 0
	smooth = 1
)

const (
	limit    = 12 // ones that announce a sample in full
	halving  = 64
	contexts = 8
	kinds    = 3 // of samples
	grey     = 128
)

// context adapts the length of codes to what came before.
type context struct {
	n, a uint16
}

// model is the state of a photograph.
type model [kinds * contexts]context

func (m *model) begin() {
	for i := range m {
		m[i] = context{1, 8}
	}
}

// parameter returns k.
func (c *context) parameter() uint {
	k := uint(0)
	for n := c.n; n < c.a && k < 7; n <<= 1 {
		k++
	}
	return k
}

// learn takes the difference whose code was v.
func (c *context) learn(v uint32) {
	c.a += uint16(v+1) >> 1
	if c.n++; c.n == halving {
		c.n, c.a = c.n/2, c.a/2
	}
}

// level is the context of an activity.
var level = func() (of [3*255 + 1]uint8) {
	for a := range of {
		for _, least := range []int{3, 7, 12, 20, 32, 52, 88} {
			if a >= least {
				of[a]++
			}
		}
	}
	return of
}()

func activity(l, u, c, r uint8) int {
	return distance(l, c) + distance(c, u) + distance(u, r)
}

func distance(a, b uint8) int {
	d := int(a) - int(b)
	return max(d, -d)
}

func predict(predictor uint8, l, u, c, r uint8) uint8 {
	if predictor == smooth {
		return uint8((2*uint(l) + uint(u) + uint(r)) / 4)
	}
	low, high := min(l, u), max(l, u)
	switch {
	case c >= high:
		return low
	case c <= low:
		return high
	}
	return l + u - c
}

// rows are the samples of two rows, of each kind apart, with one sample more at
// both ends.
type rows struct {
	up, now [kinds][]uint8
}

// begin makes room for rows of w pixels, the one above the first all grey.
func (r *rows) begin(w int) {
	for k := range kinds {
		r.up[k], r.now[k] = sized(r.up[k], w+2), sized(r.now[k], w+2)
	}
}

func sized(b []uint8, n int) []uint8 {
	if cap(b) < n {
		return make([]uint8, n)
	}
	return b[:n]
}

// next makes the row at hand the one above, with its ends repeated.
func (r *rows) next() {
	r.up, r.now = r.now, r.up
	for k := range kinds {
		up := r.up[k]
		up[0], up[len(up)-1] = up[1], up[len(up)-2]
	}
}
