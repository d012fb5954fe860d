package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"jump/internal/atomicfile"
)

// Disabled reports whether the client was disabled (requirement A7). It is
// cheap enough to be asked every second. If that cannot be found out it is not:
// a broken disk makes no computer unreachable.
func (d Dir) Disabled() bool {
	_, err := os.Lstat(d.disabledFile())
	return err == nil
}

// SetDisabled disables the client or enables it, and reports whether that
// changed anything. It is for whoever may write to the state folder: the user
// of a client in user mode, root or an administrator in service mode. The error
// wraps fs.ErrPermission for all others.
func (d Dir) SetDisabled(disabled bool) (changed bool, err error) {
	was := d.Disabled()
	if disabled {
		err = atomicfile.Write(d.disabledFile(), nil, 0o600)
	} else if err = os.Remove(d.disabledFile()); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return false, fmt.Errorf("change whether the client is disabled: %w", err)
	}
	return was != disabled, nil
}

// disabledFile is there while the client is disabled. Its content means
// nothing.
func (d Dir) disabledFile() string { return d.file("state", "disabled") }
