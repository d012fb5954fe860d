//go:build unix

package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/installer"
	"jump/platform/account"
	"jump/platform/daemon"
	"jump/platform/lock"
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

Exit codes: 0 done, also if it was done already; 1 failed; 2 wrong arguments.
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
	owner, err := account.Owner(dir)
	if err == nil {
		_, err = config.At(dir).Config()
	}
	if err != nil {
		return "", &exitError{unknown(word), err}
	}
	switch word {
	case "start":
		return start(ctx, dir, owner)
	case "stop":
		return "The Jump Client is stopped.", stop(ctx, dir, owner)
	case "restart":
		if err := stop(ctx, dir, owner); err != nil {
			return "", err
		}
		return start(ctx, dir, owner)
	}
	return condition(dir)
}

func unknown(word string) int {
	if word == "status" {
		return exitUnknown
	}
	return exitFailed
}

func start(ctx context.Context, dir string, owner account.Account) (string, error) {
	held, err := lock.Held(config.At(dir).Lock())
	if err != nil {
		return "", failed(err)
	}
	if held {
		return "The Jump Client is running already.", nil
	}
	if err := daemon.Start(ctx, installer.Daemon(dir, owner)); err != nil {
		return "", failed(err)
	}
	return "The Jump Client is running.", nil
}

func stop(ctx context.Context, dir string, owner account.Account) error {
	if err := daemon.Stop(ctx, config.At(dir).Lock(), owner); err != nil {
		return failed(err)
	}
	return nil
}

// condition tells what status tells.
func condition(dir string) (string, error) {
	held, err := lock.Held(config.At(dir).Lock())
	if err != nil {
		return "", &exitError{exitUnknown, err}
	}
	seen, err := look(config.At(dir))
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
