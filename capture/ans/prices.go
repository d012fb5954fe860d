package ans

import "math"

// Prices are in 1/256 bit.
const (
	bit     = 256
	noPrice = 1 << 24 // of a token that a table does not have
)

// price is that of a token by its frequency.
var price = func() *[1<<scale + 1]uint32 {
	var p [1<<scale + 1]uint32
	p[0] = noPrice
	for f := 1; f < len(p); f++ {
		p[f] = uint32(math.Round(bit * (scale - math.Log2(float64(f)))))
	}
	return &p
}()

// renew makes a table for what was counted, and writes it. If the one that the
// reader has is as good, with what it costs to say another, it says so instead.
func (e *Encoder) renew(i int) {
	counts, w := e.tokens(i), e.head
	var t table
	t.fit(&counts)
	f := t.frequencies()
	before, after := uint64(0), uint64(0)
	for k, n := range counts {
		before += uint64(n) * uint64(e.prices[i][k])
		after += uint64(n) * uint64(price[f[k]])
	}
	if before <= after+bit*uint64(t.bits()) {
		w.put(0, 1)
	} else {
		w.put(1, 1)
		t.append(&w)
		e.prepare(i, &t)
	}
	e.head = w
}

// tokens returns how often each token of a table came.
func (e *Encoder) tokens(i int) (n [tokens]uint32) {
	for v, times := range e.counts[i/contexts][i%contexts<<8:][:256] {
		n[tokenOf[v]] += times
	}
	return n
}

// spare is how many tokens a table has beyond the last that came: they cost
// little, and it serves more photographs.
const spare = 2

// fit makes the table that of tokens that came so often.
func (t *table) fit(counts *[tokens]uint32) {
	t.used = 0
	all := uint32(0)
	for i, n := range counts {
		if all += n; n > 0 {
			t.used = min(i+1+spare, tokens)
		}
	}
	for i, n := range counts[:t.used] {
		t.level[i] = 0
		if n > 0 {
			t.level[i] = uint8(max(0, math.Round(4*(scale+math.Log2(float64(n)/float64(all))))))
		}
	}
}

// prepare makes the prices and codes of a table.
func (e *Encoder) prepare(i int, t *table) {
	start := 0
	for t, f := range t.frequencies() {
		e.prices[i][t] = price[f]
		if f > 0 {
			e.codes[i][t] = newCode(start, int(f))
		}
		start += int(f)
	}
}
