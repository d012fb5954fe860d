// Package ans writes and reads photographs without loss: codec 4 of the
// statement Photo (package jump/capture/frame). It says in an eighth fewer bytes
// what codec 3 (package jump/capture/lossless) says, in a fourth of the time.
//
// It is not an image codec for all purposes: it knows no file format, no alpha
// and no depth but eight bits, and it is meant for what has many colours. Text
// is cheaper in other statements.
//
// # Layout
//
//	u8 flags        bits 0 to 2 smooth: how green, red and blue are predicted
//	                bit 3 half: what blue is written against; other bits are malformed
//	tables          padded with zeros to a byte
//	u32 × 3         the states of green, red and blue
//	rest            u16 words, as the states call for them
//
// All integers are big endian.
//
// # Samples
//
// A pixel has three samples, in this order: green, d = red minus green, and blue
// minus green, with half less d/2, rounded down, of d taken as -128…127. The
// latter two are written plus 128, and all modulo 256. So what all colours have in
// common, light and the noise of a sensor, is written once.
//
// A sample is predicted from its neighbours of the same kind, left l, up u, upper
// left c and upper right r:
//
//	median (smooth is 0)   min(l,u) if c ≥ max(l,u); max(l,u) if c ≤ min(l,u); else l+u-c (LOCO-I, ITU-T T.87 A.4.1)
//	smooth                 (2l+u+r) / 4, rounded down
//
// Beyond the left edge l and c are u; beyond the right edge r is u. In the first
// row the prediction is l, and 128 for its first pixel.
//
// The difference from the prediction, modulo 256 and taken as -128…127, becomes
// v = 2d, or -2d-1 if it is negative. Its context is how many of seven limits the
// activity |l-c| + |c-u| + |u-r| reaches: 3, 7, 12, 20, 32, 52 and 88 in green, 1, 2,
// 3, 5, 9, 18 and 40 in the others. In the first row it is 7.
//
// # Codes
//
// v is a token and, from 16 on, n lower bits that follow as they are:
//
//	v         0…15   16…31   32…63   64…127   128…255
//	token     0…15   16…23   24…31   32…39    40…47
//	n         0      1       2       3        4
//
// A token of a context is coded with its frequency f, of 4096 in all, by an
// asymmetric numeral system (J. Duda, arXiv:1311.2540): each kind of sample has a
// state of 32 bits, from 65536 up.
//
//	token   the one in whose range of f numbers from s on, in the order of tokens, the lower 12 bits of the
//	        state, m, are; the state becomes f·(state>>12) + m - s
//	n bits  the lower bits of the state, which is shifted right by n
//
// After either, a state below 65536 is shifted left by 16 bits and the next word
// added to it. After the last sample all states are 65536 and all words read: what
// ends otherwise is malformed.
//
// # Tables
//
// For each kind, and in it for each context: a zero if its table is that of the
// photograph before on this display, or a one and a table: 6 bits that say how many
// tokens it has, 0 to 48, the first ones; then, if there are any, the level of the
// first in 6 bits, and of each other the difference from the one before, e, as 2e or
// -2e-1 in a Rice code: without its last bit as ones that a zero ends, then that
// bit. Before the first photograph, and after a Reset, all tables are without tokens.
//
// A level is 0 to 48 and stands for the weight
//
//	w = {1024, 1218, 1448, 1722}[level mod 4] << level/4
//
// The frequency of a token is 4096·w / the sum of w, rounded down, but at least 1.
// What is missing from 4096, or too much, is made up by the largest, the first of
// several. A context without tokens codes token 0 with all 4096.
package ans

import "math/bits"

const (
	flagSmooth = 1 << 0 // of green; of the others the next two
	flagHalf   = 1 << kinds
	allFlags   = 2*flagHalf - 1
)

const (
	kinds     = 3 // of samples
	contexts  = 8
	tables    = kinds * contexts
	grey      = 128
	plainly   = 16 // tokens that are values
	tokens    = 48
	levels    = 49
	scale     = 12 // 1<<scale: the sum of frequencies
	lowest    = 1 << 16
	headLevel = 6 // bits of the first level, and of the number of tokens
)

// limits of the activity, for green and for the others.
var limits = [2][contexts - 1]uint8{{3, 7, 12, 20, 32, 52, 88}, {1, 2, 3, 5, 9, 18, 40}}

func limitsOf(kind int) int { return min(kind, 1) }

// tokenOf is the token of a value.
var tokenOf = func() (of [256]uint8) {
	for v := range of {
		of[v] = uint8(v)
		if v >= plainly {
			e := bits.Len8(uint8(v)) - 1
			of[v] = uint8(plainly + (e-4)*8 + v>>(e-3)&7)
		}
	}
	return of
}()

// rawBits is how many bits follow a token.
func rawBits(token int) int {
	if token < plainly {
		return 0
	}
	return (token-plainly)/8 + 1
}

// leastOf is the least value of a token.
func leastOf(token int) int {
	if token < plainly {
		return token
	}
	return (8 + (token-plainly)&7) << rawBits(token)
}
