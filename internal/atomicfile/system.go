package atomicfile

import (
	"io/fs"
	"os"
)

// system is the disk of this computer.
type system struct{}

var _ disk = system{}

func (system) Remove(path string) error     { return os.Remove(path) }
func (system) Rename(from, to string) error { return os.Rename(from, to) }

// Create never follows a link that somebody placed there: O_EXCL does not.
func (system) Create(path string, perm fs.FileMode) (file, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (system) SyncDir(path string) error { return syncDir(path) }
