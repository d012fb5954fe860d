package script

import (
	"math"
	"slices"
	"sort"
)

// objectMethods are the methods of objects by their class.
var objectMethods map[string]map[string]method

// anyMethods are those that all objects have.
var anyMethods map[string]method

func init() {
	objectMethods = map[string]map[string]method{"Array": arrayMethods(), "Date": dateMethods(), "RegExp": regexMethods(), "Function": functionMethods()}
	anyMethods = map[string]method{
		"toString": func(m *machine, this any, _ []any) any { return m.text(toString(this)) },
		"valueOf":  func(_ *machine, this any, _ []any) any { return this },
		"hasOwnProperty": func(_ *machine, this any, args []any) any {
			_, has := this.(*object).own(Args(args).Text(0))
			return has
		},
	}
}

func regexMethods() map[string]method {
	return map[string]method{
		"test": func(m *machine, this any, args []any) any {
			return m.find(this.(*object), Args(args).Text(0)) != nil
		},
		"exec": func(m *machine, this any, args []any) any { return m.found(this.(*object), Args(args).Text(0)) },
	}
}

func functionMethods() map[string]method {
	return map[string]method{
		"call": func(m *machine, this any, args []any) any {
			return m.call(this, Args(args).at(0), args[min(1, len(args)):])
		},
		"apply": func(m *machine, this any, args []any) any {
			var list []any
			if o, ok := Args(args).at(1).(*object); ok {
				list = o.list
			}
			return m.call(this, Args(args).at(0), list)
		},
	}
}

// arrayMethods are the methods of arrays. What a function of the script does to
// the array meanwhile does not count.
func arrayMethods() map[string]method {
	plain := map[string]func(m *machine, o *object, a Args) any{
		"push": func(m *machine, o *object, a Args) any {
			m.take(16 * len(a))
			o.list = append(o.list, a...)
			return float64(len(o.list))
		},
		"pop":   func(_ *machine, o *object, _ Args) any { return takeOut(o, len(o.list)-1) },
		"shift": func(_ *machine, o *object, _ Args) any { return takeOut(o, 0) },
		"unshift": func(m *machine, o *object, a Args) any {
			m.take(16 * (len(a) + len(o.list)))
			o.list = slices.Concat(a, o.list)
			return float64(len(o.list))
		},
		"join": func(m *machine, o *object, a Args) any {
			if len(a) == 0 {
				return m.join(o.list, ",")
			}
			return m.join(o.list, a.Text(0))
		},
		"slice": func(m *machine, o *object, a Args) any {
			from, to := fromEnd(orElse(a, 0, 0), len(o.list)), fromEnd(orElse(a, 1, math.Inf(1)), len(o.list))
			return m.list(o.list[from:max(from, to)])
		},
		"concat":  concat,
		"reverse": func(_ *machine, o *object, _ Args) any { slices.Reverse(o.list); return o },
		"sort":    sorted,
		"indexOf": func(_ *machine, o *object, a Args) any {
			return float64(slices.IndexFunc(o.list, func(v any) bool { return same(v, a.at(0)) }))
		},
		"includes": func(_ *machine, o *object, a Args) any {
			return slices.ContainsFunc(o.list, func(v any) bool { return same(v, a.at(0)) })
		},
		"forEach": func(m *machine, o *object, a Args) any {
			m.each(o, a, func(any, any) bool { return true })
			return undefined{}
		},
		"some": func(m *machine, o *object, a Args) any {
			return !m.each(o, a, func(_, r any) bool { return !toBool(r) })
		},
		"every": func(m *machine, o *object, a Args) any {
			return m.each(o, a, func(_, r any) bool { return toBool(r) })
		},
		"find":   find,
		"map":    mapped,
		"filter": filtered,
	}
	all := map[string]method{}
	for name, f := range plain {
		all[name] = func(m *machine, this any, args []any) any {
			o, ok := this.(*object)
			if !ok || !o.isArray() {
				m.throw("%s is for arrays", name)
			}
			return f(m, o, args)
		}
	}
	return all
}

// list makes an array with elements of another.
func (m *machine) list(list []any) *object {
	m.take(160 + 16*len(list))
	return newArray(slices.Clone(list))
}

func takeOut(o *object, i int) any {
	if len(o.list) == 0 {
		return undefined{}
	}
	v := o.list[i]
	o.list = slices.Delete(o.list, i, i+1)
	return v
}

func concat(m *machine, o *object, a Args) any {
	out := m.list(o.list)
	for _, v := range a {
		if more, ok := v.(*object); ok && more.isArray() {
			m.take(16 * len(more.list))
			out.list = append(out.list, more.list...)
			continue
		}
		out.list = append(out.list, v)
	}
	return out
}

// sorted sorts by texts, or as a function of the script says.
func sorted(m *machine, o *object, a Args) any {
	list := slices.Clone(o.list)
	m.take(32 * len(list))
	sort.SliceStable(list, func(i, j int) bool {
		m.step(4)
		x, y := list[i], list[j]
		if isFunction(a.at(0)) {
			return toNumber(m.call(a[0], undefined{}, []any{x, y})) < 0
		}
		m.take(16)
		return toString(x) < toString(y)
	})
	o.list = list
	return o
}

// each calls a function of the script with every element until more says no,
// and reports whether it never did.
func (m *machine) each(o *object, a Args, more func(v, result any) bool) bool {
	m.take(16 * len(o.list))
	for i, v := range slices.Clone(o.list) {
		if !more(v, m.call(a.at(0), undefined{}, []any{v, float64(i), o})) {
			return false
		}
	}
	return true
}

func find(m *machine, o *object, a Args) (found any) {
	found = undefined{}
	m.each(o, a, func(v, r any) bool {
		if toBool(r) {
			found = v
		}
		return !toBool(r)
	})
	return found
}

func mapped(m *machine, o *object, a Args) any {
	out := m.list(nil)
	m.each(o, a, func(_, r any) bool { m.take(16); out.list = append(out.list, r); return true })
	return out
}

func filtered(m *machine, o *object, a Args) any {
	out := m.list(nil)
	m.each(o, a, func(v, r any) bool {
		if toBool(r) {
			m.take(16)
			out.list = append(out.list, v)
		}
		return true
	})
	return out
}
