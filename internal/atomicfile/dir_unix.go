//go:build unix

package atomicfile

import (
	"errors"
	"os"
)

// syncDir makes a rename last: on Unix the name is the directory's content.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
