package transport

import (
	"fmt"
	"unicode/utf8"
)

// MaxReason bounds the reason that Close sends, in bytes.
const MaxReason = 200

// ClipReason cuts a text to MaxReason bytes without cutting a character.
func ClipReason(s string) string {
	if len(s) <= MaxReason {
		return s
	}
	n := MaxReason
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// ShowReason bounds and quotes what a peer gave as its reason, for logs and
// terminals.
func ShowReason(s string) string {
	if q := fmt.Sprintf("%q", ClipReason(s)); q[1:len(q)-1] != s {
		return q
	}
	return s
}
