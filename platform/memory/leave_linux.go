package memory

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// leave lets go of the pages of the program's file. The kernel maps much more of
// it than is asked for, and counts that as the process's; what is needed again is
// mapped again, from the file's pages in the kernel's memory (madvise(2),
// MADV_DONTNEED).
func leave() {
	path, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return // no /proc: then it stays
	}
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return
	}
	for _, m := range untouched(string(smaps), path) {
		// A mapping that cannot be left stays as it is.
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, m.start, m.end-m.start, unix.MADV_DONTNEED)
	}
}

// mapping is a part of the address space.
type mapping struct{ start, end uintptr }

// untouched returns the mappings of the file at path, of those in proc_pid_smaps(5),
// that cannot be written and of which no page was: their pages are the file's.
func untouched(smaps, path string) (all []mapping) {
	var m mapping
	named := false
	for line := range strings.Lines(smaps) {
		line = strings.TrimSuffix(line, "\n")
		if next, perms, ok := heading(line); ok {
			m, named = next, strings.HasSuffix(line, " "+path) && perms[1] != 'w' && perms[3] == 'p'
		} else if size, ok := strings.CutPrefix(line, "Anonymous:"); ok && named && strings.TrimSpace(size) == "0 kB" {
			all = append(all, m)
		}
	}
	return all
}

// heading reads the line that a mapping begins with: "start-end rwxp …".
func heading(line string) (m mapping, perms string, ok bool) {
	from, rest, dash := strings.Cut(line, "-")
	to, rest, _ := strings.Cut(rest, " ")
	start, err := strconv.ParseUint(from, 16, 64)
	end, err2 := strconv.ParseUint(to, 16, 64)
	if !dash || err != nil || err2 != nil || len(rest) < 4 {
		return m, "", false
	}
	return mapping{uintptr(start), uintptr(end)}, rest[:4], true
}
