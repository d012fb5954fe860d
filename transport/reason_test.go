package transport

import (
	"strings"
	"testing"
)

func TestReasons(t *testing.T) {
	long := strings.Repeat("a", MaxReason-1)
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"site restarts", "site restarts"},
		{long + "äöü", long},
		{"a\nb\x1b[2J", `"a\nb\x1b[2J"`},
	} {
		if got := ShowReason(ClipReason(c.in)); got != c.want {
			t.Errorf("%q is shown as %q, want %q", c.in, got, c.want)
		}
	}
}
