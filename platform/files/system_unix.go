//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Flags of opening: not to wait for whoever writes into a pipe that has taken a
// file's place, and through no link.
const (
	dontWait   = syscall.O_NONBLOCK
	dontFollow = syscall.O_NOFOLLOW
)

func legal(string) bool { return true }

func isFull(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }
func isName(err error) bool {
	return errors.Is(err, syscall.ENAMETOOLONG) || errors.Is(err, syscall.EILSEQ)
}
func isBusy(err error) bool { return errors.Is(err, syscall.ETXTBSY) || errors.Is(err, syscall.EBUSY) }

func modeOf(fi fs.FileInfo) uint32 { return uint32(fi.Mode().Perm()) }

// ours reports whether a file is this user's alone: in a folder that others
// write to, it could be theirs, or have a second name.
func ours(fi fs.FileInfo) bool {
	s, ok := fi.Sys().(*syscall.Stat_t)
	return ok && int(s.Uid) == os.Geteuid() && s.Nlink == 1
}

// drives are for systems that have several roots.
func drives(string) []Info { return nil }

// syncFolder does what it can: a folder may be written to and not read, and not
// every file system can.
func syncFolder(path string) {
	if f, err := os.Open(filepath.Dir(path)); err == nil {
		_ = f.Sync()
		f.Close()
	}
}
