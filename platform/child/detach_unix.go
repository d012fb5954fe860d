//go:build unix

package child

import (
	"os/exec"
	"syscall"
)

// detach gives the program a session of its own, so that the end of this one's
// terminal is none of its business.
func detach(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid = true
}
