package commands

import (
	"fmt"
	"io"
	"time"
)

// meter shows on a terminal how far a file is.
type meter struct {
	out io.Writer
	on  bool

	began, shown time.Time
	from         int64 // bytes that were there when it began
	line         bool  // one is shown
}

const meterEvery = 200 * time.Millisecond

// of returns what hears how many bytes of a file there are.
func (m *meter) of(name string) func(there, of int64) {
	if !m.on {
		return func(int64, int64) {}
	}
	m.began = time.Time{}
	return func(there, of int64) {
		now := time.Now()
		switch {
		case m.began.IsZero():
			m.began, m.shown, m.from = now, now, there
		case now.Sub(m.shown) >= meterEvery:
			m.shown, m.line = now, true
			fmt.Fprintf(m.out, "\r\x1b[K%s", progressLine(name, there, of, there-m.from, now.Sub(m.began)))
		}
	}
}

// clear makes room for another line.
func (m *meter) clear() {
	if m.line {
		fmt.Fprint(m.out, "\r\x1b[K")
		m.line = false
	}
}

// progressLine says how far a file is, of which so many bytes came in a time.
func progressLine(name string, there, of, came int64, in time.Duration) string {
	rate := int64(float64(came) / max(in.Seconds(), 0.001))
	left := "-"
	if rate > 0 {
		left = (time.Duration(max(of-there, 0)/rate) * time.Second).String()
	}
	if r := []rune(plain(name)); len(r) > 30 {
		name = string(r[:29]) + "…"
	}
	return fmt.Sprintf("%s  %d%%  %s of %s  %s/s  %s left", plain(name), percent(there, of), size(uint64(there)), size(uint64(of)), size(uint64(rate)), left)
}

func percent(part, of int64) int64 {
	if of <= 0 {
		return 100
	}
	return min(int64(float64(part)/float64(of)*100), 100)
}
