package command

import (
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"jump/installer"
)

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
