package script

import (
	"math"
	"strings"
)

// method is a function of ours that belongs to a value.
type method func(m *machine, this any, args []any) any

// method returns a method that the language gives a value, nil if it is
// something else.
func (m *machine) method(of, key any) method {
	name, ok := key.(string)
	if !ok {
		return nil
	}
	switch of := of.(type) {
	case string:
		m.step(1 + len(of)/16)
		return stringMethods[name]
	case float64:
		return numberMethods[name]
	case *object:
		if _, has := of.get(name); has {
			return nil
		}
		if name != "push" && name != "pop" { // whose cost does not grow
			m.step(1 + len(of.list)/4)
		}
		if own := objectMethods[of.class][name]; own != nil {
			return own
		}
		return anyMethods[name]
	}
	return nil
}

// member returns a member of a value.
func (m *machine) member(of, key any) any {
	switch of := of.(type) {
	case string:
		if n, ok := key.(float64); ok {
			return charAt(of, n)
		}
		if key == "length" {
			return float64(len(of))
		}
	case *object:
		return m.objectMember(of, key)
	}
	if nothing(of) {
		m.throw("%s has no %.60q", toString(of), toString(key))
	}
	return m.wrapped(of, key)
}

func charAt(s string, n float64) any {
	if n < 0 || n >= float64(len(s)) || n != math.Trunc(n) {
		return undefined{}
	}
	return s[int(n) : int(n)+1]
}

func (m *machine) objectMember(o *object, key any) any {
	if n, ok := key.(float64); ok && o.isArray() && n >= 0 && n < float64(len(o.list)) && n == math.Trunc(n) {
		return o.list[int(n)]
	}
	name := toString(key)
	if o.isArray() && name == "length" {
		return float64(len(o.list))
	}
	if v, ok := o.get(name); ok {
		return v
	}
	if o.call != nil && name == "prototype" {
		m.setMember(o, name, newObject())
		return o.props[name]
	}
	return m.wrapped(o, name)
}

// wrapped makes a method a value of its own, as in "f = s.indexOf".
func (m *machine) wrapped(of, key any) any {
	f := m.method(of, toString(key))
	if f == nil {
		return undefined{}
	}
	m.take(160)
	return native(func(m *machine, this any, args []any) any {
		if classOf(this) != classOf(of) {
			m.throw("%.60q is for another kind of value", toString(key))
		}
		return f(m, this, args)
	})
}

func classOf(v any) string {
	if o, ok := v.(*object); ok {
		return o.class
	}
	return typeOf(v)
}

// setMember changes a member of an object; those of other values stay.
func (m *machine) setMember(of, key, v any) {
	o, ok := of.(*object)
	if !ok {
		if nothing(of) {
			m.throw("%s has no %.60q", toString(of), toString(key))
		}
		return
	}
	name := toString(key)
	m.take(64)
	switch i, isIndex := index(name); {
	case o.isArray() && isIndex:
		m.resize(o, max(len(o.list), i+1))
		o.list[i] = v
	case o.isArray() && name == "length":
		if n := toNumber(v); n >= 0 && n <= maxMemory {
			m.resize(o, int(n))
		}
	default:
		m.take(len(name))
		o.set(name, v)
	}
}

// resize makes an array longer or shorter.
func (m *machine) resize(o *object, n int) {
	if n <= len(o.list) {
		o.list = o.list[:n]
		return
	}
	m.take(16 * (n - len(o.list)))
	for len(o.list) < n {
		o.list = append(o.list, undefined{})
	}
}

// binaries are the operators between two values.
var binaries = map[string]func(m *machine, a, b any) any{
	"+":   func(m *machine, a, b any) any { return m.add(a, b) },
	"-":   func(_ *machine, a, b any) any { return toNumber(a) - toNumber(b) },
	"*":   func(_ *machine, a, b any) any { return toNumber(a) * toNumber(b) },
	"/":   func(_ *machine, a, b any) any { return toNumber(a) / toNumber(b) },
	"%":   func(_ *machine, a, b any) any { return math.Mod(toNumber(a), toNumber(b)) },
	"|":   func(_ *machine, a, b any) any { return float64(toInt(a) | toInt(b)) },
	"^":   func(_ *machine, a, b any) any { return float64(toInt(a) ^ toInt(b)) },
	"&":   func(_ *machine, a, b any) any { return float64(toInt(a) & toInt(b)) },
	"<<":  func(_ *machine, a, b any) any { return float64(toInt(a) << (uint32(toInt(b)) & 31)) },
	">>":  func(_ *machine, a, b any) any { return float64(toInt(a) >> (uint32(toInt(b)) & 31)) },
	">>>": func(_ *machine, a, b any) any { return float64(uint32(toInt(a)) >> (uint32(toInt(b)) & 31)) },
	"==":  func(_ *machine, a, b any) any { return alike(a, b) },
	"!=":  func(_ *machine, a, b any) any { return !alike(a, b) },
	"===": func(_ *machine, a, b any) any { return same(a, b) },
	"!==": func(_ *machine, a, b any) any { return !same(a, b) },
	"<":   func(_ *machine, a, b any) any { return less(a, b) },
	">":   func(_ *machine, a, b any) any { return less(b, a) },
	"<=":  func(_ *machine, a, b any) any { return lessOrSame(a, b) },
	">=":  func(_ *machine, a, b any) any { return lessOrSame(b, a) },
	"in":  func(m *machine, a, b any) any { return m.has(b, toString(a)) },
	"instanceof": func(_ *machine, a, b any) any {
		o, ok := a.(*object)
		f, isF := b.(*object)
		if !ok || !isF {
			return false
		}
		proto, _ := f.props["prototype"].(*object)
		return proto != nil && o.proto == proto
	},
}

// add joins texts or adds numbers.
func (m *machine) add(a, b any) any {
	x, isX := a.(string)
	y, isY := b.(string)
	_, objectA := a.(*object)
	_, objectB := b.(*object)
	if !isX && !isY && !objectA && !objectB {
		return toNumber(a) + toNumber(b)
	}
	if !isX {
		x = m.text(toString(a))
	}
	if !isY {
		y = m.text(toString(b))
	}
	m.take(len(x) + len(y)) // before they are joined
	return m.text(x + y)
}

func less(a, b any) bool {
	x, isX := a.(string)
	y, isY := b.(string)
	if isX && isY {
		return strings.Compare(x, y) < 0
	}
	return toNumber(a) < toNumber(b)
}

func lessOrSame(a, b any) bool {
	x, isX := a.(string)
	y, isY := b.(string)
	if isX && isY {
		return strings.Compare(x, y) <= 0
	}
	return toNumber(a) <= toNumber(b)
}

func (m *machine) has(in any, key string) bool {
	o, ok := in.(*object)
	if !ok {
		m.throw("only an object has members")
	}
	_, has := o.get(key)
	return has
}
