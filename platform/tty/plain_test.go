package tty

import (
	"encoding/json"
	"testing"
	"unicode"
)

func TestPlain(t *testing.T) {
	for _, c := range []struct{ in, keep, want string }{
		{"Müller 東京 🖥", "", "Müller 東京 🖥"},
		{"a\x1b[2Jb\x07\u009b1m\u202ec\x7f", "", "a�[2Jb��1m�c�"},
		{"two\nlines\t", "", "two�lines�"},
		{"two\nlines\t", "\n", "two\nlines�"},
		{"broken \xff", "", "broken �"},
	} {
		if got := Plain(c.in, c.keep); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

// FuzzPlainJSON: what is escaped says the same, and nothing of it steers a
// terminal.
func FuzzPlainJSON(f *testing.F) {
	f.Add("a\x1b[2J\u009b1m\u202e\x7f\n🖥\U000e0001 東京")
	f.Fuzz(func(t *testing.T, s string) {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var want, got string
		safe := PlainJSON(text)
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(safe, &got); err != nil || got != want {
			t.Errorf("%q became %q, %v", want, got, err)
		}
		for _, r := range string(safe) {
			if !unicode.IsPrint(r) {
				t.Errorf("%q has %U", safe, r)
			}
		}
	})
}
