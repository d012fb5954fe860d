package installer

import "syscall"

// Of fcntl.h, which package syscall keeps to itself.
const (
	atWorkDir   = -100  // AT_FDCWD
	atEffective = 0x200 // AT_EACCESS: the rights in force, not those of who started the program
)

// writable asks the kernel whether this thread may make names in a directory,
// access lists, read-only file systems and all. Nothing is written.
func writable(dir string) error {
	const write, search = 2, 1 // W_OK and X_OK of access(2)
	return syscall.Faccessat(atWorkDir, dir, write|search, atEffective)
}
