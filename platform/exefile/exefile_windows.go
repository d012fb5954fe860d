package exefile

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// Remove takes the program at path out of its folder at once, and sees to it
// that it is deleted. Until its processes have ended it lies in the folder
// aside, on the same volume, under a hidden name. sweep are the arguments that
// make this same program call Sweep with the path that follows them. A program
// that is not there is no error.
func Remove(path, aside string, sweep ...string) error {
	hidden := filepath.Join(aside, hiddenName())
	err := os.Rename(path, hidden)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && os.Remove(hidden) != nil {
		err = leaveTo(hidden, sweep)
		if err != nil {
			err = errors.Join(err, os.Rename(hidden, path))
		}
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", path, err)
	}
	return nil
}

func hiddenName() string { return ".jumpclient-" + strings.ToLower(rand.Text()[:10]) + ".exe" }

// leaveTo starts a copy of the program that deletes it.
func leaveTo(program string, sweep []string) error {
	clone := filepath.Join(filepath.Dir(program), hiddenName())
	if err := copyFile(clone, program); err != nil {
		return errors.Join(err, os.Remove(clone))
	}
	h, err := deleteOnClose(clone)
	if err != nil {
		return errors.Join(err, os.Remove(clone))
	}
	defer windows.CloseHandle(h)
	// A file that was written just now may be held for a moment by whatever
	// looks into new programs.
	for try := 1; ; try++ {
		err := start(clone, h, append(slices.Clone(sweep), program))
		if err == nil || try == startTries {
			return err
		}
		time.Sleep(startPause)
	}
}

// How often a program is started that does not start, and the time between.
const (
	startTries = 10
	startPause = 100 * time.Millisecond
)

// start starts a program that nobody waits for and that inherits a handle.
func start(program string, h windows.Handle, args []string) error {
	cmd := exec.Command(program, args...)
	cmd.Dir = filepath.Dir(program)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		CreationFlags:              windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP,
		AdditionalInheritedHandles: []syscall.Handle{syscall.Handle(h)},
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// deleteOnClose opens a file so that it is deleted when the last copy of the
// handle is closed.
func deleteOnClose(path string) (windows.Handle, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	sa := &windows.SecurityAttributes{InheritHandle: 1}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_DELETE
	return windows.CreateFile(name, windows.DELETE|windows.SYNCHRONIZE, share, sa, windows.OPEN_EXISTING, windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
}

// Times of waiting for a program's end.
const (
	sweepEvery = 50 * time.Millisecond
	sweepLimit = 2 * time.Minute
)

// Sweep deletes the program at path as soon as it has ended. One that is still
// running after two minutes is deleted when Windows starts the next time, where
// this process has the rights to order that.
func Sweep(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, sweepLimit)
	defer cancel()
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		err := os.Remove(path)
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return atRestart(path)
		}
	}
}

func atRestart(path string) error {
	name, err := windows.UTF16PtrFromString(path)
	if err == nil {
		err = windows.MoveFileEx(name, nil, windows.MOVEFILE_DELAY_UNTIL_REBOOT)
	}
	if err != nil {
		return fmt.Errorf("delete %s at the next start: %w", path, err)
	}
	return nil
}
