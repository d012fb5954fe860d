package script

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A value is undefined{}, nil (null), a bool, a float64, a string or an *object.
type undefined struct{}

// object is an object, an array, a function, a date or a regular expression.
type object struct {
	class   string // "Object", "Array", "Function", "Date", "RegExp", "Error"
	props   map[string]any
	keys    []string // of props, in order
	proto   *object
	list    []any // of an array
	call    func(m *machine, this any, args []any) any
	make    func(m *machine, args []any) any // new, if that is not a call with a fresh object
	time    time.Time
	pattern *regexp.Regexp
	all     bool // the pattern has the flag g
}

func newObject() *object { return &object{class: "Object"} }

func newArray(list []any) *object { return &object{class: "Array", list: list} }

func native(f func(*machine, any, []any) any) *object {
	return &object{class: "Function", call: f}
}

func isFunction(v any) bool {
	o, ok := v.(*object)
	return ok && o.call != nil
}

func (o *object) isArray() bool { return o.class == "Array" }

func (o *object) set(key string, v any) {
	if o.props == nil {
		o.props = map[string]any{}
	}
	if _, old := o.props[key]; !old {
		o.keys = append(o.keys, key)
	}
	o.props[key] = v
}

func (o *object) remove(key string) {
	if _, old := o.props[key]; old {
		delete(o.props, key)
		o.keys = slices.DeleteFunc(o.keys, func(k string) bool { return k == key })
	}
}

// own returns a property of the object itself.
func (o *object) own(key string) (any, bool) {
	if o.isArray() {
		if i, ok := index(key); ok && i < len(o.list) {
			return o.list[i], true
		}
	}
	v, ok := o.props[key]
	return v, ok
}

func (o *object) get(key string) (any, bool) {
	for at := o; at != nil; at = at.proto {
		if v, ok := at.own(key); ok {
			return v, true
		}
	}
	return undefined{}, false
}

// names returns what for-in goes over.
func (o *object) names() []string {
	var all []string
	for i := range o.list {
		all = append(all, strconv.Itoa(i))
	}
	return append(all, o.keys...)
}

// index reads the place of an element.
func index(key string) (int, bool) {
	if key == "" || len(key) > 9 || key[0] == '0' && key != "0" {
		return 0, false
	}
	n := 0
	for _, c := range []byte(key) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func toBool(v any) bool {
	switch v := v.(type) {
	case undefined, nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0 && v == v
	case string:
		return v != ""
	}
	return true
}

func toNumber(v any) float64 {
	switch v := v.(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	case string:
		return parseNumber(v)
	case *object:
		if v.class == "Date" {
			return float64(v.time.UnixMilli())
		}
		return parseNumber(toString(v))
	}
	return math.NaN()
}

// parseNumber reads a whole text as a number.
func parseNumber(s string) float64 {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0
	}
	if len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X") {
		n, err := strconv.ParseUint(s[2:], 16, 64)
		if err != nil {
			return math.NaN()
		}
		return float64(n)
	}
	if strings.ContainsAny(s, "xXpP_nN") && s != "Infinity" && s != "-Infinity" && s != "+Infinity" { // only Go reads these
		return math.NaN()
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(n, 0) {
		return math.NaN()
	}
	return n
}

// toInt is ToInt32.
func toInt(v any) int32 {
	n := toNumber(v)
	if n != n || math.IsInf(n, 0) {
		return 0
	}
	return int32(uint32(int64(math.Mod(math.Trunc(n), 1<<32))))
}

func toString(v any) string { return text(v, 0) }

// text writes a value; arrays inside each other end somewhere.
func text(v any, depth int) string {
	switch v := v.(type) {
	case undefined:
		return "undefined"
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return numberText(v)
	case string:
		return v
	case *object:
		return v.text(depth)
	}
	return ""
}

func (o *object) text(depth int) string {
	switch {
	case o.isArray() && depth < 4:
		return joined(o.list, ",", depth+1)
	case o.class == "Date":
		return o.time.Format("Mon Jan 02 2006 15:04:05 GMT-0700")
	case o.class == "RegExp":
		v, _ := o.get("source")
		return "/" + text(v, depth+1) + "/"
	case o.class == "Error" && depth < 4:
		v, _ := o.get("message")
		return text(v, depth+1)
	case o.class == "Function":
		return "function"
	}
	return "[object " + o.class + "]"
}

// joined is Array.join, cut off where a text is too long anyway.
func joined(list []any, between string, depth int) string {
	var b strings.Builder
	for i, v := range list {
		if i > 0 {
			b.WriteString(between)
		}
		if _, none := v.(undefined); v != nil && !none {
			b.WriteString(text(v, depth))
		}
		if b.Len() > maxString {
			break
		}
	}
	return b.String()
}

func numberText(n float64) string {
	switch {
	case n != n:
		return "NaN"
	case math.IsInf(n, 1):
		return "Infinity"
	case math.IsInf(n, -1):
		return "-Infinity"
	case n == 0:
		return "0"
	case math.Abs(n) >= 1e-6 && math.Abs(n) < 1e21:
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	s := strconv.FormatFloat(n, 'e', -1, 64)
	s = strings.Replace(s, "e-0", "e-", 1)
	return strings.Replace(s, "e+0", "e+", 1)
}

func typeOf(v any) string {
	switch v := v.(type) {
	case undefined:
		return "undefined"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	case *object:
		if v.call != nil {
			return "function"
		}
	}
	return "object"
}

// same is ===.
func same(a, b any) bool { return a == b }

// alike is ==.
func alike(a, b any) bool {
	if typeOf(a) == typeOf(b) && (a == nil) == (b == nil) {
		return a == b
	}
	if nothing(a) || nothing(b) {
		return nothing(a) && nothing(b)
	}
	_, objectA := a.(*object)
	_, objectB := b.(*object)
	switch {
	case objectA && objectB:
		return a == b
	case objectA && typeOf(b) == "string", objectB && typeOf(a) == "string":
		return toString(a) == toString(b)
	}
	return toNumber(a) == toNumber(b)
}

// nothing reports whether v is null or undefined.
func nothing(v any) bool { return v == nil || v == any(undefined{}) }
