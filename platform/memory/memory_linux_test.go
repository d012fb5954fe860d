package memory

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestRest: less of the program's file is resident afterwards, and the program
// goes on.
func TestRest(t *testing.T) {
	before := resident(t)
	Rest()
	if after := resident(t); after >= before {
		t.Errorf("%d kB of files are resident, %d before", after, before)
	}
}

// resident returns how many kB of files are mapped and in memory.
func resident(t *testing.T) (kB int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "RssFile:")
	if _, err := fmt.Sscan(rest, &kB); err != nil {
		t.Fatal(err)
	}
	return kB
}

// TestUntouched: what is writable, was written, is shared, or belongs to another
// file is let alone.
func TestUntouched(t *testing.T) {
	const smaps = `00400000-00500000 r-xp 00000000 00:1f 5 /opt/jump client
Size:               1024 kB
Anonymous:             0 kB
00500000-00600000 r--p 00100000 00:1f 5 /opt/jump client
Anonymous:             4 kB
00600000-00700000 rw-p 00200000 00:1f 5 /opt/jump client
Anonymous:             0 kB
00700000-00800000 r--s 00000000 00:1f 5 /opt/jump client
Anonymous:             0 kB
00800000-00900000 r-xp 00000000 00:1f 6 /lib/libc.so.6
Anonymous:             0 kB
7ffe00000000-7ffe00001000 r-xp 00000000 00:00 0
Anonymous:             0 kB
`
	want := []mapping{{0x400000, 0x500000}}
	if got := untouched(smaps, "/opt/jump client"); !slices.Equal(got, want) {
		t.Errorf("%x", got)
	}
}
