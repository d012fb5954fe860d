package eventlog

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestLine: whatever is logged is one line of text that every system takes.
func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"plain":              "plain",
		"a\nb\r\x1b[2J\x00c": "a b  [2J c",
		"half \xff":          "half \ufffd",
	} {
		if got := line(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	long := line(strings.Repeat("ä", maxText))
	if len(long) > maxText+len("…") || !utf8.ValidString(long) || !strings.HasSuffix(long, "ä…") {
		t.Errorf("%d bytes that end in %q", len(long), long[len(long)-8:])
	}
}
