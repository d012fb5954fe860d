package jpeg

// Tables are looked at after firstLook blocks of luma, then after twice as many,
// up to mostLook: what is on the screen changes, but not that fast.
const (
	firstLook = 1 << 10
	mostLook  = 1 << 14
)

// start takes the example tables.
func (e *Encoder) start() {
	for i := range e.specs {
		e.specs[i].copy(&examples[i])
	}
	e.look = firstLook
	e.take()
}

func (s *spec) copy(from *spec) {
	s.class, s.counts = from.class, from.counts
	s.values = append(s.values[:0], from.values...)
}

// take makes codes of the tables.
func (e *Encoder) take() {
	e.luma.set(&e.specs[0], &e.specs[1])
	e.chroma.set(&e.specs[2], &e.specs[3])
}

// of returns how often the values of a table came, and what their codes are.
func (e *Encoder) of(table int) (counts, codes []uint32) {
	c := &e.luma
	if table >= 2 {
		c = &e.chroma
	}
	if table%2 == 0 {
		return c.counts.dc[:], c.dc[:]
	}
	return c.counts.ac[:], c.ac[:]
}

// learn makes tables for what was written of late, if they would have paid: the
// next pictures are like those.
func (e *Encoder) learn() {
	blocks := 0
	for _, n := range e.luma.counts.dc {
		blocks += int(n)
	}
	if blocks < e.look {
		return
	}
	e.look = min(2*e.look, mostLook)
	saved := 0 // bits
	for i := range e.better {
		saved += e.improve(i)
	}
	if saved > 2*8*len(e.head) { // they have to be said
		e.specs, e.better = e.better, e.specs
		e.take()
		e.head = appendHuffman(e.head[:e.rest], &e.specs)
	}
	e.luma.counts, e.chroma.counts = counts{}, counts{}
}

// improve makes e.better[table] the best for what was counted and returns how
// many bits it would have saved. It has a code for every value that there can be.
func (e *Encoder) improve(table int) (saved int) {
	counts, codes := e.of(table)
	h := &e.huffman
	h.begin()
	for _, v := range examples[table].values {
		h.weight[v] = counts[v] + 1
	}
	h.lengthen()
	s := &e.better[table]
	s.class = examples[table].class
	h.spec(s)
	s.each(func(value byte, _, length uint32) {
		old := codes[value]>>lengthShift - uint32(value&15)
		saved += int(counts[value]) * (int(old) - int(length))
	})
	return saved
}

// huffman finds the lengths of codes (T.81 section K.2).
type huffman struct {
	weight [257]uint32 // of a value, or of the tree that begins with it; 0: there is none
	length [257]uint8
	next   [257]int16 // the value after it in its tree, or -1
}

// none has the code of ones alone, which no value may have.
const none = 256

func (h *huffman) begin() {
	*h = huffman{}
	for i := range h.next {
		h.next[i] = -1
	}
	h.weight[none] = 1
}

// lengthen joins the two lightest trees until one is left.
func (h *huffman) lengthen() {
	for {
		a, b := h.lightest()
		if b < 0 {
			return
		}
		h.weight[a], h.weight[b] = h.weight[a]+h.weight[b], 0
		last := a
		for i := a; i >= 0; i = int(h.next[i]) {
			h.length[i]++
			last = i
		}
		h.next[last] = int16(b)
		for i := b; i >= 0; i = int(h.next[i]) {
			h.length[i]++
		}
	}
}

// lightest returns the two lightest trees, the later ones of equals; b is -1 if
// there is only one.
func (h *huffman) lightest() (a, b int) {
	a, b = -1, -1
	for i, w := range h.weight {
		switch {
		case w == 0:
		case a < 0 || w <= h.weight[a]:
			a, b = i, a
		case b < 0 || w <= h.weight[b]:
			b = i
		}
	}
	return a, b
}

// spec makes the table, with no code longer than 16 bits.
func (h *huffman) spec(s *spec) {
	var n [64]int // codes of a length
	longest := 0
	for _, l := range h.length {
		n[l]++
		longest = max(longest, int(l))
	}
	for i := longest; i > 16; i-- {
		for n[i] > 0 { // two of that length become one shorter; another takes the place of a shorter one
			j := i - 2
			for n[j] == 0 {
				j--
			}
			n[i] -= 2
			n[i-1]++
			n[j+1] += 2
			n[j]--
		}
	}
	last := 16
	for n[last] == 0 {
		last--
	}
	n[last]-- // that of none
	for i := range s.counts {
		s.counts[i] = byte(n[i+1])
	}
	s.values = s.values[:0]
	for l := 1; l <= longest; l++ {
		for v, length := range h.length[:none] {
			if int(length) == l {
				s.values = append(s.values, byte(v))
			}
		}
	}
}
