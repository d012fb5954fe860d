package script

import "strconv"

// condition reads an expression in brackets.
func (p *parser) condition() expr {
	p.want("(")
	c := p.expression().get
	p.want(")")
	return c
}

// ifs reads a whole chain of else-ifs at once: real scripts have thousands.
func (p *parser) ifs() stmt {
	type branch struct {
		when expr
		then stmt
	}
	all := []branch{{p.condition(), p.statement()}}
	var otherwise stmt
	for p.accept("else") {
		if !p.accept("if") {
			otherwise = p.statement()
			break
		}
		all = append(all, branch{p.condition(), p.statement()})
	}
	return func(s *scope) signal {
		for _, b := range all {
			s.m.step(1)
			if toBool(b.when(s)) {
				return b.then(s)
			}
		}
		if otherwise != nil {
			return otherwise(s)
		}
		return next
	}
}

// turn runs the body of a loop once; over says that the loop ends with sig.
func turn(s *scope, body stmt, labels []string) (sig signal, over bool) {
	s.m.step(2)
	switch sig = body(s); sig {
	case breaks:
		if s.frame.label == "" {
			return next, true
		}
	case continues:
		if s.frame.label == "" || contains(labels, s.frame.label) {
			s.frame.label = ""
			return next, false
		}
	}
	return sig, sig != next
}

func contains(all []string, s string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}

// labels are the labels in front of the loop whose first word was just taken.
func (p *parser) labels() (all []string) {
	for at := p.at - 2; at > 0 && p.tokens[at].kind == punct && p.tokens[at].text == ":" && p.tokens[at-1].kind == word; at -= 2 {
		all = append(all, p.tokens[at-1].text)
	}
	return all
}

func (p *parser) whiles() stmt {
	labels := p.labels()
	when := p.condition()
	body := p.statement()
	return func(s *scope) signal {
		for toBool(when(s)) {
			if sig, over := turn(s, body, labels); over {
				return sig
			}
		}
		return next
	}
}

func (p *parser) dos() stmt {
	labels := p.labels()
	body := p.statement()
	p.want("while")
	when := p.condition()
	p.accept(";")
	return func(s *scope) signal {
		for {
			if sig, over := turn(s, body, labels); over {
				return sig
			}
			if !toBool(when(s)) {
				return next
			}
		}
	}
}

func (p *parser) fors() stmt {
	labels := p.labels()
	p.want("(")
	return p.scoped(func() stmt { return p.forBody(labels) })
}

func (p *parser) forBody(labels []string) stmt {
	if run := p.forEach(labels); run != nil {
		return run
	}
	first := func(*scope) signal { return next }
	if t := p.peek(); t.text == "var" || t.text == "let" || t.text == "const" {
		p.at++
		first = p.variables(t.text == "var")
	} else if !p.is(punct, ";") {
		value := p.expression().get
		first = func(s *scope) signal { value(s); return next }
	}
	p.want(";")
	when, after := p.optional(";"), p.optional(")")
	body := p.statement()
	return func(s *scope) signal {
		for first(s); when == nil || toBool(when(s)); {
			if sig, over := turn(s, body, labels); over {
				return sig
			}
			if after != nil {
				after(s)
			}
		}
		return next
	}
}

// optional reads an expression, or none, up to a sign.
func (p *parser) optional(ending string) expr {
	if p.accept(ending) {
		return nil
	}
	e := p.expression().get
	p.want(ending)
	return e
}

// forEach reads "[var] name in|of …)" if that comes.
func (p *parser) forEach(labels []string) stmt {
	at := p.at
	t := p.peek()
	declares := t.kind == word && (t.text == "var" || t.text == "let" || t.text == "const")
	if declares {
		p.at++
	}
	if !p.is(word, "") {
		p.at = at
		return nil
	}
	name := p.take().text
	of := p.is(word, "of")
	if !of && !p.is(word, "in") {
		p.at = at
		return nil
	}
	p.at++
	if declares {
		p.declareName(name, t.text == "var")
	}
	over := p.expression().get
	p.want(")")
	body := p.statement()
	return func(s *scope) signal {
		for _, v := range s.m.members(over(s), of) {
			place{s: s, name: name}.set(v)
			if sig, over := turn(s, body, labels); over {
				return sig
			}
		}
		return next
	}
}

// members are the keys of a value, or its elements.
func (m *machine) members(v any, elements bool) (all []any) {
	switch v := v.(type) {
	case string:
		m.take(16 * len(v))
		for i := range len(v) {
			if elements {
				all = append(all, v[i:i+1])
			} else {
				all = append(all, strconv.Itoa(i))
			}
		}
	case *object:
		m.take(32 * (len(v.list) + len(v.keys)))
		if elements {
			return append(all, v.list...)
		}
		for _, name := range v.names() {
			all = append(all, name)
		}
	}
	return all
}

func (p *parser) switches() stmt {
	value := p.condition()
	p.want("{")
	return p.scoped(func() stmt { return p.cases(value) })
}

func (p *parser) cases(value expr) stmt {
	type branch struct {
		when expr // nil: default
		then stmt
	}
	var all []branch
	for !p.accept("}") {
		var b branch
		if !p.accept("default") {
			p.want("case")
			b.when = p.expression().get
		}
		p.want(":")
		b.then = p.statements(func() bool { return p.is(word, "case") || p.is(word, "default") || p.is(punct, "}") })
		all = append(all, b)
	}
	pick := func(s *scope) int {
		v, otherwise := value(s), len(all)
		for i, b := range all {
			s.m.step(1)
			if b.when == nil {
				otherwise = i
			} else if same(v, b.when(s)) {
				return i
			}
		}
		return otherwise
	}
	return func(s *scope) signal {
		for _, b := range all[pick(s):] {
			if sig := b.then(s); sig == breaks && s.frame.label == "" {
				return next
			} else if sig != next {
				return sig
			}
		}
		return next
	}
}

// tries reads try, catch and finally.
func (p *parser) tries() stmt {
	body := p.braces()
	var name string
	var rescue, last stmt
	if p.accept("catch") {
		if p.accept("(") {
			name = p.name()
			p.want(")")
		}
		rescue = p.braces()
	}
	if p.accept("finally") {
		last = p.braces()
	}
	if rescue == nil && last == nil {
		p.fail("catch")
	}
	return func(s *scope) signal {
		sig, again := attempt(s, body)
		if again != nil && rescue != nil {
			inner := newScope(s.m, s)
			if name != "" {
				inner.declare(name, again.value)
			}
			sig, again = attempt(inner, rescue)
		}
		if last != nil {
			value := s.frame.value
			if end := last(s); end != next {
				return end
			}
			s.frame.value = value
		}
		if again != nil {
			panic(*again)
		}
		return sig
	}
}

// attempt runs what may throw. What stops the whole run goes through.
func attempt(s *scope, run stmt) (sig signal, caught *thrown) {
	calls := s.m.calls
	defer func() {
		switch e := recover().(type) {
		case nil:
		case thrown:
			caught, s.m.calls = &e, calls
		default:
			panic(e)
		}
	}()
	return run(s), nil
}
