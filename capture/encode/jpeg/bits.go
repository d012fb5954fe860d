package jpeg

import (
	"encoding/binary"
	"math/bits"
)

// bitWriter appends the entropy-coded data to b: the highest bit first, and a
// zero after every byte 0xFF (T.81 section B.1.1.5).
type bitWriter struct {
	b    []byte
	acc  uint64 // the lowest n bits are not yet in b
	left int    // 64 - n
}

func (w *bitWriter) begin(b []byte) { w.b, w.acc, w.left = b, 0, 64 }

// end fills the last byte with ones and returns all that was written.
func (w *bitWriter) end() []byte {
	for n := 64 - w.left; n > 0; n -= 8 {
		var c byte
		if n >= 8 {
			c = byte(w.acc >> (n - 8))
		} else {
			c = byte(w.acc<<(8-n)) | 0xFF>>n
		}
		if w.b = append(w.b, c); c == 0xFF {
			w.b = append(w.b, 0)
		}
	}
	b := w.b
	w.b = nil
	return b
}

// put appends the length bits of v.
func (w *bitWriter) put(v uint32, length uint32) {
	w.acc = w.acc<<length | uint64(v)
	if w.left -= int(length); w.left < 32 {
		w.flush()
	}
}

// flush moves 32 bits to b.
func (w *bitWriter) flush() {
	v := uint32(w.acc >> (32 - w.left))
	w.left += 32
	// Is any byte 0xFF? Then its complement has a zero byte.
	if c := ^v; (c-0x01010101)&^c&0x80808080 == 0 {
		w.b = binary.BigEndian.AppendUint32(w.b, v)
		return
	}
	for shift := 24; shift >= 0; shift -= 8 {
		c := byte(v >> shift)
		if w.b = append(w.b, c); c == 0xFF {
			w.b = append(w.b, 0)
		}
	}
}

// number returns the class of v and the bits that name it in that class (T.81
// section F.1.2.1).
func number(v int) (class, n uint32) {
	sign := uint32(int32(v) >> 31)
	magnitude := (uint32(v) ^ sign) - sign
	class = uint32(bits.Len32(magnitude))
	return class, (magnitude ^ sign) & (1<<class - 1)
}

const (
	endOfBlock = 0x00
	zeroRun    = 0xF0 // sixteen zeros
)

// block codes a block and returns its DC coefficient; before is that of the
// block before it.
func (w *bitWriter) block(k *block, before int, c *codes) int {
	dc := int(k.coefficients[0])
	class, n := number(dc - before)
	c.counts.dc[class&15]++
	w.put(c.dc[class]&(1<<lengthShift-1)|n, c.dc[class]>>lengthShift)
	last := 0
	for rest := k.order() &^ 1; rest != 0; rest &= rest - 1 {
		at := bits.TrailingZeros64(rest)
		run := at - last - 1
		for ; run > 15; run -= 16 {
			c.counts.ac[zeroRun]++
			w.put(c.ac[zeroRun]&(1<<lengthShift-1), c.ac[zeroRun]>>lengthShift)
		}
		class, n := number(int(k.coefficients[transposed[at&63]]))
		symbol := (uint32(run)<<4 | class) & 255
		c.counts.ac[symbol]++
		entry := c.ac[symbol]
		w.put(entry&(1<<lengthShift-1)|n, entry>>lengthShift)
		last = at
	}
	if last < 63 {
		c.counts.ac[endOfBlock]++
		w.put(c.ac[endOfBlock]&(1<<lengthShift-1), c.ac[endOfBlock]>>lengthShift)
	}
	return dc
}
