//go:build !amd64

package ans

func split(green, red, blue []uint8, words []uint32, half bool) {
	splitPortable(green, red, blue, words, half)
}

func residuals(out []uint16, up, now []uint8, smooth bool, limits *[contexts - 1]uint8) {
	residualsPortable(out, up, now, smooth, limits)
}
