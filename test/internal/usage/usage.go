// Package usage reads from /proc what a process has used.
//
// It is not a profiler, and it knows Linux only: so do those who measure.
package usage

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// tick is the unit of /proc/PID/stat, on every Linux of today (man 5 proc, USER_HZ).
const tick = 10 * time.Millisecond

// CPU returns the time that a process has spent on a processor, 0 if it is gone.
func CPU(pid int) time.Duration {
	f := stat(pid)
	return time.Duration(f[user]+f[system]) * tick
}

// ChildFaults returns the page faults of programs that a process has started and
// waited for, 0 if it is gone: it grows with each of them.
func ChildFaults(pid int) int64 { return stat(pid)[faultsEnded] }

// Family returns the time of a process and of all that it started, as far as it
// is running or was waited for.
func Family(pid int) time.Duration {
	f := stat(pid)
	sum := time.Duration(f[user]+f[system]+f[userEnded]+f[systemEnded]) * tick
	folders, _ := filepath.Glob("/proc/[0-9]*") // the pattern is a good one
	for _, folder := range folders {
		if child, _ := strconv.Atoi(filepath.Base(folder)); stat(child)[parent] == int64(pid) {
			sum += Family(child)
		}
	}
	return sum
}

// Fields of /proc/PID/stat after the name (proc_pid_stat(5)).
const (
	parent      = 1
	faultsEnded = 8
	user        = 11
	system      = 12
	userEnded   = 13
	systemEnded = 14
	known       = 15
)

// stat returns the numbers of /proc/PID/stat, all 0 if the process is gone.
func stat(pid int) (f [known]int64) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return f
	}
	// The name in brackets may hold anything; the fields after it are numbers.
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	for i := range min(known, len(fields)) {
		f[i], _ = strconv.ParseInt(string(fields[i]), 10, 64)
	}
	return f
}

// Wakeups returns how often the threads of a process that live have waited and
// gone on.
func Wakeups(pid int) (n int64) {
	all, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid)) // the pattern is a good one
	for _, path := range all {
		n += number(path, "voluntary_ctxt_switches")
	}
	return n
}

// Resident returns the memory that a process holds, in bytes, 0 if it is gone.
func Resident(pid int) int64 { return status(pid, "VmRSS") << 10 }

func status(pid int, field string) int64 { return number(fmt.Sprintf("/proc/%d/status", pid), field) }

// number returns a number of a file like /proc/PID/status (proc_pid_status(5)).
func number(path, field string) int64 {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(b) {
		if rest, ok := bytes.CutPrefix(line, []byte(field+":")); ok {
			n, _ := strconv.ParseInt(string(bytes.Fields(rest)[0]), 10, 64)
			return n
		}
	}
	return 0
}
