//go:build unix

// Package daemon starts the client in the background and stops it, where no
// service manager does: for init-script and for user mode.
//
// It is not a supervisor: what ends stays ended. It knows the client by the
// lock that a running one holds, never by a name.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"jump/platform/account"
	"jump/platform/lock"
)

// Times of starting and stopping.
const (
	look         = 20 * time.Millisecond // between two looks at the lock
	startTimeout = 20 * time.Second
	stopTimeout  = 20 * time.Second // more than an agent takes to end its conversations
	killTimeout  = 5 * time.Second
)

// maxSaid bounds what is repeated of a program that did not start, in bytes.
const maxSaid = 4 << 10

// Spec says what to start.
type Spec struct {
	Program string
	Args    []string
	Lock    string          // the file that the program locks while it runs
	Output  string          // the file that gets what it says, replaced at every start
	As      account.Account // who runs it
}

// EndedError says that a program ended at once.
type EndedError struct {
	Code int    // its exit code; -1 after a signal
	Said string // the beginning of what it said
}

func (e *EndedError) Error() string {
	if e.Said == "" {
		return fmt.Sprintf("it ended at once with exit code %d", e.Code)
	}
	return fmt.Sprintf("it ended at once with exit code %d: %s", e.Code, e.Said)
}

// Start starts the program in a session of its own, detached from terminal and
// files of this process, and returns when it holds its lock. If it ends before
// that, the error wraps an *EndedError.
func Start(ctx context.Context, s Spec) error {
	output, err := s.output()
	if err != nil {
		return fmt.Errorf("start the client: %w", err)
	}
	defer output.Close()
	cmd := exec.Command(s.Program, s.Args...)
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	s.As.Become(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the client: %w", err)
	}
	ended := make(chan struct{})
	go func() { // ends with the program, or with this process
		_ = cmd.Wait()
		close(ended)
	}()
	err = settled(ctx, held{s.Lock, s.As}, ended)
	if errors.Is(err, errEnded) {
		err = &EndedError{cmd.ProcessState.ExitCode(), said(output)}
	}
	if err != nil {
		return fmt.Errorf("start the client: %w", err)
	}
	return nil
}

// held is a lock that is looked at with the rights of the client's account, in
// whose hands its file is.
type held struct {
	path string
	as   account.Account
}

func (l held) owner() (pid int, err error) {
	err = l.as.Do(func() error {
		pid, err = lock.Owner(l.path)
		return err
	})
	return pid, err
}

func (l held) busy() (busy bool, err error) {
	err = l.as.Do(func() error {
		busy, err = lock.Held(l.path)
		return err
	})
	return busy, err
}

var errEnded = errors.New("the program has ended")

// output opens the file as its owner, so that no link leads root elsewhere.
func (s Spec) output() (f *os.File, err error) {
	err = s.As.Do(func() error {
		f, err = os.OpenFile(s.Output, os.O_RDWR|os.O_CREATE|os.O_TRUNC|syscall.O_NOFOLLOW, 0o600)
		return err
	})
	return f, err
}

// settled waits until the program holds its lock.
func settled(ctx context.Context, l held, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		if pid, err := l.owner(); err != nil || pid != 0 {
			return err
		}
		select {
		case <-ended:
			return errEnded
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func said(f *os.File) string {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, maxSaid))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// Stop asks the process that holds the lock to end, and kills it if it has not
// ended after 20 s. It returns when the lock is free; at once if it was. Whose
// process it is must be as: the file is in that account's hands, so it could
// name any process.
func Stop(ctx context.Context, path string, as account.Account) error {
	for _, s := range []struct {
		signal   syscall.Signal
		patience time.Duration
	}{{syscall.SIGTERM, stopTimeout}, {syscall.SIGKILL, killTimeout}} {
		free, err := end(ctx, held{path, as}, s.signal, s.patience)
		if err != nil {
			return fmt.Errorf("stop the client: %w", err)
		}
		if free {
			return nil
		}
	}
	return errors.New("stop the client: it does not end")
}

// end signals the holder of the lock and waits.
func end(ctx context.Context, l held, signal syscall.Signal, patience time.Duration) (free bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for sent := 0; ; {
		pid, err := l.owner()
		if err != nil {
			return false, err
		}
		if pid != 0 && pid != sent {
			if err := l.send(pid, signal); err != nil {
				return false, err
			}
			sent = pid
		}
		if busy, err := l.busy(); err != nil || !busy {
			return err == nil, err
		}
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return false, nil // the next signal is due
			}
			return false, ctx.Err()
		case <-tick.C:
		}
	}
}

// send takes hold of the process before it looks again whether it is the right
// one: process numbers are used again.
func (l held) send(pid int, signal syscall.Signal) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	defer p.Release()
	if again, err := l.owner(); err != nil || again != pid {
		return err
	}
	if !l.as.Runs(pid) {
		return fmt.Errorf("process %d holds the client's lock, but it is not %s's", pid, l.as.Name)
	}
	err = p.Signal(signal)
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}
