package ans

// rows are the samples of two rows, of each kind apart. A row has margin samples
// before and after it.
type rows struct {
	up, now [kinds][]uint8
}

// margin is more than a row is read and written beyond its ends by code that
// takes wide samples at once.
const margin = 32

func padded(w int) int { return (w + margin - 1) &^ (margin - 1) }

// begin makes room for rows of w pixels.
func (r *rows) begin(w int) {
	for k := range kinds {
		r.up[k], r.now[k] = sized(r.up[k], padded(w)+2*margin), sized(r.now[k], padded(w)+2*margin)
	}
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// next makes the row at hand, of w pixels, the one above, with its ends
// repeated, also before the row that follows.
func (r *rows) next(w int) {
	r.up, r.now = r.now, r.up
	for k := range kinds {
		up := r.up[k]
		up[margin-1], up[margin+w], r.now[k][margin-1] = up[margin], up[margin+w-1], up[margin]
	}
}

// splitPortable takes the samples of a row of pixels.
func splitPortable(green, red, blue []uint8, words []uint32, half bool) {
	for x, p := range words {
		g, d := uint8(p>>8), uint8(p>>16)-uint8(p>>8)
		b := uint8(p) - g
		if half {
			b -= uint8(int8(d) >> 1)
		}
		green[x], red[x], blue[x] = g, d+grey, b+grey
	}
}

// residualsPortable writes what the prediction misses in a row: the value, and
// above it in bits 8 to 10 its context. up and now have margins.
func residualsPortable(out []uint16, up, now []uint8, smooth bool, limits *[contexts - 1]uint8) {
	for x := range out {
		l, c, u, r := now[margin+x-1], up[margin+x-1], up[margin+x], up[margin+x+1]
		out[x] = context(l, u, c, r, limits)<<8 | uint16(fold(now[margin+x]-predict(smooth, l, u, c, r)))
	}
}

// first writes what the prediction misses in a first row.
func first(out []uint16, now []uint8) {
	l := uint8(grey)
	for x := range out {
		s := now[margin+x]
		out[x] = (contexts-1)<<8 | uint16(fold(s-l))
		l = s
	}
}

// fold makes a difference a value: 2d, or -2d-1 if it is negative.
func fold(d uint8) uint8 { return d<<1 ^ uint8(int8(d)>>7) }

func unfold(v uint8) uint8 { return v>>1 ^ -(v & 1) }

func predict(smooth bool, l, u, c, r uint8) uint8 {
	if smooth {
		return uint8((2*uint(l) + uint(u) + uint(r)) / 4)
	}
	low, high := min(l, u), max(l, u)
	return l + u - max(low, min(high, c)) // the median of l, u and l+u-c
}

func context(l, u, c, r uint8, limits *[contexts - 1]uint8) (n uint16) {
	a := distance(l, c) + distance(c, u) + distance(u, r)
	for _, limit := range limits {
		if a >= int(limit) {
			n++
		}
	}
	return n
}

func distance(a, b uint8) int { return int(max(a, b) - min(a, b)) }
