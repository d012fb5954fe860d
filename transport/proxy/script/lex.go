package script

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// kind is the kind of a token.
type kind byte

const (
	end     kind = iota
	word         // a name or a keyword
	punct        // an operator
	number       // text is the number as it is written
	literal      // text is the content of a string
	regex        // text is pattern/flags
)

// token is one word of a script.
type token struct {
	kind    kind
	newline bool // before it
	text    string
	line    int32
}

// lexer cuts a script into tokens.
type lexer struct {
	m      *machine
	src    string
	at     int
	line   int32
	depth  int // of templates in each other
	tokens []token
}

func lex(m *machine, src string) []token {
	if len(src) > MaxSource {
		panic(stop{ErrMemory})
	}
	l := &lexer{m: m, src: strings.TrimPrefix(src, "\ufeff"), line: 1}
	l.all()
	l.add(end, "", false)
	return l.tokens
}

func (l *lexer) add(k kind, text string, newline bool) {
	l.m.take(40)
	if len(l.tokens) >= maxTokens {
		panic(stop{ErrMemory})
	}
	l.tokens = append(l.tokens, token{k, newline, text, l.line})
}

func (l *lexer) fail(what string) { l.m.throw("line %d: %s", l.line, what) }

func (l *lexer) all() {
	for {
		newline := l.space()
		if l.at >= len(l.src) {
			return
		}
		l.m.step(1)
		c := l.src[l.at]
		switch {
		case isLetter(c):
			l.add(word, l.while(func(c byte) bool { return isLetter(c) || isDigit(c) }), newline)
		case isDigit(c), c == '.' && l.at+1 < len(l.src) && isDigit(l.src[l.at+1]):
			l.add(number, l.number(), newline)
		case c == '"' || c == '\'':
			l.add(literal, l.str(c), newline)
		case c == '`':
			l.template(newline)
		case c == '/' && l.regexMayCome():
			l.add(regex, l.regex(), newline)
		default:
			l.add(punct, l.operator(), newline)
		}
	}
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= utf8.RuneSelf
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (l *lexer) while(ok func(byte) bool) string {
	from := l.at
	for l.at < len(l.src) && ok(l.src[l.at]) {
		l.at++
	}
	return l.src[from:l.at]
}

// space passes over blanks and comments, and reports whether a line ended.
func (l *lexer) space() (newline bool) {
	for l.at < len(l.src) {
		rest := l.src[l.at:]
		switch {
		case rest[0] == '\n':
			l.line++
			newline = true
			l.at++
		case strings.IndexByte(" \t\r\f\v\x00", rest[0]) >= 0:
			l.at++
		case strings.HasPrefix(rest, "\u00a0"):
			l.at += len("\u00a0")
		case strings.HasPrefix(rest, "\ufeff"):
			l.at += len("\ufeff")
		case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "<!--"):
			l.skipTo("\n", 0)
		case strings.HasPrefix(rest, "/*"):
			newline = l.skipTo("*/", 2) || newline
		default:
			return newline
		}
	}
	return newline
}

// skipTo goes behind the end of a comment that is n bytes long, or to the end.
func (l *lexer) skipTo(ending string, n int) (newline bool) {
	rest := l.src[l.at+n:]
	i := strings.Index(rest, ending)
	if i < 0 {
		i = len(rest)
		if n > 0 {
			l.fail("a comment does not end")
		}
	}
	lines := strings.Count(rest[:i], "\n")
	l.line += int32(lines)
	l.at += min(i+n+n, len(l.src)-l.at)
	return lines > 0
}

func (l *lexer) number() string {
	if rest := l.src[l.at:]; strings.HasPrefix(rest, "0x") || strings.HasPrefix(rest, "0X") {
		return l.while(func(c byte) bool { return isDigit(c) || isLetter(c) })
	}
	from := l.at
	l.while(func(c byte) bool { return isDigit(c) || c == '.' })
	if l.at < len(l.src) && l.src[l.at]|0x20 == 'e' {
		l.at++
		if l.at < len(l.src) && (l.src[l.at] == '+' || l.src[l.at] == '-') {
			l.at++
		}
		l.while(isDigit)
	}
	return l.src[from:l.at]
}

// str reads a string with its quotes.
func (l *lexer) str(quote byte) string {
	l.at++
	from, escaped := l.at, false
	var b strings.Builder
	for l.at < len(l.src) {
		switch c := l.src[l.at]; {
		case c == quote:
			s := l.src[from:l.at]
			l.at++
			if !escaped {
				return s // of the source: nothing is copied
			}
			return l.m.text(b.String() + s)
		case c == '\n':
			l.fail("a text does not end")
		case c == '\\':
			b.WriteString(l.src[from:l.at])
			b.WriteString(l.escape())
			from, escaped = l.at, true
		default:
			l.at++
		}
	}
	l.fail("a text does not end")
	return ""
}

// escape reads what begins with a backslash.
func (l *lexer) escape() string {
	l.at++
	if l.at >= len(l.src) {
		l.fail("a text does not end")
	}
	c := l.src[l.at]
	l.at++
	if i := strings.IndexByte("nrtbfv0", c); i >= 0 {
		return "\n\r\t\b\f\v\x00"[i : i+1]
	}
	switch c {
	case 'x':
		return l.code(2)
	case 'u':
		return l.code(4)
	case '\r':
		if l.at < len(l.src) && l.src[l.at] == '\n' {
			l.at++
		}
		l.line++
		return ""
	case '\n':
		l.line++
		return ""
	}
	return string([]byte{c})
}

func (l *lexer) code(digits int) string {
	if l.at+digits > len(l.src) {
		l.fail("a text does not end")
	}
	n, err := strconv.ParseUint(l.src[l.at:l.at+digits], 16, 32)
	if err != nil {
		l.fail("an escape is not a number")
	}
	l.at += digits
	return string(rune(n))
}

// template reads a template literal as a sum in brackets.
func (l *lexer) template(newline bool) {
	if l.depth++; l.depth > 8 {
		panic(stop{ErrDepth})
	}
	defer func() { l.depth-- }()
	l.at++
	l.add(punct, "(", newline)
	var b strings.Builder
	for {
		if l.at >= len(l.src) {
			l.fail("a text does not end")
		}
		switch rest := l.src[l.at:]; {
		case rest[0] == '`':
			l.at++
			l.add(literal, l.m.text(b.String()), false)
			l.add(punct, ")", false)
			return
		case strings.HasPrefix(rest, "${"):
			l.at += 2
			l.add(literal, l.m.text(b.String()), false)
			b.Reset()
			l.hole()
		case rest[0] == '\\':
			b.WriteString(l.escape())
		default:
			b.WriteByte(rest[0])
			l.at++
		}
	}
}

// hole reads an expression in a template, up to its closing brace.
func (l *lexer) hole() {
	depth, from := 1, l.at
	for depth > 0 {
		if l.at >= len(l.src) {
			l.fail("a text does not end")
		}
		switch l.src[l.at] {
		case '{':
			depth++
		case '}':
			depth--
		}
		l.at++
	}
	inner := &lexer{m: l.m, src: l.src[from : l.at-1], line: l.line, depth: l.depth}
	inner.all()
	l.add(punct, "+", false)
	l.add(punct, "(", false)
	for _, t := range inner.tokens {
		l.add(t.kind, t.text, t.newline)
	}
	l.add(punct, ")", false)
	l.add(punct, "+", false)
}

// beforeRegex are the words after which a slash begins a regular expression.
var beforeRegex = []string{"return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do"}

// regexMayCome guesses by what stands before, as is usual.
func (l *lexer) regexMayCome() bool {
	if len(l.tokens) == 0 {
		return true
	}
	switch last := l.tokens[len(l.tokens)-1]; last.kind {
	case word:
		return slices.Contains(beforeRegex, last.text)
	case punct:
		return last.text != ")" && last.text != "]" && last.text != "}"
	}
	return false
}

func (l *lexer) regex() string {
	l.at++
	from, class := l.at, false
	for {
		if l.at >= len(l.src) || l.src[l.at] == '\n' {
			l.fail("a regular expression does not end")
		}
		c := l.src[l.at]
		l.at++
		switch {
		case c == '\\' && l.at < len(l.src):
			l.at++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			l.while(isLetter)
			return l.src[from:l.at]
		}
	}
}

// operators, the longest first.
var operators = []string{
	">>>=", "===", "!==", ">>>", "<<=", ">>=", "...", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "<<", ">>", "+=", "-=", "*=", "/=", "%=",
	"&=", "|=", "^=", "{", "}", "(", ")", "[", "]", ";", ",", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", "?", ":", "=", ".",
}

func (l *lexer) operator() string {
	for _, o := range operators {
		if strings.HasPrefix(l.src[l.at:], o) {
			l.at += len(o)
			return o
		}
	}
	l.fail("there is a sign that means nothing: " + strconv.QuoteToASCII(l.src[l.at:l.at+1]))
	return ""
}
