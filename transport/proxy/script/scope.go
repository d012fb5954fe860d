package script

// scope is where names live: a function's, a block's, or that of all.
type scope struct {
	m      *machine
	parent *scope
	vars   map[string]*any
	frame  *frame
}

// frame is one call of a function.
type frame struct {
	this  any
	value any    // that is returned
	label string // that break and continue go to; "": the innermost
}

func newScope(m *machine, parent *scope) *scope {
	m.take(64)
	s := &scope{m: m, parent: parent}
	if parent != nil {
		s.frame = parent.frame
	} else {
		s.frame = &frame{this: undefined{}}
	}
	return s
}

func (s *scope) declare(name string, v any) {
	if s.vars == nil {
		s.m.take(256)
		s.vars = map[string]*any{}
	}
	s.m.take(64)
	s.vars[name] = &v
}

// find returns where the value of a name is, nil if there is no such name.
func (s *scope) find(name string) *any {
	for at := s; at != nil; at = at.parent {
		if v := at.vars[name]; v != nil {
			return v
		}
	}
	return nil
}

// global is the scope of all.
func (s *scope) global() *scope {
	for s.parent != nil {
		s = s.parent
	}
	return s
}

// signal is how a statement ended.
type signal int

const (
	next signal = iota
	breaks
	continues
	returns
)

// stmt is a statement that was read, expr an expression.
type (
	stmt func(*scope) signal
	expr func(*scope) any
)

// node is an expression that may be assigned to: a name, or a member of
// something.
type node struct {
	get  expr
	name string
	obj  expr
	key  expr
}

// place is where an assignment goes; what is left of it is evaluated once.
type place struct {
	s    *scope
	name string
	obj  any
	key  any
}

func (n node) place(s *scope) place {
	if n.obj == nil {
		return place{s: s, name: n.name}
	}
	obj := n.obj(s)
	return place{s: s, obj: obj, key: n.key(s)}
}

func (p place) get() any {
	if p.name == "" {
		return p.s.m.member(p.obj, p.key)
	}
	return p.s.value(p.name)
}

func (s *scope) value(name string) any {
	if v := s.find(name); v != nil {
		return *v
	}
	s.m.throw("%.60s is not defined", name)
	return nil
}

func (p place) set(v any) {
	if p.name == "" {
		p.s.m.setMember(p.obj, p.key, v)
		return
	}
	if old := p.s.find(p.name); old != nil {
		*old = v
		return
	}
	p.s.global().declare(p.name, v) // as sloppy scripts have it
}

// function is a function of a script.
type function struct {
	name   string
	params []string
	vars   []string // declared anywhere inside
	inner  []declared
	body   stmt
	arrow  bool
	result expr // of an arrow without a body
}

type declared struct {
	name string
	f    *function
}

// value makes a function that sees a scope.
func (f *function) value(outer *scope) *object {
	outer.m.take(160)
	o := native(nil)
	o.call = func(m *machine, this any, args []any) any {
		s := newScope(m, outer)
		if !f.arrow {
			s.frame = &frame{this: this, value: undefined{}}
			if m.arguments {
				s.declare("arguments", m.list(args))
			}
		}
		if f.name != "" {
			s.declare(f.name, o)
		}
		for i, name := range f.params {
			s.declare(name, Args(args).at(i))
		}
		return f.run(s)
	}
	return o
}

func (f *function) run(s *scope) any {
	if f.arrow {
		s.frame = &frame{this: s.frame.this, value: undefined{}}
	}
	if f.result != nil {
		return f.result(s)
	}
	f.enter(s)
	if f.body(s) == returns {
		return s.frame.value
	}
	return undefined{}
}

// enter declares what is hoisted.
func (f *function) enter(s *scope) {
	for _, name := range f.vars {
		if s.vars[name] == nil {
			s.declare(name, undefined{})
		}
	}
	for _, d := range f.inner {
		s.declare(d.name, d.f.value(s))
	}
}
