package script

import (
	"math"
	"strconv"
	"strings"
)

// words are names that mean a value.
var words = map[string]any{"true": true, "false": false, "null": nil, "undefined": undefined{}, "NaN": math.NaN(), "Infinity": math.Inf(1)}

// primary reads a value that is not made of operators.
func (p *parser) primary() node {
	defer p.in()()
	t := p.take()
	switch t.kind {
	case literal:
		return node{get: constant(t.text)}
	case number:
		return node{get: constant(p.number(t.text))}
	case regex:
		return p.regex(t.text)
	case word:
		return p.word(t.text)
	}
	switch t.text {
	case "(":
		n := p.expression()
		p.want(")")
		return n
	case "[":
		return p.array()
	case "{":
		return p.object()
	}
	p.at--
	p.fail("a value")
	return node{}
}

func (p *parser) number(text string) float64 {
	if len(text) > 1 && text[0] == '0' && strings.Trim(text, "01234567") == "" { // as in ECMAScript 3, annex B
		n, _ := strconv.ParseUint(text, 8, 53)
		return float64(n)
	}
	n := parseNumber(text)
	if n != n {
		p.at--
		p.fail("a number")
	}
	return n
}

func (p *parser) word(name string) node {
	if v, ok := words[name]; ok {
		return node{get: constant(v)}
	}
	switch name {
	case "this":
		return node{get: func(s *scope) any { return s.frame.this }}
	case "function":
		name := ""
		if p.is(word, "") {
			name = p.take().text
		}
		f := p.function(name)
		return node{get: func(s *scope) any { return f.value(s) }}
	case "new":
		return p.fresh()
	}
	if statements[name] != nil || name == "else" || name == "class" || name == "case" {
		p.at--
		p.fail("a value")
	}
	return node{name: name, get: func(s *scope) any {
		s.m.step(1)
		return s.value(name)
	}}
}

func (p *parser) regex(text string) node {
	at := strings.LastIndexByte(text, '/')
	return node{get: func(s *scope) any { return s.m.regex(text[:at], text[at+1:]) }}
}

func (p *parser) array() node {
	var all []expr
	for !p.accept("]") {
		if p.accept(",") {
			all = append(all, constant(undefined{}))
			continue
		}
		all = append(all, p.assignment().get)
		if !p.is(punct, "]") {
			p.want(",")
		}
	}
	return node{get: func(s *scope) any {
		s.m.take(160)
		return newArray(evaluate(s, all))
	}}
}

func (p *parser) object() node {
	type field struct {
		key   string
		value expr
	}
	var all []field
	for !p.accept("}") {
		t := p.take()
		key := t.text
		if t.kind == number {
			key = numberText(p.number(t.text))
		} else if t.kind != word && t.kind != literal {
			p.at--
			p.fail("a name")
		}
		all = append(all, field{key, p.fieldValue(key)})
		if !p.is(punct, "}") {
			p.want(",")
		}
	}
	return node{get: func(s *scope) any {
		s.m.take(160)
		o := newObject()
		for _, f := range all {
			s.m.setMember(o, f.key, f.value(s))
		}
		return o
	}}
}

// fieldValue reads what a name in an object literal stands for: also a method,
// or the name itself.
func (p *parser) fieldValue(key string) expr {
	switch {
	case p.accept(":"):
		return p.assignment().get
	case p.is(punct, "("):
		f := p.function("")
		return func(s *scope) any { return f.value(s) }
	}
	return func(s *scope) any { return s.value(key) }
}

// fresh reads behind new.
func (p *parser) fresh() node {
	n := p.primary()
	for p.accept(".") {
		n = p.member(n, constant(p.name()))
	}
	var args []expr
	if p.is(punct, "(") {
		args = p.arguments()
	}
	return node{get: func(s *scope) any {
		callee := n.get(s)
		return s.m.fresh(callee, evaluate(s, args))
	}}
}

// fresh makes an object with a function.
func (m *machine) fresh(f any, args []any) any {
	o, ok := f.(*object)
	if !ok || o.call == nil {
		m.throw("%.40q makes no objects", toString(f))
	}
	m.take(160)
	if o.make != nil {
		return o.make(m, args)
	}
	made := newObject()
	if proto, ok := o.props["prototype"].(*object); ok {
		made.proto = proto
	}
	if given, ok := m.call(o, made, args).(*object); ok {
		return given
	}
	return made
}
