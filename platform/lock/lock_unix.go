//go:build unix

package lock

import (
	"errors"
	"os"
	"syscall"
)

// try takes the lock, which closing the file gives back.
func try(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrHeld
	}
	return err
}
