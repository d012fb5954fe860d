package command

import (
	"os/signal"
	"runtime"
	"syscall"

	"github.com/spf13/cobra"

	"jump/installer"
)

// init keeps the main goroutine on the first thread, so that an installation
// makes its system calls in one order on one thread, and its guard does: what a
// kill at the n-th call finds is then always the same (test/linux kills at each).
func init() { runtime.LockOSThread() }

// guardCommand returns the word behind which an installation's second process
// is. Nobody types it.
func guardCommand() []*cobra.Command {
	return []*cobra.Command{{
		Use:    installer.GuardWord,
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM, syscall.SIGPIPE)
			if err := installer.Guard(cmd.InOrStdin(), cmd.OutOrStdout()); err != nil {
				report("cleaning up after an interrupted installation failed", err)
				return failed(err)
			}
			return nil
		},
	}}
}
