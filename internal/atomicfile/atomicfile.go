// Package atomicfile replaces whole small files so that a crash, a full disk or
// a power cut at any moment leaves either the old content or the new.
//
// It is not for logs or for what grows, and it is no lock: a file has one
// writer. Two at once do not mix their bytes, but one of them may fail.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Suffix ends the name of the file that is being written. It is always the same,
// so that what a crash left is overwritten and not collected.
const Suffix = ".new"

// Write replaces the content of the file at path, or makes it, with these
// permissions. When it returns nil the content is on the disk; after an error
// the old content still stands, or (only if the error is from the last sync)
// the new.
func Write(path string, data []byte, perm fs.FileMode) error {
	return WriteOn(System{}, path, data, perm)
}

// WriteOn is Write on another disk.
func WriteOn(d Disk, path string, data []byte, perm fs.FileMode) error {
	if err := write(d, path, data, perm); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Disk is what a file system does for small files, step by step. Errors are
// those of package os. There is another than System in tests only.
type Disk interface {
	// Read returns the first limit bytes of a file at most. What is no file is
	// an error, for opening it could wait for ever.
	Read(path string, limit int64) ([]byte, error)
	Remove(path string) error
	Create(path string, perm fs.FileMode) (File, error) // fails if it exists
	Rename(from, to string) error
	SyncDir(path string) error
}

// File is a file that is being written.
type File interface {
	Write(p []byte) (int, error)
	Sync() error
	Close() error
}

func write(d Disk, path string, data []byte, perm fs.FileMode) error {
	fresh := path + Suffix
	if err := d.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := fill(d, fresh, data, perm); err != nil {
		return errors.Join(err, ignoreMissing(d.Remove(fresh)))
	}
	if err := d.Rename(fresh, path); err != nil {
		return errors.Join(err, ignoreMissing(d.Remove(fresh)))
	}
	return d.SyncDir(filepath.Dir(path))
}

func fill(d Disk, path string, data []byte, perm fs.FileMode) error {
	f, err := d.Create(path, perm)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
