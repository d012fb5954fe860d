package strace

import (
	"slices"
	"strings"
	"testing"
)

const trace = `7 execve("/bin/x", ["x"], 0x7ffd /* 9 vars */) = 0
7 openat(AT_FDCWD, "a", O_RDONLY) = 3
8 openat(AT_FDCWD, "b", O_RDONLY <unfinished ...>
7 openat(AT_FDCWD, "c", O_RDONLY) = 4
8 <... openat resumed>) = 5
7 --- SIGURG {si_signo=SIGURG} ---
8 write(1, "x", 1) = 1
7 +++ exited with 0 +++
`

func TestCalls(t *testing.T) {
	got, err := Calls(strings.NewReader(trace))
	want := []string{"openat:signal=SIGKILL:when=1", "openat:signal=SIGKILL:when=2", "write:signal=SIGKILL:when=1"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestVisible(t *testing.T) {
	all := []string{"futex:signal=SIGKILL:when=1", "openat:signal=SIGKILL:when=1", "nanosleep:signal=SIGKILL:when=9"}
	if got := Visible(all); !slices.Equal(got, all[1:2]) {
		t.Errorf("%q", got)
	}
}

func TestSample(t *testing.T) {
	all := strings.Split("abcdefghij", "")
	if got := Sample(all, 4); strings.Join(got, "") != "acfh" {
		t.Errorf("%q", got)
	}
	if got := Sample(all, 20); !slices.Equal(got, all) {
		t.Errorf("%q", got)
	}
}
