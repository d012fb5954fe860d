package ans

import "errors"

// table is how often the tokens of one context come.
type table struct {
	used  int // tokens
	level [tokens]uint8
}

// frequencies returns those that the levels stand for, 1<<scale in all.
func (t *table) frequencies() (f [tokens]uint16) {
	if t.used == 0 {
		f[0] = 1 << scale
		return f
	}
	sum := 0
	for _, l := range t.level[:t.used] {
		sum += weight(l)
	}
	left, largest := 1<<scale, 0
	for i, l := range t.level[:t.used] {
		n := max(weight(l)<<scale/sum, 1)
		f[i] = uint16(n)
		left -= n
		if f[i] > f[largest] {
			largest = i
		}
	}
	f[largest] = uint16(int(f[largest]) + left)
	return f
}

func weight(level uint8) int { return [4]int{1024, 1218, 1448, 1722}[level%4] << (level / 4) }

// bits returns how many append appends.
func (t *table) bits() int {
	n := headLevel
	for i := range t.used {
		if i == 0 {
			n += headLevel
		} else {
			n += 2 + int(folded(int(t.level[i])-int(t.level[i-1]))>>1)
		}
	}
	return n
}

// append appends the table's bits.
func (t *table) append(w *bitWriter) {
	w.put(uint32(t.used), headLevel)
	if t.used == 0 {
		return
	}
	w.put(uint32(t.level[0]), headLevel)
	for i := 1; i < t.used; i++ {
		w.rice(int(t.level[i]) - int(t.level[i-1]))
	}
}

var errTables = errors.New("photograph with broken tables")

// read takes a table from its bits.
func (t *table) read(r *bitReader) error {
	t.used = int(r.take(headLevel))
	if t.used > tokens {
		return errTables
	}
	level := 0
	for i := range t.used {
		if i == 0 {
			level = int(r.take(headLevel))
		} else {
			level += r.rice()
		}
		if level < 0 || level >= levels {
			return errTables
		}
		t.level[i] = uint8(level)
	}
	return nil
}

// bitWriter appends bits to b, the first one highest.
type bitWriter struct {
	b    []byte
	acc  uint32
	have uint // of bits in acc, below 8
}

// put appends the n lower bits of v, at most 24.
func (w *bitWriter) put(v uint32, n uint) {
	w.acc, w.have = w.acc<<n|v, w.have+n
	for ; w.have >= 8; w.have -= 8 {
		w.b = append(w.b, byte(w.acc>>(w.have-8)))
	}
}

// rice appends a difference of two levels.
func (w *bitWriter) rice(d int) {
	v := folded(d)
	for range v >> 1 {
		w.put(1, 1)
	}
	w.put(v&1, 2)
}

func folded(d int) uint32 {
	if d < 0 {
		return uint32(-2*d - 1)
	}
	return uint32(2 * d)
}

// end pads with zeros and returns all.
func (w *bitWriter) end() []byte {
	if w.have > 0 {
		w.put(0, 8-w.have)
	}
	b := w.b
	w.b, w.have = nil, 0
	return b
}

// bitReader reads bits; beyond the end there are zeros.
type bitReader struct {
	b  []byte
	at int // in bits
}

func (r *bitReader) take(n int) (v uint32) {
	for range n {
		v <<= 1
		if i := r.at / 8; i < len(r.b) {
			v |= uint32(r.b[i]>>(7-r.at%8)) & 1
		}
		r.at++
	}
	return v
}

// rice reads a difference of two levels; an absurd one is as good as any other.
func (r *bitReader) rice() int {
	v := 0
	for r.take(1) == 1 && v < 2*levels {
		v += 2
	}
	v |= int(r.take(1))
	if v&1 != 0 {
		return -(v + 1) / 2
	}
	return v / 2
}

// end returns what follows the padding, and false if that is not there or not
// zero.
func (r *bitReader) end() ([]byte, bool) {
	padding := (8 - r.at%8) % 8
	if r.at+padding > 8*len(r.b) || r.take(padding) != 0 {
		return nil, false
	}
	return r.b[r.at/8:], true
}
