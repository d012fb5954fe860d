package tty

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Plain makes a text from outside harmless for a terminal: whatever is not a
// visible character (control sequences, changes of direction, line ends) and
// not one of keep becomes a visible "�".
func Plain(s, keep string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || strings.ContainsRune(keep, r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// PlainJSON makes JSON with texts from outside harmless for a terminal, without
// changing what it says. encoding/json escapes the control characters of ASCII
// but neither those of Unicode, of which U+009B alone begins a control
// sequence, nor changes of direction; this escapes all of them.
func PlainJSON(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r < 0x7F || unicode.IsPrint(r) {
			out = append(out, text[:n]...)
		} else {
			out = appendEscaped(out, r)
		}
		text = text[n:]
	}
	return out
}

// appendEscaped appends \uXXXX, twice for what UTF-16 says with two (RFC 8259
// section 7).
func appendEscaped(b []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	for _, u := range utf16.Encode([]rune{r}) {
		b = append(b, '\\', 'u', hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15])
	}
	return b
}
