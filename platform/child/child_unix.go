//go:build unix

package child

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"
)

// group is a process group, named by its leader.
type group int

func prepare(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	dieWithParent(cmd.SysProcAttr)
}

func groupOf(cmd *exec.Cmd) (group, error) { return group(cmd.Process.Pid), nil }

func (g group) ask() error  { return g.signal(syscall.SIGTERM) }
func (g group) kill() error { return g.signal(syscall.SIGKILL) }
func (g group) release()    {}

// signal reaches every process of the group; that there is none left is fine,
// and so is EPERM, which macOS says of a group of zombies.
func (g group) signal(s syscall.Signal) error {
	err := syscall.Kill(-int(g), s)
	if err == nil || errors.Is(err, syscall.ESRCH) || errors.Is(err, syscall.EPERM) {
		return nil
	}
	return fmt.Errorf("send %v to process group %d: %w", s, int(g), err)
}
