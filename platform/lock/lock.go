// Package lock lets one process at a time have a directory.
//
// It is not for threads, and it is not a file of a process number: the operating
// system lets go of a lock when its process ends, however that happens.
package lock

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"
)

// ErrHeld is returned while another process holds the lock.
var ErrHeld = errors.New("another process holds the lock")

// File is a lock that this process holds.
type File struct{ f *os.File }

// Who only looks whether a lock is held has it for a moment, so Acquire tries
// again a few times.
const (
	tries = 5
	pause = 20 * time.Millisecond
)

// Acquire takes the lock on the file at path, and makes the file if there is
// none, for its owner alone. The error wraps ErrHeld if another has it.
func Acquire(path string) (*File, error) {
	f, err := open(path, os.O_CREATE)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	for n := 1; ; n++ {
		err := try(f)
		if err == nil {
			sign(f)
			return &File{f}, nil
		}
		if !errors.Is(err, ErrHeld) || n == tries {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		time.Sleep(pause)
	}
}

// open opens the file of a lock. A link could lead to a file that is not to be
// written to, and opening what is no file can do something by itself.
func open(path string, flags int) (*os.File, error) {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	return os.OpenFile(path, os.O_RDWR|flags, 0o600)
}

// sign writes who holds the lock into the file. That this fails, on a full
// disk, is no reason not to hold it.
func sign(f *os.File) {
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
}

// Owner returns the number of the process that holds the lock on the file at
// path, 0 if none does or it has not yet said so.
func Owner(path string) (int, error) {
	held, err := Held(path)
	if err != nil || !held {
		return 0, err
	}
	f, err := open(path, 0)
	if err != nil {
		return 0, fmt.Errorf("look at a lock: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 32))
	if err != nil {
		return 0, fmt.Errorf("look at a lock: %w", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid <= 0 {
		return 0, nil
	}
	return pid, nil
}

// Try takes a lock on a file that is open, which closing it gives back. The
// error is ErrHeld if another open file has it.
func Try(f *os.File) error { return try(f) }

// Release lets others have the lock. The file stays: removing it would let two
// processes hold a lock of the same name.
func (f *File) Release() error { return f.f.Close() }

// Held reports whether some process holds the lock on the file at path.
func Held(path string) (bool, error) {
	f, err := open(path, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at a lock: %w", err)
	}
	defer f.Close()
	err = try(f)
	if errors.Is(err, ErrHeld) {
		return true, nil
	}
	return false, err
}
