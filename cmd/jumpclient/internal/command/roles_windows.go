package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
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
	return []*cobra.Command{newService(), newSeat(), newSweep()}
}

func newService() *cobra.Command {
	var dir string
	var msi bool
	cmd := &cobra.Command{
		Use:    "service",
		Short:  "Be the service of an installed client (started by the service manager)",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE: func(*cobra.Command, []string) error {
			c := serviceOf(dir)
			if msi {
				c = msiService()
			}
			if err := service.Serve(c.name, service.Role{Main: c.main, Changed: desk.Changed}); err != nil {
				return failed(err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "the client's directory")
	cmd.Flags().BoolVar(&msi, "msi", false, "the client was installed by Windows Installer, beside this program")
	return cmd
}

// installed is the client of a service.
type installed struct {
	name    string // of the service
	dir     config.Dir
	begin   func() error // before it runs
	leaving func() bool  // asked when it is stopped: is it being taken off?
}

func serviceOf(dir string) installed {
	return installed{installer.ServiceName(dir), config.At(dir), func() error { return nil }, func() bool { return false }}
}

// msiService is the one that Windows Installer has put beside this program.
func msiService() installed {
	var dir string
	self, err := os.Executable()
	if err == nil {
		dir = filepath.Dir(self)
	}
	return installed{installer.MSIService, config.At(dir), func() error {
		if err != nil {
			return err
		}
		return installer.FinishMSI(dir)
	}, func() bool { return installer.Leaving(dir) }}
}

// main is a client that the service manager starts and stops. That the site
// does not want it is no failure: it would only be started again.
func (c installed) main(ctx context.Context, ready func()) error {
	if err := c.begin(); err != nil {
		return c.say("the installation cannot be finished", err)
	}
	err := c.logged(func(log *slog.Logger) error {
		ready()
		return run(ctx, c.dir, config.Config{}, log)
	})
	if err == nil && c.leaving() {
		return c.leave(context.WithoutCancel(ctx))
	}
	if err != nil {
		err = c.say("the client has ended", err)
	}
	if c := code(err); c == exitRemoved || c == exitRefused {
		return nil
	}
	return err
}

// leave is the end of a client that Windows Installer takes off.
func (c installed) leave(ctx context.Context) error {
	err := c.logged(func(log *slog.Logger) error { return farewell(ctx, c.dir, log) })
	if err != nil {
		_ = c.say("the site was not told of the uninstallation", err)
	}
	return installer.ClearMSI(c.dir.Root())
}

// logged calls do with the client's log.
func (c installed) logged(do func(*slog.Logger) error) error {
	log, closeLog, err := openLog(filepath.Join(c.dir.Root(), "state", "client.log"), nil)
	if err != nil {
		return err
	}
	err = do(log)
	if err != nil {
		log.Error("ended", "error", err)
	}
	return errors.Join(err, closeLog())
}

// say passes an error on to Windows' Event Log as well, as far as that works.
func (c installed) say(what string, err error) error {
	_ = eventlog.WriteAs(c.name, eventlog.LevelError, what+": "+plain(err.Error()))
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
