package script

import "slices"

// parser makes functions of tokens.
type parser struct {
	m      *machine
	tokens []token
	at     int
	depth  int
	f      *function
	block  *[]string // names of let and const in the innermost block; nil: the function's own
}

// parse reads a whole script.
func parse(m *machine, src string) stmt {
	p := &parser{m: m, tokens: lex(m, src), f: &function{}}
	body := p.statements(func() bool { return p.is(end, "") })
	f := p.f
	return func(s *scope) signal {
		f.enter(s)
		return body(s)
	}
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) is(k kind, text string) bool {
	t := p.tokens[p.at]
	return t.kind == k && (text == "" || t.text == text)
}

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

// accept takes an operator or a keyword if it is the next token.
func (p *parser) accept(text string) bool {
	t := p.peek()
	if t.text != text || t.kind != punct && t.kind != word {
		return false
	}
	p.at++
	return true
}

func (p *parser) want(text string) {
	if !p.accept(text) {
		p.fail(text)
	}
}

func (p *parser) fail(wanted string) {
	t := p.peek()
	p.m.throw("line %d: %.40q where %s should be", t.line, t.text, wanted)
}

// in counts how deep things are nested; the result undoes it.
func (p *parser) in() func() {
	if p.depth++; p.depth > maxNesting {
		panic(stop{ErrDepth})
	}
	p.m.take(48)
	return func() { p.depth-- }
}

// semicolon ends a statement, as scripts leave it out.
func (p *parser) semicolon() {
	if p.accept(";") || p.is(punct, "}") || p.is(end, "") || p.peek().newline {
		return
	}
	p.fail("the end of a statement")
}

// name takes a name. Words of the language are not told apart but where they
// mean something.
func (p *parser) name() string {
	if !p.is(word, "") {
		p.fail("a name")
	}
	return p.take().text
}

// statements reads up to where over says.
func (p *parser) statements(over func() bool) stmt {
	var all []stmt
	for !over() {
		if p.is(end, "") {
			p.fail("}")
		}
		all = append(all, p.statement())
	}
	return func(s *scope) signal {
		for _, run := range all {
			s.m.step(1)
			if sig := run(s); sig != next {
				return sig
			}
		}
		return next
	}
}

// braces reads a block with names of its own.
func (p *parser) braces() stmt {
	p.want("{")
	return p.scoped(func() stmt {
		body := p.statements(func() bool { return p.is(punct, "}") })
		p.want("}")
		return body
	})
}

// scoped gives what is read inside names of its own.
func (p *parser) scoped(read func() stmt) stmt {
	outer, names := p.block, []string{}
	p.block = &names
	body := read()
	p.block = outer
	if len(names) == 0 {
		return body
	}
	return func(s *scope) signal {
		inner := newScope(s.m, s)
		for _, name := range names {
			inner.declare(name, undefined{})
		}
		return body(inner)
	}
}

// statement words, by what begins them.
var statements map[string]func(*parser) stmt

func init() {
	statements = map[string]func(*parser) stmt{
		"var": (*parser).declaration, "let": (*parser).declaration, "const": (*parser).declaration,
		"function": (*parser).functionStatement, "if": (*parser).ifs, "for": (*parser).fors, "while": (*parser).whiles, "do": (*parser).dos,
		"break": (*parser).breakStatement, "continue": (*parser).continueStatement, "return": (*parser).returnStatement,
		"switch": (*parser).switches, "throw": (*parser).throwStatement, "try": (*parser).tries,
	}
}

func (p *parser) statement() stmt {
	defer p.in()()
	t := p.peek()
	switch {
	case t.kind == punct && t.text == "{":
		return p.braces()
	case t.kind == punct && t.text == ";":
		p.at++
		return func(*scope) signal { return next }
	case t.kind == word && statements[t.text] != nil:
		p.at++
		return statements[t.text](p)
	case t.kind == word && p.tokens[p.at+1].kind == punct && p.tokens[p.at+1].text == ":":
		p.at += 2
		return p.labelled(t.text)
	}
	value := p.expression().get
	p.semicolon()
	return func(s *scope) signal {
		value(s)
		return next
	}
}

func (p *parser) labelled(label string) stmt {
	body := p.statement()
	return func(s *scope) signal {
		sig := body(s)
		if sig == breaks && s.frame.label == label {
			s.frame.label = ""
			return next
		}
		return sig
	}
}

// declaration reads behind var, let or const.
func (p *parser) declaration() stmt {
	run := p.variables(p.tokens[p.at-1].text == "var")
	p.semicolon()
	return run
}

func (p *parser) declareName(name string, isVar bool) {
	p.m.take(16)
	if isVar || p.block == nil {
		if !slices.Contains(p.f.vars[max(0, len(p.f.vars)-8):], name) {
			p.f.vars = append(p.f.vars, name)
		}
		return
	}
	*p.block = append(*p.block, name)
}

func (p *parser) variables(isVar bool) stmt {
	var all []stmt
	for {
		name := p.name()
		p.declareName(name, isVar)
		if p.accept("=") {
			value := p.assignment().get
			all = append(all, func(s *scope) signal {
				place{s: s, name: name}.set(value(s))
				return next
			})
		}
		if !p.accept(",") {
			break
		}
	}
	return func(s *scope) signal {
		for _, run := range all {
			run(s)
		}
		return next
	}
}

func (p *parser) functionStatement() stmt {
	name := p.name()
	f := p.function(name)
	p.f.inner = append(p.f.inner, declared{name, f})
	return func(*scope) signal { return next }
}

// function reads parameters and a body.
func (p *parser) function(name string) *function {
	f := &function{name: name}
	p.want("(")
	for !p.accept(")") {
		f.params = append(f.params, p.name())
		if !p.is(punct, ")") {
			p.want(",")
		}
	}
	p.body(f)
	return f
}

// body reads what a function does.
func (p *parser) body(f *function) {
	defer p.in()()
	outer, block := p.f, p.block
	p.f, p.block = f, nil
	p.want("{")
	f.body = p.statements(func() bool { return p.is(punct, "}") })
	p.want("}")
	p.f, p.block = outer, block
}

func (p *parser) breakStatement() stmt    { return p.leave(breaks) }
func (p *parser) continueStatement() stmt { return p.leave(continues) }

func (p *parser) leave(sig signal) stmt {
	label := ""
	if p.is(word, "") && !p.peek().newline {
		label = p.take().text
	}
	p.semicolon()
	return func(s *scope) signal {
		s.frame.label = label
		return sig
	}
}

func (p *parser) returnStatement() stmt {
	value := func(*scope) any { return undefined{} }
	if t := p.peek(); !t.newline && t.kind != end && !p.is(punct, ";") && !p.is(punct, "}") {
		value = p.expression().get
	}
	p.semicolon()
	return func(s *scope) signal {
		s.frame.value = value(s)
		return returns
	}
}

func (p *parser) throwStatement() stmt {
	value := p.expression().get
	p.semicolon()
	return func(s *scope) signal { panic(thrown{value(s)}) }
}
