package child

import (
	"fmt"
	"os/exec"
)

// Detach starts a program that outlives this one, its terminal and its process
// group, and does not wait for it. It has no input and no output.
//
// A supervisor that ends everything which a service has started (systemd's
// control groups) ends it as well.
func Detach(cmd *exec.Cmd) error {
	cmd.Stdin, cmd.Stdout, cmd.Stderr = nil, nil, nil
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return cmd.Process.Release()
}
