// Package command is the command line of jumpclient: its words, its flags, its
// exit codes, and how the client's parts are put together.
//
// It is not a part itself: to stay connected is package agent's, to hold a
// conversation agent/session's.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/internal/version"
	"jump/platform/tty"
)

// The exit codes. Scripts rely on them.
const (
	exitOK        = 0 // done, or stopped in good order
	exitFailed    = 1 // by something on this computer
	exitUsage     = 2 // wrong flags, or a deployment key that is garbled
	exitRefused   = 3 // the site will never take this client
	exitRemoved   = 4 // this client was removed from its site, or ended after too long without it
	exitInstalled = 5 // this client is installed already
	exitDir       = 6 // the install directory cannot be used
	exitRights    = 7 // somebody else must do it: root, an administrator, the client's user
	exitOverride  = 8 // the deployment key does not allow a parameter to be set
	exitLate      = 9 // installed, but not online in time
)

// installCodes documents the exit codes of an installation.
const installCodes = `Exit codes: 0 installed; 1 failed; 2 wrong flags or a garbled key; 3 refused by
the site; 4 removed from the site; 5 this client is installed already; 6 the
install directory exists or cannot be made; 7 only root may do this, or root
must name a --user; 8 the installer does not allow a parameter to be set; 9
installed, but not online within --wait-online. 3, 4, 8 and 9 need --wait-online:
without it nobody asks the site.`

// exitError is an error with an exit code of its own.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// Main runs the command line and returns the exit code. SIGINT and SIGTERM end
// it in good order; a second one ends it at once.
func Main(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	_, stamped, _ := ownLabel() // what is wrong with a label is said when it is needed
	args = arrange(args, stamped)
	if silent(args) {
		stdout, stderr = io.Discard, io.Discard
	}
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		reportFailure(args, err)
		fmt.Fprintf(stderr, "jumpclient: %s\n", plain(err.Error()))
		return code(err)
	}
	return exitOK
}

// code returns the exit code of an error. Whatever cobra says itself is about
// the words and flags that were given.
func code(err error) int {
	var exit *exitError
	if errors.As(err, &exit) {
		return exit.code
	}
	return exitUsage
}

// plain keeps what a site wrote from steering a terminal.
func plain(s string) string { return tty.Plain(s, "\n") }

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "jumpclient",
		Short:         "The Jump Client keeps this computer reachable by its site",
		SilenceUsage:  true,
		SilenceErrors: true,
		Long: `The Jump Client keeps this computer reachable by its site.

Exit codes: 0 done, or stopped in good order; 1 failed; 2 wrong flags or a
garbled key; 3 refused by the site; 4 removed from the site, or ended after too
long without it; 7 for root, an administrator or the client's own user to do.
install and init-script have further ones: see their --help.`,
	}
	root.AddCommand(newInstall(), newUninstall())
	root.AddCommand(newRun(), newStatus(), newEnable(), newDisable(), newPrepareImage(), newDoctor(), newVersion())
	root.AddCommand(roles()...)
	root.AddCommand(append(initScript(), guardCommands()...)...)
	return root
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program",
		Args:  cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintln(cmd.OutOrStdout(), version.Number)
		},
	}
}

// addDir adds the flag that every word about an installed client needs. Without
// it, the client is the one that this program belongs to.
func addDir(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "dir", "", "the client's directory (default: that of this program, if a client is installed there)")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if *dir == "" {
			*dir = ownDir()
		}
		if *dir == "" {
			return usage("no client is installed beside this program: say which one with --dir")
		}
		return nil
	}
}

// ownDir returns the directory of the running program if it is a client's, or
// "".
func ownDir() string {
	self, err := os.Executable()
	if err == nil {
		self, err = filepath.EvalSymlinks(self)
	}
	if err != nil {
		return ""
	}
	dir := filepath.Dir(self)
	if _, err := os.Stat(filepath.Join(dir, config.FileName)); err != nil {
		return ""
	}
	return dir
}
