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

// guardCommands returns the words of the processes that clean up after an
// installation. Nobody types them.
func guardCommands() []*cobra.Command {
	return []*cobra.Command{
		guarding(installer.GuardWord, func(cmd *cobra.Command) error { return installer.Guard(cmd.InOrStdin(), cmd.OutOrStdout()) }),
		guarding(installer.CleanWord, func(cmd *cobra.Command) error { return installer.Clean(cmd.InOrStdin()) }),
	}
}

func guarding(word string, do func(*cobra.Command) error) *cobra.Command {
	return &cobra.Command{
		Use:    word,
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM, syscall.SIGPIPE)
			if err := do(cmd); err != nil {
				report("cleaning up after an interrupted installation failed", err)
				return failed(err)
			}
			return nil
		},
	}
}
