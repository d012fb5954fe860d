package installer

import (
	"os"
	"path/filepath"
)

// running returns this program's file. On Linux it can be read and started even
// when its name is gone; without /proc, in a bare chroot, its name has to do.
func running() string {
	const self = "/proc/self/exe"
	if _, err := os.Stat(self); err == nil {
		return self
	}
	if path, err := os.Executable(); err == nil {
		return path
	}
	path, err := filepath.Abs(os.Args[0])
	if err != nil {
		return os.Args[0]
	}
	return path
}
