// Package child runs programs that must not outlive this one: each in a process
// group of its own, so that a Ctrl-C in the terminal does not reach it behind
// our back, and ended together with all that it started.
//
// It is not a supervisor: it does not start anything again, and it knows
// nothing about services of the system.
package child

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"time"
)

// Process is a running program. Its methods are safe for concurrent use.
type Process struct {
	cmd   *exec.Cmd
	group group
	done  chan struct{}
	err   error // set before done is closed
}

// Start starts cmd. If this program dies, so does cmd: on Linux and Windows
// however that happens, on other systems if Stop is called.
func Start(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go p.run(started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return p, nil
}

// run keeps its thread until the program ends: Linux sends the parent's death
// signal when the thread that started the child is gone (prctl(2),
// PR_SET_PDEATHSIG).
func (p *Process) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	prepare(p.cmd)
	if err := p.cmd.Start(); err != nil {
		started <- err
		return
	}
	var err error
	if p.group, err = groupOf(p.cmd); err != nil {
		started <- errors.Join(err, p.cmd.Process.Kill(), p.cmd.Wait())
		return
	}
	started <- nil
	p.err = p.cmd.Wait()
	close(p.done)
}

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns how the program ended, as exec.Cmd.Wait does. Only after Done.
func (p *Process) Err() error { return p.err }

// Stop asks the program and all that it started to end, forces them to after
// the grace, and returns when the program is gone.
func (p *Process) Stop(grace time.Duration) error {
	defer p.group.release()
	select {
	case <-p.done:
		return p.group.kill() // what it may have left behind
	default:
	}
	if err := p.group.ask(); err != nil {
		return errors.Join(fmt.Errorf("stop %s: %w", p.cmd.Path, err), p.group.kill())
	}
	select {
	case <-p.done:
	case <-time.After(grace):
	}
	err := p.group.kill()
	<-p.done
	return err
}
