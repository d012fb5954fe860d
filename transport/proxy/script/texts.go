package script

import (
	"math"
	"strconv"
	"strings"
)

// stringMethods are the methods of texts. They may be called with another this
// by call and apply.
var stringMethods map[string]method

func init() {
	plain := map[string]func(m *machine, s string, a Args) any{
		"charAt": func(_ *machine, s string, a Args) any {
			if c, ok := charAt(s, math.Trunc(orElse(a, 0, 0))).(string); ok {
				return c
			}
			return ""
		},
		"charCodeAt": func(_ *machine, s string, a Args) any {
			if c, ok := charAt(s, math.Trunc(orElse(a, 0, 0))).(string); ok {
				return float64(c[0])
			}
			return math.NaN()
		},
		"indexOf": func(_ *machine, s string, a Args) any {
			from := clamp(orElse(a, 1, 0), len(s))
			if i := strings.Index(s[from:], a.Text(0)); i >= 0 {
				return float64(from + i)
			}
			return -1.0
		},
		"lastIndexOf": func(_ *machine, s string, a Args) any {
			to := clamp(orElse(a, 1, math.Inf(1))+float64(len(a.Text(0))), len(s))
			return float64(strings.LastIndex(s[:to], a.Text(0)))
		},
		"includes": func(_ *machine, s string, a Args) any { return strings.Contains(s, a.Text(0)) },
		"startsWith": func(_ *machine, s string, a Args) any {
			return strings.HasPrefix(s[clamp(orElse(a, 1, 0), len(s)):], a.Text(0))
		},
		"endsWith":    func(_ *machine, s string, a Args) any { return strings.HasSuffix(s, a.Text(0)) },
		"toLowerCase": func(m *machine, s string, _ Args) any { return m.text(strings.ToLower(s)) },
		"toUpperCase": func(m *machine, s string, _ Args) any { return m.text(strings.ToUpper(s)) },
		"trim":        func(_ *machine, s string, _ Args) any { return strings.TrimSpace(s) },
		"toString":    func(_ *machine, s string, _ Args) any { return s },
		"valueOf":     func(_ *machine, s string, _ Args) any { return s },
		"substring": func(_ *machine, s string, a Args) any {
			from, to := clamp(orElse(a, 0, 0), len(s)), clamp(orElse(a, 1, math.Inf(1)), len(s))
			return s[min(from, to):max(from, to)]
		},
		"substr": func(_ *machine, s string, a Args) any {
			from := fromEnd(orElse(a, 0, 0), len(s))
			return s[from : from+clamp(orElse(a, 1, math.Inf(1)), len(s)-from)]
		},
		"slice": func(_ *machine, s string, a Args) any {
			from, to := fromEnd(orElse(a, 0, 0), len(s)), fromEnd(orElse(a, 1, math.Inf(1)), len(s))
			return s[from:max(from, to)]
		},
		"concat":  func(m *machine, s string, a Args) any { return m.join(append([]any{s}, a...), "") },
		"repeat":  repeat,
		"split":   split,
		"replace": replace,
		"match":   match,
		"search":  search,
	}
	stringMethods = map[string]method{}
	for name, f := range plain {
		stringMethods[name] = func(m *machine, this any, args []any) any { return f(m, toString(this), args) }
	}
}

var numberMethods = map[string]method{
	"toString": func(m *machine, this any, args []any) any {
		n, base := toNumber(this), orElse(args, 0, 10)
		if base == 10 || n != math.Trunc(n) || math.Abs(n) > 1<<53 || base < 2 || base > 36 {
			return numberText(n)
		}
		return strconv.FormatInt(int64(n), int(base))
	},
	"toFixed": func(m *machine, this any, args []any) any {
		return strconv.FormatFloat(toNumber(this), 'f', clamp(orElse(args, 0, 0), 20), 64)
	},
}

// orElse returns a number, or something else if it was left out.
func orElse(a Args, i int, otherwise float64) float64 {
	if i >= len(a) || a[i] == any(undefined{}) {
		return otherwise
	}
	return a.Number(i)
}

// clamp makes a place between 0 and n of a number.
func clamp(x float64, n int) int {
	switch {
	case x != x || x < 0:
		return 0
	case x > float64(n):
		return n
	}
	return int(x)
}

// fromEnd is clamp, with negative numbers counted from the end.
func fromEnd(x float64, n int) int {
	if x < 0 {
		x += float64(n)
	}
	return clamp(x, n)
}

func repeat(m *machine, s string, a Args) any {
	n := clamp(orElse(a, 0, 0), maxString+1)
	if n*len(s) > maxString {
		panic(stop{ErrMemory})
	}
	return m.text(strings.Repeat(s, n))
}

func (m *machine) join(list []any, between string) string {
	n := len(between) * len(list)
	for _, v := range list {
		if s, ok := v.(string); ok {
			n += len(s)
		}
	}
	m.take(n)
	if n > maxString {
		panic(stop{ErrMemory})
	}
	return m.text(joined(list, between, 0))
}

func split(m *machine, s string, a Args) any {
	if len(a) == 0 || a[0] == any(undefined{}) {
		return newArray([]any{s})
	}
	var parts []string
	if o, ok := a[0].(*object); ok && o.pattern != nil {
		last := 0
		for _, at := range m.findAll(o, s, maxMatches) {
			if at[1] > at[0] {
				parts, last = append(parts, s[last:at[0]]), at[1]
			}
		}
		parts = append(parts, s[last:])
	} else {
		m.take(16 * (strings.Count(s, a.Text(0)) + 1))
		parts = strings.Split(s, a.Text(0))
	}
	m.take(48 * len(parts))
	limit := clamp(orElse(a, 1, math.Inf(1)), len(parts))
	list := make([]any, limit)
	for i := range list {
		list[i] = parts[i]
	}
	return newArray(list)
}
