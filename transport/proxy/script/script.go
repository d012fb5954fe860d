// Package script runs the scripts that networks hand out to name their proxies
// (PAC): ECMAScript 3, and of what came later let, const, arrow functions,
// template literals, for-of and the usual methods of texts and arrays.
//
// It is no general JavaScript engine: there is no eval, no getter, no class, no
// exception of the language but Error, texts are bytes, and regular expressions
// are those of package regexp, whose time is bounded and which know neither
// look-ahead nor back references. A script is hostile: it is bounded in size,
// steps, memory, depth and time, and reaches nothing but the functions that it
// is given.
package script

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// MaxSource bounds a script, in bytes.
const MaxSource = 1 << 20

// Bounds of one run.
const (
	maxTokens   = 300_000
	maxNesting  = 200      // of what is written inside each other
	maxCalls    = 100      // of functions that wait for each other
	maxSteps    = 20 << 20 // of statements, expressions, and a few dozen bytes of text each
	maxMemory   = 64 << 20 // bytes that were ever asked for
	maxString   = 1 << 20  // bytes
	maxPattern  = 4096     // signs of a regular expression, repetitions written out
	maxMatched  = 8 << 10  // bytes of a text that is searched with one
	maxMatches  = 1000     // with the flag g
	maxPatterns = 256      // regular expressions that were read
)

// Errors of scripts that were stopped. No script can catch them.
var (
	ErrSteps  = errors.New("the script takes too many steps")
	ErrMemory = errors.New("the script takes too much memory")
	ErrDepth  = errors.New("the script is nested too deep")
)

// Func is a function of ours for scripts. Arguments that were left out read as
// undefined.
type Func func(ctx context.Context, args Args) any

// Args are the arguments of a call.
type Args []any

// Text returns an argument as a text, "" if it was left out.
func (a Args) Text(i int) string {
	if i >= len(a) {
		return ""
	}
	return toString(a[i])
}

// Number returns an argument as a number.
func (a Args) Number(i int) float64 { return toNumber(a.at(i)) }

func (a Args) at(i int) any {
	if i >= len(a) {
		return undefined{}
	}
	return a[i]
}

// Program is a script that was run once: its functions can be called. It is
// not safe for concurrent use.
type Program struct {
	m      *machine
	global *scope
}

// Run reads a script and runs it, with some functions of ours: they return nil,
// a bool, a float64 or a string.
func Run(ctx context.Context, source string, given map[string]Func) (*Program, error) {
	m := &machine{ctx: ctx}
	p := &Program{m, newScope(m, nil)}
	err := m.guard(func() {
		m.arguments = strings.Contains(source, "arguments")
		body := parse(m, source)
		builtins(p.global)
		for name, f := range given {
			p.global.declare(name, native(func(m *machine, _ any, args []any) any { return f(m.ctx, args) }))
		}
		body(p.global)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Has reports whether the script has a function of that name.
func (p *Program) Has(name string) bool {
	v := p.global.find(name)
	return v != nil && isFunction(*v)
}

// Call calls a function of the script with texts, and returns what it returns as
// a text. The bounds count for all calls together.
func (p *Program) Call(ctx context.Context, name string, args ...string) (result string, err error) {
	p.m.ctx = ctx
	err = p.m.guard(func() {
		v := p.global.find(name)
		if v == nil {
			p.m.throw("there is no function %s", name)
		}
		var given []any
		for _, a := range args {
			given = append(given, a)
		}
		result = toString(p.m.call(*v, undefined{}, given))
	})
	return result, err
}

// machine counts what a run takes.
type machine struct {
	ctx      context.Context
	steps    int
	memory   int
	calls    int
	patterns int
	// arguments says that the script has this word: to make the array for every
	// call would cost more than the call.
	arguments bool
}

// stop ends a run; thrown is what a script throws. Both are panics.
type (
	stop   struct{ error }
	thrown struct{ value any }
)

// guard turns what ends a run into an error.
func (m *machine) guard(run func()) (err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case stop:
			err = e.error
		case thrown:
			err = fmt.Errorf("the script fails: %.200q", toString(e.value))
		default:
			panic(e)
		}
	}()
	m.check()
	run()
	return nil
}

// step counts work; n is about the number of machine words that are looked at.
func (m *machine) step(n int) {
	before := m.steps
	if m.steps += n; m.steps > maxSteps {
		panic(stop{ErrSteps})
	}
	if before>>8 != m.steps>>8 {
		m.check()
	}
}

func (m *machine) check() {
	if m.ctx.Err() != nil {
		panic(stop{context.Cause(m.ctx)})
	}
}

// take counts memory, in bytes, before it is taken.
func (m *machine) take(n int) {
	if m.memory += n; n < 0 || m.memory > maxMemory {
		panic(stop{ErrMemory})
	}
	m.step(n / 64)
}

// text counts a text that was made.
func (m *machine) text(s string) string {
	if len(s) > maxString {
		panic(stop{ErrMemory})
	}
	m.take(len(s) + 16)
	return s
}

// throw ends a run with an Error that the script can catch.
func (m *machine) throw(format string, args ...any) {
	e := newObject()
	e.class = "Error"
	e.set("name", "Error")
	e.set("message", fmt.Sprintf(format, args...))
	panic(thrown{e})
}

// call calls a function.
func (m *machine) call(f, this any, args []any) any {
	o, ok := f.(*object)
	if !ok || o.call == nil {
		m.throw("%.40q is not a function", toString(f))
	}
	if m.calls++; m.calls > maxCalls {
		panic(stop{ErrDepth})
	}
	defer func() { m.calls-- }()
	m.step(4)
	return o.call(m, this, args)
}
