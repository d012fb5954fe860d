package script

import "slices"

// expression reads assignments with commas between.
func (p *parser) expression() node {
	first := p.assignment()
	if !p.is(punct, ",") {
		return first
	}
	all := []expr{first.get}
	for p.accept(",") {
		all = append(all, p.assignment().get)
	}
	return node{get: func(s *scope) (last any) {
		for _, e := range all {
			last = e(s)
		}
		return last
	}}
}

// assignments are the operators that assign; all but = work on the old value.
var assignments = []string{"=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", ">>>=", "&=", "|=", "^="}

func (p *parser) assignment() node {
	defer p.in()()
	if f := p.arrow(); f != nil {
		return node{get: func(s *scope) any { return f.value(s) }}
	}
	target := p.ternary()
	t := p.peek()
	if t.kind != punct || !slices.Contains(assignments, t.text) {
		return target
	}
	if target.name == "" && target.obj == nil {
		p.fail("no assignment")
	}
	p.at++
	value := p.assignment().get
	if t.text == "=" {
		return node{get: func(s *scope) any {
			to := target.place(s)
			v := value(s)
			to.set(v)
			return v
		}}
	}
	work := binaries[t.text[:len(t.text)-1]]
	return node{get: func(s *scope) any {
		to := target.place(s)
		v := work(s.m, to.get(), value(s))
		to.set(v)
		return v
	}}
}

// arrow reads an arrow function if one comes.
func (p *parser) arrow() *function {
	f := &function{arrow: true}
	switch {
	case p.is(word, "") && p.tokens[p.at+1].kind == punct && p.tokens[p.at+1].text == "=>":
		f.params = []string{p.take().text}
	case p.is(punct, "(") && p.arrowBehind():
		p.at++
		for !p.accept(")") {
			f.params = append(f.params, p.name())
			p.accept(",")
		}
	default:
		return nil
	}
	p.want("=>")
	if p.is(punct, "{") {
		p.body(f)
		return f
	}
	outer, block := p.f, p.block
	p.f, p.block = f, nil
	f.result = p.assignment().get
	p.f, p.block = outer, block
	return f
}

// arrowBehind reports whether names in brackets and an arrow come.
func (p *parser) arrowBehind() bool {
	for at := p.at + 1; ; at++ {
		switch t := p.tokens[at]; {
		case t.kind == word, t.kind == punct && t.text == ",":
		case t.kind == punct && t.text == ")":
			return p.tokens[at+1].kind == punct && p.tokens[at+1].text == "=>"
		default:
			return false
		}
	}
}

// ternary reads a whole chain of conditions at once.
func (p *parser) ternary() node {
	first := p.or()
	if !p.is(punct, "?") {
		return first
	}
	whens, thens := []expr{}, []expr{}
	last := first
	for p.accept("?") {
		whens = append(whens, last.get)
		thens = append(thens, p.assignment().get)
		p.want(":")
		if f := p.arrow(); f != nil {
			last = node{get: func(s *scope) any { return f.value(s) }}
			break
		}
		last = p.or()
		if t := p.peek(); t.kind == punct && slices.Contains(assignments, t.text) {
			p.fail("the end of a condition")
		}
	}
	return node{get: func(s *scope) any {
		for i, when := range whens {
			s.m.step(1)
			if toBool(when(s)) {
				return thens[i](s)
			}
		}
		return last.get(s)
	}}
}

func (p *parser) or() node { return p.logical([]string{"||", "??"}, p.and) }

func (p *parser) and() node {
	return p.logical([]string{"&&"}, func() node { return p.binary(0) })
}

// logical reads operands of operators that stop at the first that decides.
func (p *parser) logical(operators []string, operand func() node) node {
	first := operand()
	ops, all := []string{}, []expr{first.get}
	for t := p.peek(); t.kind == punct && slices.Contains(operators, t.text); t = p.peek() {
		p.at++
		ops, all = append(ops, t.text), append(all, operand().get)
	}
	if len(ops) == 0 {
		return first
	}
	return node{get: func(s *scope) any {
		v := all[0](s)
		for i, op := range ops {
			s.m.step(1)
			if op == "??" && nothing(v) || op != "??" && toBool(v) == (op == "&&") {
				v = all[i+1](s)
			}
		}
		return v
	}}
}

// levels are the other operators, those that bind least first.
var levels = [][]string{
	{"|"}, {"^"}, {"&"}, {"==", "!=", "===", "!=="}, {"<", ">", "<=", ">=", "in", "instanceof"}, {"<<", ">>", ">>>"}, {"+", "-"}, {"*", "/", "%"},
}

// binary reads a whole row of operators of one level at once.
func (p *parser) binary(level int) node {
	if level == len(levels) {
		return p.unary()
	}
	first := p.binary(level + 1)
	type step struct {
		work  func(m *machine, a, b any) any
		value expr
	}
	var all []step
	for t := p.peek(); (t.kind == punct || t.kind == word) && slices.Contains(levels[level], t.text); t = p.peek() {
		p.at++
		all = append(all, step{binaries[t.text], p.binary(level + 1).get})
	}
	if all == nil {
		return first
	}
	return node{get: func(s *scope) any {
		v := first.get(s)
		for _, st := range all {
			s.m.step(1)
			v = st.work(s.m, v, st.value(s))
		}
		return v
	}}
}

// unaries are the operators in front of a value.
var unaries = map[string]func(v any) any{
	"!":    func(v any) any { return !toBool(v) },
	"-":    func(v any) any { return -toNumber(v) },
	"+":    func(v any) any { return toNumber(v) },
	"~":    func(v any) any { return float64(^toInt(v)) },
	"void": func(any) any { return undefined{} },
}

func (p *parser) unary() node {
	defer p.in()()
	t := p.peek()
	if t.kind != punct && t.kind != word {
		return p.postfix()
	}
	if work := unaries[t.text]; work != nil {
		p.at++
		value := p.unary().get
		return node{get: func(s *scope) any { s.m.step(1); return work(value(s)) }}
	}
	switch t.text {
	case "++", "--":
		p.at++
		return p.count(p.unary(), t.text, true)
	case "typeof":
		p.at++
		return typeOfNode(p.unary())
	case "delete":
		p.at++
		return p.deletion(p.unary())
	}
	return p.postfix()
}

// typeOfNode takes a name that does not exist for undefined.
func typeOfNode(n node) node {
	return node{get: func(s *scope) any {
		if n.name != "" && s.find(n.name) == nil {
			return "undefined"
		}
		return typeOf(n.get(s))
	}}
}

func (p *parser) deletion(n node) node {
	return node{get: func(s *scope) any {
		if n.obj != nil {
			if o, ok := n.obj(s).(*object); ok {
				s.m.step(len(o.keys) / 8)
				o.remove(toString(n.key(s)))
			}
		}
		return true
	}}
}

// count is ++ and --, before or behind.
func (p *parser) count(target node, op string, before bool) node {
	if target.name == "" && target.obj == nil {
		p.fail("something to count")
	}
	by := map[string]float64{"++": 1, "--": -1}[op]
	return node{get: func(s *scope) any {
		s.m.step(1)
		to := target.place(s)
		old := toNumber(to.get())
		to.set(old + by)
		if before {
			return old + by
		}
		return old
	}}
}

func (p *parser) postfix() node {
	n := p.members()
	if t := p.peek(); !t.newline && (p.is(punct, "++") || p.is(punct, "--")) {
		p.at++
		return p.count(n, t.text, false)
	}
	return n
}

// members reads what follows a value: members of it and calls.
func (p *parser) members() node {
	n := p.primary()
	before := p.depth
	for {
		switch {
		case p.accept(".") || p.accept("?."):
			n = p.member(n, constant(p.name()))
		case p.accept("["):
			key := p.expression().get
			p.want("]")
			n = p.member(n, key)
		case p.is(punct, "("):
			n = callNode(n, p.arguments())
		default:
			p.depth = before
			return n
		}
		p.in() // a long chain nests when it runs
	}
}

func constant(v any) expr { return func(*scope) any { return v } }

func (p *parser) member(of node, key expr) node {
	return node{
		obj: of.get, key: key,
		get: func(s *scope) any {
			s.m.step(1)
			v := of.get(s)
			return s.m.member(v, key(s))
		},
	}
}

func (p *parser) arguments() (all []expr) {
	p.want("(")
	for !p.accept(")") {
		all = append(all, p.assignment().get)
		if !p.is(punct, ")") {
			p.want(",")
		}
	}
	return all
}

func evaluate(s *scope, all []expr) []any {
	s.m.take(16 * len(all))
	values := make([]any, len(all))
	for i, e := range all {
		values[i] = e(s)
	}
	return values
}

func callNode(f node, args []expr) node {
	return node{get: func(s *scope) any {
		s.m.step(1)
		if f.obj == nil {
			callee := f.get(s)
			return s.m.call(callee, undefined{}, evaluate(s, args))
		}
		this := f.obj(s)
		key := f.key(s)
		if method := s.m.method(this, key); method != nil {
			return method(s.m, this, evaluate(s, args))
		}
		callee := s.m.member(this, key)
		return s.m.call(callee, this, evaluate(s, args))
	}}
}
