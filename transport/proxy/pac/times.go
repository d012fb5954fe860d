package pac

import (
	"slices"
	"strings"
	"time"

	"jump/transport/proxy/script"
)

var (
	weekdays = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
	months   = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
)

// clock returns the time that a function means, and its arguments without GMT.
func (w *World) clock(a script.Args) (time.Time, []string) {
	now := time.Now()
	if w.Now != nil {
		now = w.Now()
	}
	var args []string
	for i := range min(len(a), 8) {
		args = append(args, strings.ToUpper(a.Text(i)))
	}
	if n := len(args); n > 0 && args[n-1] == "GMT" {
		return now.UTC(), args[:n-1]
	}
	return now.Local(), args
}

// between reports whether x lies in a range, which may go over the end of what
// is counted.
func between(x, from, to int) bool {
	if from <= to {
		return x >= from && x <= to
	}
	return x >= from || x <= to
}

func (w *World) weekdayRange(a script.Args) bool {
	now, args := w.clock(a)
	if len(args) == 0 || len(args) > 2 {
		return false
	}
	from, to := slices.Index(weekdays, args[0]), slices.Index(weekdays, args[len(args)-1])
	return from >= 0 && to >= 0 && between(int(now.Weekday()), from, to)
}

// timeRange takes an hour; two; or two times of two or three numbers each.
func (w *World) timeRange(a script.Args) bool {
	now, args := w.clock(a)
	var n []int
	for _, s := range args {
		v, ok := whole(s)
		if !ok {
			return false
		}
		n = append(n, v)
	}
	second := now.Hour()*3600 + now.Minute()*60 + now.Second()
	switch len(n) {
	case 1:
		return now.Hour() == n[0]
	case 2: // up to the hour, as in Netscape's examples: 9, 17 ends at 17:00
		return between(second, n[0]*3600, n[1]*3600-1) || n[0] == n[1] && now.Hour() == n[0]
	case 4:
		return between(second/60, n[0]*60+n[1], n[2]*60+n[3])
	case 6:
		return between(second, n[0]*3600+n[1]*60+n[2], n[3]*3600+n[4]*60+n[5])
	}
	return false
}

// date is a day as far as a script says it: parts that are left out are those of
// both ends.
type date struct{ year, month, day int }

// dateRange takes a day, a month, a year, or two of them or of what they make
// together.
func (w *World) dateRange(a script.Args) bool {
	now, args := w.clock(a)
	half := max(1, len(args)/2)
	if len(args) == 0 || len(args) > 6 || len(args) > 1 && len(args)%2 == 1 {
		return len(args) == 3 && w.sameDay(args, now)
	}
	if len(args) == 2 && isMonth(args[1]) != isMonth(args[0]) {
		return w.sameDay(args, now)
	}
	from, ok := readDate(args[:half])
	to, ok2 := readDate(args[len(args)-half:])
	if !ok || !ok2 || (from.year > 0) != (to.year > 0) || (from.month > 0) != (to.month > 0) || (from.day > 0) != (to.day > 0) {
		return false
	}
	return between(today(now, from), number(from), number(to))
}

// sameDay is a date of several parts and no range.
func (w *World) sameDay(args []string, now time.Time) bool {
	d, ok := readDate(args)
	return ok && today(now, d) == number(d)
}

func isMonth(s string) bool { return slices.Contains(months, s) }

func readDate(args []string) (d date, ok bool) {
	for _, s := range args {
		if m := slices.Index(months, s); m >= 0 {
			d.month = m + 1
			continue
		}
		n, ok := whole(s)
		switch {
		case !ok || n < 1 || n > 9999:
			return d, false
		case n > 31:
			d.year = n
		default:
			d.day = n
		}
	}
	return d, true
}

func number(d date) int { return (d.year*16+d.month)*32 + d.day }

// today is the present as far as d says a date.
func today(now time.Time, d date) int {
	var t date
	if d.year > 0 {
		t.year = now.Year()
	}
	if d.month > 0 {
		t.month = int(now.Month())
	}
	if d.day > 0 {
		t.day = now.Day()
	}
	return number(t)
}
