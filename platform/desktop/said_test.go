package desktop

import (
	"slices"
	"strings"
	"testing"
)

func TestRelay(t *testing.T) {
	long := strings.Repeat("x", 5*maxSaidLine)
	r := strings.NewReader("one\r\n\n" + long + "\ntwo\xff\n" + strings.Repeat("more\n", 2*maxSaid) + "last")
	var got []string
	relay(r, func(line string) { got = append(got, line) })
	if want := []string{"one", long[:maxSaidLine], "two?"}; !slices.Equal(got[:3], want) {
		t.Errorf("it says %q", got[:3])
	}
	if len(got) > maxSaid || r.Len() > 0 {
		t.Errorf("%d lines, and %d bytes were not read", len(got), r.Len())
	}
}
