package channel

import (
	"io"
	"strings"
	"testing"
)

func TestEscape(t *testing.T) {
	for _, c := range []struct {
		name, want string
		typed      []string // one read each
		quit       bool
	}{
		{"plain text", "ls\r", []string{"ls\r"}, false},
		{"at the very beginning", "", []string{"~."}, true},
		{"after a line", "ls\r", []string{"ls\r~."}, true},
		{"in two reads", "ls\r", []string{"ls\r~", "."}, true},
		{"not in the middle of a line", "a~.", []string{"a~."}, false},
		{"a tilde is typed twice", "~", []string{"~~"}, false},
		{"and then the line has begun", "~.", []string{"~~."}, false},
		{"a tilde before something else", "~/x\r", []string{"~/x\r"}, false},
		{"a held tilde is given back", "~/", []string{"~", "/"}, false},
		{"after the interrupt character the line goes on", "\x03~.", []string{"\x03~."}, false},
		{"umlauts pass", "äöü€\r", []string{"äöü€\r"}, false},
	} {
		var e escape
		var out []byte
		var quit bool
		for _, in := range c.typed {
			if out, quit = e.filter(out, []byte(in)); quit {
				break
			}
		}
		if string(out) != c.want || quit != c.quit {
			t.Errorf("%s: %q, quit %v, want %q, %v", c.name, out, quit, c.want, c.quit)
		}
	}
}

// TestEscapeReader: what was typed before the escape is not lost.
func TestEscapeReader(t *testing.T) {
	left := false
	r := &escapeReader{in: strings.NewReader("~~ls\r~.exit\r"), leave: func() { left = true }}
	got, err := io.ReadAll(r)
	if string(got) != "~ls\r" || err != nil || !left {
		t.Errorf("%q, %v, left %v", got, err, left)
	}
}
