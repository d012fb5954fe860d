package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/sys/windows"

	"jump/platform/child"
	"jump/platform/lock"
)

// Times of starting and stopping.
const (
	look         = 50 * time.Millisecond // between two looks at the lock
	startTimeout = 20 * time.Second
	stopTimeout  = 10 * time.Second
)

// Start starts a program without a console and returns when it holds the lock
// on the file at path.
func Start(ctx context.Context, path string, cmd *exec.Cmd) error {
	if err := child.Detach(cmd); err != nil {
		return fmt.Errorf("start the client: %w", err)
	}
	err := until(ctx, startTimeout, func() (bool, error) {
		held, err := lock.Held(path)
		return held, err
	})
	if err != nil {
		return fmt.Errorf("start the client: %w", err)
	}
	return nil
}

// Stop ends the process that holds the lock on the file at path, and returns
// when the lock is free; at once if it was. Windows has nothing by which a
// program without a window could be asked, so it is ended like by a power cut,
// which its files are made for. The process must be one of program: the file
// could name any.
func Stop(ctx context.Context, path, program string) error {
	err := until(ctx, stopTimeout, func() (bool, error) {
		held, err := lock.Held(path)
		if err != nil || !held {
			return !held, err
		}
		pid, err := lock.Owner(path)
		if err != nil || pid == 0 {
			return false, err
		}
		return false, end(uint32(pid), program)
	})
	if err != nil {
		return fmt.Errorf("stop the client: %w", err)
	}
	return nil
}

// until asks again and again.
func until(ctx context.Context, patience time.Duration, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		if over, err := done(); over || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func end(pid uint32, program string) error {
	const access = windows.PROCESS_TERMINATE | windows.PROCESS_QUERY_LIMITED_INFORMATION | windows.SYNCHRONIZE
	h, err := windows.OpenProcess(access, false, pid)
	if errors.Is(err, windows.ERROR_INVALID_PARAMETER) { // it has ended meanwhile
		return nil
	}
	if err != nil {
		return fmt.Errorf("open process %d: %w", pid, err)
	}
	defer windows.CloseHandle(h)
	path, err := image(h)
	if err != nil {
		return fmt.Errorf("look at process %d: %w", pid, err)
	}
	if !same(path, program) {
		return fmt.Errorf("process %d is %s and not the client", pid, path)
	}
	if err := windows.TerminateProcess(h, 1); err != nil {
		return fmt.Errorf("end process %d: %w", pid, err)
	}
	_, err = windows.WaitForSingleObject(h, uint32(stopTimeout.Milliseconds()))
	return err
}

// image returns the path of a process's program.
func image(h windows.Handle) (string, error) {
	buf := make([]uint16, windows.MAX_LONG_PATH)
	n := uint32(len(buf))
	if err := windows.QueryFullProcessImageName(h, 0, &buf[0], &n); err != nil {
		return "", err
	}
	return windows.UTF16ToString(buf[:n]), nil
}

// same compares files, so that short names, links and capitals do not matter.
func same(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	if err1 != nil || err2 != nil {
		return strings.EqualFold(a, b)
	}
	return os.SameFile(x, y)
}
