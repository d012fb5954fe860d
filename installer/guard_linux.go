package installer

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// GuardWord and CleanWord are words of jumpclient. Behind them are Guard and
// Clean.
const (
	GuardWord = "guard"
	CleanWord = "clean"
)

// What is said to a guard, one line each; it answers every line but the last
// with one of its own.
//
//	{"hidden":…,"dir":…}  at first: the task
//	made                  the hidden directory exists
//	done                  all is well, or undone: end
const (
	wordMade = "made"
	wordDone = "done"
)

// guard is a second process that watches over an installation or an
// uninstallation: if the first one dies, it removes what that one left. Even a
// kill -9 so leaves nothing or a client.
type guard struct {
	task task
	cmd  *exec.Cmd
	to   io.WriteCloser
	from *bufio.Reader
}

// begin and end are the first and the last step of what is guarded.
func (g *guard) begin() Step {
	return Step{"start a process that cleans up if this one is killed", g.start, g.dismiss}
}

func (g *guard) end() Step { return Step{Name: "end that process", Do: g.dismiss} }

// start starts the guard and returns when it knows its task.
func (g *guard) start(context.Context) error {
	g.cmd = exec.Command(running(), GuardWord)
	g.cmd.Dir = "/"
	g.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // a Ctrl-C is not for it
	from, err := g.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	theirs, to, err := os.Pipe()
	if err != nil {
		return err
	}
	defer theirs.Close()
	g.cmd.Stdin = theirs
	if err := g.cmd.Start(); err != nil {
		return errors.Join(err, to.Close())
	}
	if g.task.Service != "" {
		if to, err = inherited(to); err != nil {
			return err
		}
	}
	g.to, g.from = to, bufio.NewReader(from)
	line, err := json.Marshal(g.task)
	if err != nil {
		return err
	}
	return g.say(string(line))
}

// inherited returns the file so that all which this process starts from now on
// has it, too, unused: a useradd or systemctl that goes on after a kill must have
// ended before the guard undoes what it did, and the guard hears the end of its
// input from the last that has this. It is for service mode, where nothing is
// started here that stays; the client of a user would.
func inherited(f *os.File) (*os.File, error) {
	defer f.Close()
	fd, err := syscall.Dup(int(f.Fd())) // closes with no exec, unlike what os opens
	if err != nil {
		return nil, fmt.Errorf("pass on a pipe: %w", err)
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// say returns when the guard has heard it.
func (g *guard) say(line string) error {
	_, err := fmt.Fprintln(g.to, line)
	if err == nil {
		_, err = g.from.ReadString('\n')
	}
	if err != nil {
		return fmt.Errorf("the process that cleans up after a kill does not answer: %w", err)
	}
	return nil
}

func (g *guard) made() error { return g.say(wordMade) }

// dismiss ends the guard. One that was killed is no reason to fail now.
func (g *guard) dismiss(context.Context) error {
	if g.to == nil {
		return nil
	}
	_, _ = fmt.Fprintln(g.to, wordDone)
	_ = g.to.Close()
	_ = g.cmd.Wait()
	g.to = nil
	return nil
}

// Guard is the other process. It returns when it is dismissed, or after it has
// had everything cleaned up because in ended without that word.
func Guard(in io.Reader, out io.Writer) error {
	var t task
	lines := bufio.NewScanner(in)
	for n := 0; lines.Scan(); n++ {
		switch line := lines.Text(); {
		case line == wordDone:
			return nil
		case line == wordMade:
			t.Client = identify(t.Hidden)
		case n == 0:
			if err := json.Unmarshal([]byte(line), &t); err != nil {
				return fmt.Errorf("guard an installation: %w", err)
			}
			t.Client = identify(t.Made) // none yet, in an installation
		}
		if _, err := fmt.Fprintln(out, "heard"); err != nil {
			break // who could dismiss us is gone
		}
	}
	return t.haveCleaned()
}

// haveCleaned leaves the cleaning to other processes: whatever kills one, the
// next goes on where it was. What was removed stays removed, so that ends.
func (t task) haveCleaned() error {
	const most = 100
	line, err := json.Marshal(t)
	if err != nil {
		return err
	}
	for range most {
		cmd := exec.Command(running(), CleanWord)
		cmd.Dir, cmd.Stdin = "/", bytes.NewReader(line)
		err = cmd.Run()
		if cmd.ProcessState == nil || cmd.ProcessState.Exited() {
			return err
		}
	}
	return err
}

// Clean does the task that it reads from in.
func Clean(in io.Reader) error {
	var t task
	if err := json.NewDecoder(in).Decode(&t); err != nil {
		return fmt.Errorf("clean up: %w", err)
	}
	return t.clean()
}
