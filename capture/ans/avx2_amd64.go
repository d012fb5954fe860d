package ans

import "golang.org/x/sys/cpu"

var fast = cpu.X86.HasAVX2

// wide is how many samples are taken at once.
const wide = 32

func split(green, red, blue []uint8, words []uint32, half bool) {
	n := 0
	if fast && len(words) >= wide {
		n = len(words) &^ (wide - 1)
		_, _, _ = green[n-1], red[n-1], blue[n-1]
		splitAVX2(&green[0], &red[0], &blue[0], &words[0], n, half)
	}
	splitPortable(green[n:], red[n:], blue[n:], words[n:], half)
}

func residuals(out []uint16, up, now []uint8, smooth bool, limits *[contexts - 1]uint8) {
	n := 0
	if fast && len(out) >= wide {
		n = len(out) &^ (wide - 1)
		_, _ = up[margin+n], now[margin+n-1]
		residualsAVX2(&out[0], &up[margin], &now[margin], n, smooth, limits)
	}
	residualsPortable(out[n:], up[n:], now[n:], smooth, limits)
}

// splitAVX2 is splitPortable of n pixels, a multiple of wide.
//
//go:noescape
func splitAVX2(green, red, blue *uint8, words *uint32, n int, half bool)

// residualsAVX2 is residualsPortable of n samples, a multiple of wide; up and now
// point behind their margins.
//
//go:noescape
func residualsAVX2(out *uint16, up, now *uint8, n int, smooth bool, limits *[contexts - 1]uint8)
