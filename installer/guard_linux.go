package installer

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"jump/platform/account"
)

// GuardWord is the word of jumpclient behind which Guard is.
const GuardWord = "guard"

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

// task is what a guard needs to know.
type task struct {
	Hidden string `json:"hidden"` // to be removed, if it exists
	Made   string `json:"made"`   // what the hidden directory becomes, or was
	Dir    string `json:"dir"`    // to be uninstalled, if Made is the same as before
	Owner  uint32 `json:"owner"`  // whose rights on files suffice

	Service string `json:"service,omitempty"` // to be forgotten; empty in user mode
}

// guard is a second process that watches over an installation or an
// uninstallation: if the first one dies, it removes what that one left. Even a
// kill -9 so leaves nothing or a client.
type guard struct {
	task task
	cmd  *exec.Cmd
	to   io.WriteCloser
	from *bufio.Reader
}

// start starts the guard and returns when it knows its task.
func (g *guard) start(context.Context) error {
	g.cmd = exec.Command(running(), GuardWord)
	g.cmd.Dir = "/"
	g.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // a Ctrl-C is not for it
	to, err1 := g.cmd.StdinPipe()
	from, err2 := g.cmd.StdoutPipe()
	if err := errors.Join(err1, err2, g.cmd.Start()); err != nil {
		return err
	}
	g.to, g.from = to, bufio.NewReader(from)
	line, err := json.Marshal(g.task)
	if err != nil {
		return err
	}
	return g.say(string(line))
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

// begin and end are the first and the last step of what is guarded.
func (g *guard) begin() Step {
	return Step{"start a process that cleans up if this one is killed", g.start, g.dismiss}
}

func (g *guard) end() Step { return Step{Name: "end that process", Do: g.dismiss} }

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
// cleaned up because in ended without that word.
func Guard(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	var t task
	var made os.FileInfo
	for n := 0; lines.Scan(); n++ {
		switch line := lines.Text(); {
		case line == wordDone:
			return nil
		case line == wordMade:
			made, _ = os.Lstat(t.Hidden)
		case n == 0:
			if err := json.Unmarshal([]byte(line), &t); err != nil {
				return fmt.Errorf("guard an installation: %w", err)
			}
			made, _ = os.Lstat(t.Made) // there is nothing yet in an installation
		}
		if _, err := fmt.Fprintln(out, "heard"); err != nil {
			break // who could dismiss us is gone
		}
	}
	return t.clean(made)
}

// clean removes what an installation or uninstallation that was killed left.
func (t task) clean(made os.FileInfo) error {
	owner, err := account.ByID(t.Owner)
	if err != nil {
		return err
	}
	err = owner.Do(func() error { return os.RemoveAll(t.Hidden) })
	now, missing := os.Lstat(t.Made)
	switch {
	case missing == nil && made != nil && os.SameFile(now, made):
		return errors.Join(err, t.uninstall())
	case missing != nil && t.Service != "":
		return errors.Join(err, forgetService(context.Background(), t.Service))
	}
	return err
}

func (t task) uninstall() error {
	client, err := takeOff(t.Dir)
	if err != nil {
		return err
	}
	return Plan{Steps: client.all()}.Run(context.Background(), nil)
}
