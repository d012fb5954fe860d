// Package usage reads from /proc what a process has used.
//
// It is not a profiler, and it knows Linux only: so do those who measure.
package usage

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// tick is the unit of /proc/PID/stat, on every Linux of today (man 5 proc, USER_HZ).
const tick = 10 * time.Millisecond

// CPU returns the time that a process has spent on a processor, 0 if it is gone.
func CPU(pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The name in brackets may hold anything; the fields after it are numbers:
	// utime and stime are the 12th and 13th.
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(string(fields[11]))
	system, _ := strconv.Atoi(string(fields[12]))
	return time.Duration(user+system) * tick
}

// Resident returns the memory that a process holds, in bytes, 0 if it is gone.
func Resident(pid int) int64 { return status(pid, "VmRSS") << 10 }

// status returns a number of /proc/PID/status (proc_pid_status(5)).
func status(pid int, field string) int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
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
