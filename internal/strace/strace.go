// Package strace lists the moments at which a program can be killed, for tests
// that kill it at them: its system calls, as strace(1) counts those.
//
// It is not what runs strace: where that is, and what is killed, the test says.
package strace

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
)

// Whom says who is traced, as arguments of strace.
var (
	// OneProcess is a process with its threads: strace lets go of those that it
	// starts when they become another program.
	OneProcess = []string{"-f", "-b", "execve"}
	// Everybody is a process and all that come of it.
	Everybody = []string{"-f"}
)

var callLine = regexp.MustCompile(`^(\d+) +(\w+)\(`)

// Calls reads what `strace -f -o` wrote and returns every system call but
// execve as strace's injection takes it: the n-th of its name in a thread, with
// SIGKILL. The order is by name.
func Calls(trace io.Reader) ([]string, error) {
	count, most := map[string]int{}, map[string]int{}
	s := bufio.NewScanner(trace)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		if m := callLine.FindStringSubmatch(s.Text()); m != nil && m[2] != "execve" {
			count[m[1]+m[2]]++
			most[m[2]] = max(most[m[2]], count[m[1]+m[2]])
		}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(most)) {
		for n := 1; n <= most[name]; n++ {
			all = append(all, fmt.Sprintf("%s:signal=SIGKILL:when=%d", name, n))
		}
	}
	return all, s.Err()
}

// own are calls that nobody but the process itself can see, most of them by Go's
// scheduler and as many as the clock likes.
var own = regexp.MustCompile(`^(rt_sig\w+|sigaltstack|futex|nanosleep|sched_\w+|madvise|mmap|munmap|brk|getpid|gettid|tgkill|clock_\w+|epoll_\w+):`)

// Visible returns the calls that others may see. What a kill at another one
// leaves is what a kill at the next of these leaves.
func Visible(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), own.MatchString)
}

// Sample takes most of all, evenly.
func Sample(all []string, most int) []string {
	if len(all) <= most {
		return all
	}
	var some []string
	for i := range most {
		some = append(some, all[i*len(all)/most])
	}
	return some
}
