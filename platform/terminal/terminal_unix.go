//go:build unix

package terminal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"jump/platform/program"
)

// defaultTerm is the terminal of a viewer that does not name its own.
const defaultTerm = "xterm-256color"

// terminal is the master's side of a pseudo-terminal. The program leads a
// session and a process group whose controlling terminal it is.
type terminal struct {
	master *os.File
	cmd    *exec.Cmd
	once   sync.Once
	ended  chan struct{} // closed when the program was waited for
	status int           // valid after ended
	err    error         // valid after ended
}

var _ Terminal = (*terminal)(nil)

// Start runs a program in a new terminal.
func Start(spec Spec, size Size) (Terminal, error) {
	cmd := command(spec)
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: size.Columns, Rows: size.Rows})
	if err != nil {
		return nil, fmt.Errorf("start %s in a terminal: %w", cmd.Path, err)
	}
	t := &terminal{cmd: cmd, ended: make(chan struct{})}
	go t.wait()
	if t.master, err = pollable(f); err != nil {
		f.Close()
		t.end()
		return nil, fmt.Errorf("start %s in a terminal: %w", cmd.Path, err)
	}
	return t, nil
}

func command(spec Spec) *exec.Cmd {
	shell := loginShell()
	cmd := exec.Command(shell)
	if len(spec.Args) > 0 {
		cmd = exec.Command(spec.Args[0], spec.Args[1:]...)
	} else {
		cmd.Args[0] = "-" + filepath.Base(shell) // what makes it a login shell
	}
	if cmd.Dir = spec.Dir; cmd.Dir == "" {
		cmd.Dir = program.Home()
	}
	term := spec.Term
	if term == "" {
		term = defaultTerm
	}
	cmd.Env = program.Environment("TERM="+term, "SHELL="+shell)
	return cmd
}

// pollable returns f as a file whose reads end when it is closed. The pty
// package asks for the descriptor, and a file that was asked so blocks for ever.
func pollable(f *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("duplicate a terminal: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("make a terminal non-blocking: %w", err)
	}
	name := f.Name()
	return os.NewFile(uintptr(fd), name), f.Close()
}

func (t *terminal) wait() {
	defer close(t.ended)
	err := t.cmd.Wait()
	if t.cmd.ProcessState == nil {
		t.err = fmt.Errorf("wait for %s: %w", t.cmd.Path, err)
		return
	}
	t.status = program.Status(t.cmd.ProcessState)
}

// Read gives io.EOF where Linux says EIO: the last program has closed the
// terminal.
func (t *terminal) Read(p []byte) (int, error) {
	n, err := t.master.Read(p)
	if errors.Is(err, syscall.EIO) || errors.Is(err, os.ErrClosed) {
		err = io.EOF
	}
	return n, err
}

func (t *terminal) Write(p []byte) (int, error) { return t.master.Write(p) }

func (t *terminal) Resize(s Size) error {
	c, err := t.master.SyscallConn()
	if err != nil {
		return fmt.Errorf("resize a terminal: %w", err)
	}
	var failed error
	err = c.Control(func(fd uintptr) {
		failed = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Col: s.Columns, Row: s.Rows})
	})
	if err = errors.Join(err, failed); err != nil {
		return fmt.Errorf("resize a terminal: %w", err)
	}
	return nil
}

func (t *terminal) Wait() (int, error) {
	<-t.ended
	return t.status, t.err
}

func (t *terminal) Close() error {
	var err error
	t.once.Do(func() {
		// Closing the master hangs up: the kernel tells the group in front.
		err = t.master.Close()
		t.end()
	})
	return err
}

// end ends the group that the program leads.
func (t *terminal) end() {
	t.signal(syscall.SIGHUP)
	select {
	case <-t.ended:
		return
	case <-time.After(Grace):
	}
	t.signal(syscall.SIGKILL)
	<-t.ended
}

func (t *terminal) signal(s syscall.Signal) {
	select {
	case <-t.ended: // its number may be somebody else's by now
	default:
		// ESRCH says that it has just ended.
		_ = syscall.Kill(-t.cmd.Process.Pid, s)
	}
}
