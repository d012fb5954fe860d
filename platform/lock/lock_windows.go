package lock

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// place is the byte that is locked. Locks of Windows keep others from reading
// what they cover, and the file says who holds it, so it is far behind its end.
const place = 1 << 30

// try takes the lock, which closing the file gives back.
func try(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{Offset: place})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return ErrHeld
	}
	return err
}
