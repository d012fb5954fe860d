package script

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// builtins declares what the language gives every script.
func builtins(s *scope) {
	for name, f := range globals {
		s.declare(name, native(f))
	}
	for name, f := range makers {
		o := native(func(m *machine, _ any, args []any) any { return f(m, args) })
		o.make = f
		s.declare(name, o)
	}
	for name, f := range conversions {
		s.declare(name, native(f))
	}
	isArray := native(func(_ *machine, _ any, args []any) any {
		o, ok := Args(args).at(0).(*object)
		return ok && o.isArray()
	})
	(*s.find("Array")).(*object).set("isArray", isArray)
	keys := native(func(m *machine, _ any, args []any) any { return newArray(m.members(Args(args).at(0), false)) })
	(*s.find("Object")).(*object).set("keys", keys)
	s.declare("Math", mathObject())
}

var globals = map[string]func(*machine, any, []any) any{
	"parseInt":   func(_ *machine, _ any, args []any) any { return parseInt(Args(args)) },
	"parseFloat": func(_ *machine, _ any, args []any) any { return parseFloat(Args(args).Text(0)) },
	"isNaN":      func(_ *machine, _ any, args []any) any { return math.IsNaN(Args(args).Number(0)) },
	"isFinite": func(_ *machine, _ any, args []any) any {
		n := Args(args).Number(0)
		return n == n && !math.IsInf(n, 0)
	},
}

var conversions = map[string]func(*machine, any, []any) any{
	"String": func(m *machine, _ any, args []any) any { return m.text(Args(args).Text(0)) },
	"Number": func(_ *machine, _ any, args []any) any {
		if len(args) == 0 {
			return 0.0
		}
		return toNumber(args[0])
	},
	"Boolean": func(_ *machine, _ any, args []any) any { return toBool(Args(args).at(0)) },
}

var makers = map[string]func(*machine, []any) any{
	"Object": func(m *machine, _ []any) any { m.take(160); return newObject() },
	"Array":  func(m *machine, args []any) any { return m.newArray(args) },
	"RegExp": func(m *machine, args []any) any { return m.regex(Args(args).Text(0), Args(args).Text(1)) },
	"Date":   func(_ *machine, args []any) any { return newDate(Args(args)) },
	"Error": func(m *machine, args []any) any {
		o := newObject()
		o.class = "Error"
		o.set("name", "Error")
		o.set("message", m.text(Args(args).Text(0)))
		return o
	},
}

func (m *machine) newArray(args []any) any {
	m.take(160)
	n, ok := Args(args).at(0).(float64)
	if len(args) != 1 || !ok {
		return newArray(args)
	}
	if n < 0 || n > maxMemory || n != math.Trunc(n) {
		m.throw("an array cannot have that length")
	}
	o := newArray(nil)
	m.resize(o, int(n))
	return o
}

func newDate(args Args) any {
	o := &object{class: "Date", time: time.Now()}
	if len(args) == 1 {
		n := args.Number(0)
		if s, ok := args[0].(string); ok {
			n = parseDate(s)
		}
		if math.Abs(n) > 8.64e15 || n != n {
			n = 0
		}
		o.time = time.UnixMilli(int64(n))
	}
	if len(args) > 1 {
		part := func(i, otherwise int) int {
			if i >= len(args) {
				return otherwise
			}
			return int(toInt(args[i]))
		}
		o.time = time.Date(part(0, 0), time.Month(part(1, 0)+1), part(2, 1), part(3, 0), part(4, 0), part(5, 0), part(6, 0)*1e6, time.Local)
	}
	return o
}

func parseDate(s string) float64 {
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly, time.RFC1123, "Jan 2, 2006", "Jan 2, 2006 15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return float64(t.UnixMilli())
		}
	}
	return math.NaN()
}

// parseInt reads the digits in front.
func parseInt(args Args) float64 {
	s := strings.TrimSpace(args.Text(0))
	base := int(toInt(args.at(1)))
	sign := 1.0
	if strings.HasPrefix(s, "-") {
		sign = -1
	}
	s = strings.TrimLeft(s, "+-")
	if (base == 0 || base == 16) && (strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0X")) {
		s, base = s[2:], 16
	}
	if base == 0 {
		base = 10
	}
	if base < 2 || base > 36 {
		return math.NaN()
	}
	n, digits := 0.0, 0
	for ; digits < len(s); digits++ {
		d, err := strconv.ParseUint(s[digits:digits+1], base, 8)
		if err != nil {
			break
		}
		n = n*float64(base) + float64(d)
	}
	if digits == 0 {
		return math.NaN()
	}
	return sign * n
}

func parseFloat(s string) float64 {
	s = strings.TrimSpace(s)
	n := 0
	for n < len(s) && n < 64 && (isDigit(s[n]) || strings.IndexByte("+-.eE", s[n]) >= 0) {
		n++
	}
	for ; n > 0; n-- {
		if v, err := strconv.ParseFloat(s[:n], 64); err == nil {
			return v
		}
	}
	return math.NaN()
}

func mathObject() *object {
	o := newObject()
	for name, f := range map[string]func(float64) float64{
		"floor": math.Floor, "ceil": math.Ceil, "abs": math.Abs, "sqrt": math.Sqrt, "trunc": math.Trunc,
		"round": func(x float64) float64 { return math.Floor(x + 0.5) },
		"log":   math.Log, "exp": math.Exp, "sin": math.Sin, "cos": math.Cos,
	} {
		o.set(name, native(func(_ *machine, _ any, args []any) any { return f(Args(args).Number(0)) }))
	}
	o.set("random", native(func(*machine, any, []any) any { return rand.Float64() }))
	o.set("pow", native(func(_ *machine, _ any, args []any) any { return math.Pow(Args(args).Number(0), Args(args).Number(1)) }))
	o.set("min", extreme(math.Inf(1), math.Min))
	o.set("max", extreme(math.Inf(-1), math.Max))
	o.set("PI", math.Pi)
	return o
}

func extreme(from float64, pick func(a, b float64) float64) *object {
	return native(func(_ *machine, _ any, args []any) any {
		n := from
		for _, a := range args {
			n = pick(n, toNumber(a))
		}
		return n
	})
}

// dateMethods are made of parts of a time, local and UTC.
func dateMethods() map[string]method {
	all := map[string]method{}
	for name, part := range map[string]func(time.Time) int{
		"Date": time.Time.Day, "Hours": time.Time.Hour, "Minutes": time.Time.Minute, "Seconds": time.Time.Second, "FullYear": time.Time.Year,
		"Day":          func(t time.Time) int { return int(t.Weekday()) },
		"Month":        func(t time.Time) int { return int(t.Month()) - 1 },
		"Milliseconds": func(t time.Time) int { return t.Nanosecond() / 1e6 },
	} {
		all["get"+name] = func(_ *machine, this any, _ []any) any { return float64(part(this.(*object).time.Local())) }
		all["getUTC"+name] = func(_ *machine, this any, _ []any) any { return float64(part(this.(*object).time.UTC())) }
	}
	stamp := func(_ *machine, this any, _ []any) any { return float64(this.(*object).time.UnixMilli()) }
	all["getTime"], all["valueOf"] = stamp, stamp
	all["getTimezoneOffset"] = func(_ *machine, this any, _ []any) any {
		_, east := this.(*object).time.Local().Zone()
		return float64(-east / 60)
	}
	return all
}
