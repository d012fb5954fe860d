package command

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/installer"
	"jump/platform/eventlog"
	"jump/platform/exefile"
	"jump/platform/service"
)

// roles are the words that Windows or the program itself says, not people.
func roles() []*cobra.Command {
	return []*cobra.Command{newService(), newSweep()}
}

func newService() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:    "service",
		Short:  "Be the service of an installed client (started by the service manager)",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE: func(*cobra.Command, []string) error {
			if err := serve(config.At(dir)); err != nil {
				return failed(err)
			}
			return nil
		},
	}
	addDir(cmd, &dir)
	return cmd
}

// serve is a client that the service manager starts and stops. That it was
// removed from its site is no failure: it would only be started again.
func serve(dir config.Dir) error {
	return service.Serve(installer.ServiceName(dir.Root()), func(ctx context.Context) error {
		log, closeLog, err := openLog(filepath.Join(dir.Root(), "state", "client.log"), nil)
		if err != nil {
			return logged("the client did not start", err)
		}
		defer closeLog()
		err = run(ctx, dir, config.Config{}, log)
		if c := code(err); err != nil && c != exitRemoved && c != exitRefused {
			log.Error("ended", "error", err)
			return logged("the client ended", err)
		}
		if err != nil {
			_ = logged("the client ended", err)
		}
		return nil
	}, nil)
}

// logged passes an error on to Windows' Event Log as well.
func logged(what string, err error) error {
	if logErr := eventlog.Write(eventlog.LevelError, what+": "+plain(err.Error())); logErr != nil {
		slog.Error("no entry in the Event Log", "error", logErr)
	}
	return err
}

func newSweep() *cobra.Command {
	return &cobra.Command{
		Use:    installer.SweepWord + " FILE",
		Short:  "Delete a program that was uninstalled, as soon as it has ended",
		Args:   cobra.ExactArgs(1),
		Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := exefile.Sweep(cmd.Context(), args[0]); err != nil {
				return failed(fmt.Errorf("finish the uninstallation: %w", err))
			}
			return nil
		},
	}
}
