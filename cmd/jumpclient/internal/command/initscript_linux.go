package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/installer"
	"jump/platform/account"
	"jump/platform/daemon"
	"jump/platform/lock"
	"jump/platform/service"
)

// Exit codes of `init-script status` (LSB 5.0, chapter 22.2).
const (
	exitNotRunning = 3
	exitUnknown    = 4
)

// initScript returns the word behind <dir>/init-script (requirement C5).
func initScript() []*cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "init-script start|stop|restart|status",
		Short: "Start or stop an installed client in the background, or tell whether it runs",
		Long: `Start or stop an installed client in the background, or tell whether it runs.

The first start must fall within the validity of the installer; later it does
not matter.

Exit codes: 0 done, also if it was done already; 1 failed; 2 wrong arguments; 7
for root or the client's own user to do.
status: 0 running, 3 not running, 4 unknown.`,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"start", "stop", "restart", "status"},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := filepath.Abs(dir)
			if err != nil {
				return failed(err)
			}
			text, err := control(cmd.Context(), path, args[0])
			if err == nil {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(text))
			}
			return err
		},
	}
	addDir(cmd, &dir)
	return []*cobra.Command{cmd}
}

// control does what an init-script is told, and returns what to say.
func control(ctx context.Context, dir, word string) (string, error) {
	c, err := controlledAt(dir)
	if err != nil && word == "status" {
		return "", &exitError{exitUnknown, err}
	}
	if err != nil {
		return "", denied(err)
	}
	switch word {
	case "start":
		return c.begin(ctx)
	case "stop":
		return "The Jump Client is stopped.", c.end(ctx)
	case "restart":
		if err := c.end(ctx); err != nil {
			return "", err
		}
		return c.begin(ctx)
	}
	return c.condition()
}

// controlled is an installed client that can be started and stopped.
type controlled struct {
	dir         config.Dir
	start, stop func(context.Context) error
}

// controlledAt finds out how the client in dir is started and stopped.
func controlledAt(dir string) (controlled, error) {
	c, err := config.At(dir).Config()
	if err != nil {
		return controlled{}, err
	}
	p := controlled{dir: config.At(dir)}
	if c.Mode == modeService {
		name := service.Name(dir)
		p.start = func(ctx context.Context) error {
			err := installer.EnsureService(ctx, dir, c)
			if err == nil {
				err = p.dir.ForgetStatus()
			}
			if err != nil {
				return err
			}
			return service.Start(ctx, name)
		}
		p.stop = func(ctx context.Context) error { return service.Stop(ctx, name) }
		return p, nil
	}
	owner, err := account.Owner(dir)
	p.start = func(ctx context.Context) error { return installer.Start(ctx, dir, owner) }
	p.stop = func(ctx context.Context) error { return daemon.Stop(ctx, p.dir.Lock(), owner) }
	return p, err
}

// firstWord is how long starting waits for what the site says. It is no error
// if that takes longer: the client goes on trying.
const firstWord = 5 * time.Second

func (p controlled) begin(ctx context.Context) (string, error) {
	held, err := lock.Held(p.dir.Lock())
	if err != nil {
		return "", failed(err)
	}
	if held {
		return "The Jump Client is running already.", nil
	}
	if err := p.start(ctx); err != nil {
		return "", failed(err)
	}
	late, err := awaitOnline(ctx, p.dir, firstWord)
	switch {
	case err != nil:
		return "", failed(fmt.Errorf("the Jump Client was started and has ended: %w", err))
	case late != nil:
		return "The Jump Client is running. It is not online yet: " + late.Error() + ".", nil
	}
	return "The Jump Client is running: online.", nil
}

func (p controlled) end(ctx context.Context) error {
	if err := p.stop(ctx); err != nil {
		return failed(err)
	}
	return nil
}

// condition tells what status tells.
func (p controlled) condition() (string, error) {
	held, err := lock.Held(p.dir.Lock())
	if err != nil {
		return "", &exitError{exitUnknown, err}
	}
	seen, err := look(p.dir)
	switch {
	case held && err != nil:
		return "The Jump Client is running.", nil
	case held:
		return fmt.Sprintf("The Jump Client is running: %s.", seen.State), nil
	case err == nil && seen.Error != "":
		return "", &exitError{exitNotRunning, fmt.Errorf("the Jump Client is not running: %s: %s", seen.State, seen.Error)}
	}
	return "", &exitError{exitNotRunning, errors.New("the Jump Client is not running")}
}
