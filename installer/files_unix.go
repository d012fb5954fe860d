//go:build unix

package installer

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// create makes a file that does not exist, with these permissions whatever the
// umask, and brings it to the disk.
func create(path string, content io.Reader, perm fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if err == nil {
		err = f.Chmod(perm)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
