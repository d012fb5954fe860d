package command

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/installer"
)

func newUninstall() *cobra.Command {
	var dir string
	var after, quiet bool
	cmd := &cobra.Command{
		Use:   "uninstall [--silent]",
		Short: "Take the Jump Client off this computer",
		Long: `Take the Jump Client off this computer, and tell its site if that can be
reached. On the site the computer stays in the list, marked as uninstalled.

Exit codes: 0 done; 1 failed, run it again; 2 wrong flags; 6 there is no client,
or none that can be trusted; 7 for root or the client's own user to do.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := filepath.Abs(dir)
			if err != nil {
				return failed(err)
			}
			if err := uninstall(cmd.Context(), path, !after); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "The Jump Client in %s is uninstalled.\n", path)
			return err
		},
	}
	addDir(cmd, &dir)
	f := cmd.Flags()
	f.BoolVar(&quiet, "silent", false, "print nothing at all")
	f.BoolVar(&after, "after-removal", false, "the site knows already")
	if err := f.MarkHidden("after-removal"); err != nil {
		panic("command: " + err.Error()) // only for a flag that does not exist
	}
	return cmd
}

func uninstall(ctx context.Context, dir string, tell bool) error {
	var last func(context.Context)
	if tell {
		last = func(ctx context.Context) {
			_ = farewell(ctx, config.At(dir), slog.New(slog.DiscardHandler)) // the site may be away for good
		}
	}
	plan, err := installer.Uninstall(ctx, dir, last)
	if err != nil {
		return installError(err)
	}
	if err := plan.Run(ctx, nil); err != nil {
		return installError(err)
	}
	return nil
}
