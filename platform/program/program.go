// Package program starts one program on this machine with its three streams
// apart, and ends it together with what it started.
//
// It is not a shell and never runs one by itself: the arguments are a vector,
// and no command line is built from text. It decides about no rights. For a
// program that wants a terminal there is platform/terminal.
package program

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"slices"
	"strings"
	"time"
)

// Grace is how long what a program left behind may hold its output open without
// writing anything.
const Grace = 2 * time.Second

// Spec says what to start.
type Spec struct {
	Args   []string // Args[0] is looked up in PATH
	Dir    string   // empty: the user's home directory
	Stdout io.Writer
	Stderr io.Writer
}

// Program is a running program. Its methods may be called from any goroutine,
// but Wait only once.
type Program struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *pipe
	stderr *pipe
	group  group
}

// Start starts a program in a group of its own. Its output goes to the writers
// of spec, of which nil drops it, from goroutines that Wait waits for.
func Start(spec Spec) (*Program, error) {
	if len(spec.Args) == 0 {
		return nil, errors.New("start a program: no name")
	}
	p := &Program{cmd: exec.Command(spec.Args[0], spec.Args[1:]...)}
	if err := p.start(spec); err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Args[0], err)
	}
	return p, nil
}

func (p *Program) start(spec Spec) (err error) {
	if p.cmd.Dir = spec.Dir; spec.Dir == "" {
		p.cmd.Dir = Home()
	}
	p.cmd.Env = Environment()
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	if p.stdout, err = newPipe(&p.cmd.Stdout); err != nil {
		return errors.Join(err, p.stdin.Close())
	}
	if p.stderr, err = newPipe(&p.cmd.Stderr); err == nil {
		err = p.group.start(p.cmd)
	}
	if err != nil {
		return errors.Join(err, p.stdin.Close(), p.stdout.close(), p.stderr.close())
	}
	p.stdout.carry(spec.Stdout)
	p.stderr.carry(spec.Stderr)
	return nil
}

// Stdin returns the program's standard input. Closing it is the end of input.
func (p *Program) Stdin() io.WriteCloser { return p.stdin }

// Wait waits until the program has ended and its output is written, and returns
// its exit status: 128+n after signal n. What the program left in the background
// is not waited for unless it writes.
func (p *Program) Wait() (int, error) {
	err := p.cmd.Wait()
	p.group.ended()
	p.stdout.ended()
	p.stderr.ended()
	<-p.stdout.done
	<-p.stderr.done
	if p.cmd.ProcessState == nil {
		return 0, fmt.Errorf("wait for %s: %w", p.cmd.Path, err)
	}
	return Status(p.cmd.ProcessState), nil
}

// Kill ends the program and its group at once. It does not wait for it.
func (p *Program) Kill() { p.group.kill() }

// Home returns the home directory of the user of this process, or the root
// directory where there is none.
func Home() string {
	if u, err := user.Current(); err == nil && isDir(u.HomeDir) {
		return u.HomeDir
	}
	if h, err := os.UserHomeDir(); err == nil && isDir(h) {
		return h
	}
	return string(os.PathSeparator)
}

func isDir(path string) bool {
	s, err := os.Stat(path)
	return err == nil && s.IsDir()
}

// Environment returns the environment for what a representative starts: this
// process's, but for what only concerns it, with the user's own values. Pairs
// are of the form NAME=value and replace others of their name.
func Environment(pairs ...string) []string {
	env := slices.DeleteFunc(os.Environ(), func(e string) bool {
		name, _, _ := strings.Cut(e, "=")
		return slices.Contains(private, name)
	})
	if u, err := user.Current(); err == nil {
		env = set(env, own(u)...)
	}
	return set(env, pairs...)
}

// private are the variables by which a service manager speaks to this process.
var private = []string{"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "INVOCATION_ID", "JOURNAL_STREAM"}

func set(env []string, pairs ...string) []string {
	for _, p := range pairs {
		name, _, _ := strings.Cut(p, "=")
		env = slices.DeleteFunc(env, func(e string) bool { return strings.HasPrefix(e, name+"=") })
		env = append(env, p)
	}
	return env
}
