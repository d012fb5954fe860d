package account

import (
	"errors"
	"fmt"
	"runtime"
	"syscall"
	"unsafe"
)

// Do calls fn with the account's rights on files, and no others: what fn makes
// belongs to the account, and where the account may not write, fn may not. fn
// must not start goroutines that touch files. Only root can act for others.
//
// The kernel keeps the user of file accesses for every thread (setfsuid(2)), so
// fn gets a thread of its own, which ends with it.
func (a Account) Do(fn func() error) error {
	if a.Own() {
		return fn()
	}
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // for good: nobody else shall get this thread
		if err := a.assume(); err != nil {
			done <- fmt.Errorf("act as %s: %w", a.Name, err)
			return
		}
		done <- fn()
	}()
	return <-done
}

// assume changes this thread alone, which is why it makes the calls itself:
// package syscall would change all threads.
func (a Account) assume() error {
	groups := a.Groups
	if len(groups) == 0 {
		groups = []uint32{a.GID}
	}
	if _, _, e := syscall.RawSyscall(syscall.SYS_SETGROUPS, uintptr(len(groups)), uintptr(unsafe.Pointer(&groups[0])), 0); e != 0 {
		return e
	}
	// The calls return the value before, never an error: a second one tells.
	for _, c := range []struct{ call, id uintptr }{{syscall.SYS_SETFSGID, uintptr(a.GID)}, {syscall.SYS_SETFSUID, uintptr(a.UID)}} {
		syscall.RawSyscall(c.call, c.id, 0, 0)
		if now, _, _ := syscall.RawSyscall(c.call, ^uintptr(0), 0, 0); uint32(now) != uint32(c.id) {
			return errors.New("only root may do that")
		}
	}
	return nil
}
