package ans

import "image"

// guess finds out how to predict, by what some rows would cost.
type guess struct {
	missed []uint16
	counts [ways][contexts << 8]uint32
}

// Ways to say a kind, to be compared: plain or smooth, each for green and red, and for
// blue without and with half.
const (
	ways     = 8
	blueWay  = 4
	halfWay  = 6
	blueKind = kinds - 1
)

// tried is which rows are looked at: one of so many.
const tried = 8

// choose returns the flags that cost less in some rows.
func (e *Encoder) choose(words []uint32, stride int, size image.Point) (flags byte) {
	clear(e.guess.counts[:])
	for y := 1; y < size.Y; y += tried {
		for _, half := range [2]bool{false, true} {
			for row := y - 1; row <= y; row++ {
				now := &e.rows.now
				split(now[0][margin:], now[1][margin:], now[2][margin:], words[row*stride:][:size.X], half)
				e.rows.next(size.X)
			}
			if half {
				e.try(blueKind, halfWay, size.X)
				continue
			}
			for k := range kinds {
				e.try(k, 2*k, size.X)
			}
		}
	}
	return e.guess.flags()
}

// try counts what a row of w pixels misses, plain and smooth. The row is the one
// above by now, and the one above it that at hand.
func (e *Encoder) try(kind, way, w int) {
	g := &e.guess
	g.missed = sized(g.missed, padded(w))
	for smooth := range 2 {
		residuals(g.missed, e.rows.now[kind], e.rows.up[kind], smooth != 0, &limits[limitsOf(kind)])
		counts := &g.counts[way+smooth]
		for _, m := range g.missed[:w] {
			counts[m%(contexts<<8)]++
		}
	}
}

// flags returns those of the cheapest ways.
func (g *guess) flags() (flags byte) {
	var costs [ways]uint64
	for i := range costs {
		costs[i] = entropy(&g.counts[i])
	}
	if min(costs[halfWay], costs[halfWay+1]) < min(costs[blueWay], costs[blueWay+1]) {
		flags |= flagHalf
		costs[blueWay], costs[blueWay+1] = costs[halfWay], costs[halfWay+1]
	}
	for k := range kinds {
		if costs[2*k+1] < costs[2*k] {
			flags |= flagSmooth << k
		}
	}
	return flags
}

// entropy returns what values cost, each by how often it comes in its context, in
// 1/256 bit.
func entropy(counts *[contexts << 8]uint32) (cost uint64) {
	for c := range contexts {
		all := uint32(0)
		for _, n := range counts[c<<8:][:256] {
			all += n
			cost -= uint64(n) * logarithm(n)
		}
		cost += uint64(all) * logarithm(all)
	}
	return cost
}

// logarithm is that of n to base 2, in 1/256; of 0 it is 0.
func logarithm(n uint32) (log uint64) {
	for ; n > 1<<scale; n /= 2 {
		log += bit
	}
	if n == 0 {
		return 0
	}
	return log + bit*scale - uint64(price[n])
}
