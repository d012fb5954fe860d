package atomicfile

import (
	"fmt"
	"io"
	"io/fs"
	"os"
)

// System is the disk of this computer.
type System struct{}

var _ Disk = System{}

// Read implements Disk.
func (System) Read(path string, limit int64) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// Remove implements Disk.
func (System) Remove(path string) error { return os.Remove(path) }

// Rename implements Disk.
func (System) Rename(from, to string) error { return os.Rename(from, to) }

// Create never follows a link that somebody placed there: O_EXCL does not.
func (System) Create(path string, perm fs.FileMode) (File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// SyncDir implements Disk.
func (System) SyncDir(path string) error { return syncDir(path) }
