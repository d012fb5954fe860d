package script

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
)

// regex reads a regular expression. Those of package regexp take time that
// grows with the text only, whoever has written them.
func (m *machine) regex(pattern, flags string) *object {
	if m.patterns++; m.patterns > maxPatterns || len(pattern) > maxPattern {
		panic(stop{ErrMemory})
	}
	mode := ""
	for _, f := range flags {
		if f == 'i' || f == 'm' {
			mode += string(f)
		}
	}
	if mode != "" {
		mode = "(?" + mode + ")"
	}
	// In package regexp a slash needs no escape and may have none.
	compiled, err := compile(m, mode+strings.ReplaceAll(pattern, `\/`, "/"))
	if err != nil {
		m.throw("the regular expression %.80q cannot be used: %v", pattern, err)
	}
	o := &object{class: "RegExp", pattern: compiled, all: strings.Contains(flags, "g")}
	o.set("source", pattern)
	return o
}

// compile looks how large a regular expression becomes before it does.
func compile(m *machine, pattern string) (*regexp.Regexp, error) {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	n := size(tree)
	if n > maxPattern {
		return nil, errors.New("it is too large")
	}
	m.take(4096 + 64*n)
	return regexp.Compile(pattern)
}

// size counts what there is in a regular expression when its repetitions are
// written out.
func size(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)
	for _, sub := range re.Sub {
		n += size(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return min(n, maxPattern+1)
}

// pattern makes a regular expression of what is one, or of a text.
func (m *machine) pattern(v any) *object {
	if o, ok := v.(*object); ok && o.pattern != nil {
		return o
	}
	return m.regex(toString(v), "")
}

// find runs a regular expression, whose cost is the product of both lengths.
func (m *machine) find(o *object, s string) []int {
	if len(s) > maxMatched {
		panic(stop{ErrMemory})
	}
	m.step(1 + len(s)*(1+len(o.pattern.String())/8))
	return o.pattern.FindStringSubmatchIndex(s)
}

// findAll goes on behind every match, at most that many times.
func (m *machine) findAll(o *object, s string, most int) (all [][]int) {
	for from := 0; len(all) < most && from <= len(s); {
		at := m.find(o, s[from:])
		if at == nil || from > 0 && strings.HasPrefix(o.pattern.String(), "^") {
			return all
		}
		for i := range at {
			if at[i] >= 0 {
				at[i] += from
			}
		}
		m.take(48 + 8*len(at))
		all = append(all, at)
		from = max(at[1], at[0]+1)
	}
	return all
}

// found is what exec and match return: null, or what was found with its groups.
func (m *machine) found(o *object, s string) any {
	at := m.find(o, s)
	if at == nil {
		return nil
	}
	m.take(160 + 16*len(at))
	list := make([]any, len(at)/2)
	for i := range list {
		list[i] = undefined{}
		if at[2*i] >= 0 {
			list[i] = s[at[2*i]:at[2*i+1]]
		}
	}
	found := newArray(list)
	found.set("index", float64(at[0]))
	found.set("input", s)
	return found
}

func match(m *machine, s string, a Args) any {
	o := m.pattern(a.at(0))
	if !o.all {
		return m.found(o, s)
	}
	all := m.findAll(o, s, maxMatches)
	if all == nil {
		return nil
	}
	list := make([]any, len(all))
	for i, at := range all {
		list[i] = s[at[0]:at[1]]
	}
	return newArray(list)
}

func search(m *machine, s string, a Args) any {
	if at := m.find(m.pattern(a.at(0)), s); at != nil {
		return float64(at[0])
	}
	return -1.0
}

// replace is String.replace: of a text or a pattern, by a text or what a
// function says.
func replace(m *machine, s string, a Args) any {
	o, ok := a.at(0).(*object)
	if !ok || o.pattern == nil {
		at := strings.Index(s, a.Text(0))
		if at < 0 {
			return s
		}
		return m.replaced(s, [][]int{{at, at + len(a.Text(0))}}, a.at(1))
	}
	most := 1
	if o.all {
		most = maxMatches
	}
	return m.replaced(s, m.findAll(o, s, most), a.at(1))
}

func (m *machine) replaced(s string, places [][]int, by any) any {
	var b strings.Builder
	last := 0
	for _, at := range places {
		b.WriteString(s[last:at[0]])
		b.WriteString(m.replacement(s, at, by))
		last = at[1]
		m.take(32)
		if b.Len() > maxString {
			panic(stop{ErrMemory})
		}
	}
	return m.text(b.String() + s[last:])
}

func (m *machine) replacement(s string, at []int, by any) string {
	group := func(i int) string {
		if 2*i+1 >= len(at) || at[2*i] < 0 {
			return ""
		}
		return s[at[2*i]:at[2*i+1]]
	}
	if isFunction(by) {
		var args []any
		for i := range len(at) / 2 {
			args = append(args, group(i))
		}
		return m.text(toString(m.call(by, undefined{}, append(args, float64(at[0]), s))))
	}
	text := toString(by)
	if !strings.Contains(text, "$") {
		return text
	}
	pairs := []string{"$$", "$", "$&", group(0)}
	for i := 1; i < 10; i++ {
		pairs = append(pairs, "$"+string(rune('0'+i)), group(i))
	}
	return m.text(strings.NewReplacer(pairs...).Replace(text))
}
