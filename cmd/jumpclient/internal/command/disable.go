package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/platform/lock"
)

func newDisable() *cobra.Command {
	return newSwitch(true, &cobra.Command{
		Use:   "disable [--dir DIR]",
		Short: "Let nobody start a session with this computer until it is enabled again",
		Long: `Let nobody start a session with this computer until it is enabled again. Open
sessions end within a second. The client stays connected: its site shows it as
disabled, and can remove it.

In user mode this is for the client's user. A client in service mode belongs to
whoever administers the computer: only root or an administrator may disable it.`,
	})
}

func newEnable() *cobra.Command {
	return newSwitch(false, &cobra.Command{
		Use:   "enable [--dir DIR]",
		Short: "Allow sessions again after disable",
	})
}

// newSwitch makes a word of cmd that disables the client or enables it.
func newSwitch(disabled bool, cmd *cobra.Command) *cobra.Command {
	var dir string
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return setDisabled(cmd.OutOrStdout(), config.At(dir), disabled)
	}
	addDir(cmd, &dir)
	return cmd
}

func setDisabled(out io.Writer, dir config.Dir, disabled bool) error {
	var text string
	err := asOwner(dir, func() (err error) {
		text, err = disable(dir, disabled)
		return err
	})
	if err != nil {
		return denied(err)
	}
	_, err = fmt.Fprintln(out, text)
	return err
}

// disable returns what has happened, in one sentence.
func disable(dir config.Dir, disabled bool) (string, error) {
	if _, err := dir.Config(); errors.Is(err, fs.ErrNotExist) {
		return "", errNoClient
	}
	changed, err := dir.SetDisabled(disabled)
	if err != nil {
		return "", err
	}
	running, err := lock.Held(dir.Lock())
	return switched(disabled, changed, running), err
}

// denied is what a word ends with that somebody else must say.
func denied(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return &exitError{exitRights, fmt.Errorf("%w: do it as the client's own user, or as root or an administrator", err)}
	}
	return failed(err)
}

var errNoClient = errors.New("no client was ever installed in this directory")

// switched is what has happened, in one sentence.
func switched(disabled, changed, running bool) string {
	text := "This client is enabled"
	if disabled {
		text = "This client is disabled: nobody can start a session with this computer"
	}
	if !changed {
		text += ", as it was before"
	}
	if !running {
		text += " (it is not running)"
	}
	return text + "."
}
