// Package command is the command line of jumpsite: its words, flags, exit codes
// and what it prints.
//
// It is not the site; every command is a few calls of jump/site and its
// packages. It does not know os.Args nor os.Stdin either, so that tests can
// type commands.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"jump/internal/version"
	"jump/platform/lock"
	"jump/site"
	"jump/site/auth"
	"jump/site/store"
)

// Exit codes. Scripts rely on them.
const (
	ExitOK       = 0
	ExitFailed   = 1 // it did not work; the message says why
	ExitUsage    = 2 // the command line makes no sense
	ExitNotFound = 3 // there is no such user, token or site
	ExitExists   = 4 // there is one already
)

// Environment is what a command works with.
type Environment struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	Console  fs.FS // the console's built files
}

// Main runs a command line and returns the exit code.
func Main(args []string, env Environment) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Run(ctx, args, env)
}

// Run is Main without signals: it ends a running site when ctx ends.
func Run(ctx context.Context, args []string, env Environment) int {
	c := root(&env)
	c.SetArgs(args)
	c.SetIn(env.In)
	c.SetOut(env.Out)
	c.SetErr(env.Err)
	err := c.ExecuteContext(ctx)
	if err == nil {
		return ExitOK
	}
	code, hint := explain(err)
	fmt.Fprintf(env.Err, "jumpsite: %v\n", err)
	if hint != "" {
		fmt.Fprintf(env.Err, "  %s\n", hint)
	}
	return code
}

// usageError is a command line that makes no sense.
type usageError struct{ error }

// hinted is an error with advice.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// explain returns the exit code and the hint that belong to an error.
func explain(err error) (code int, hint string) {
	var usage usageError
	var h hinted
	var busy *site.AddressError
	switch {
	case errors.As(err, &h):
		code, _ = explain(h.error)
		return code, h.hint
	case errors.As(err, &usage):
		return ExitUsage, "jumpsite help shows the commands, and --help after a command its flags."
	case errors.As(err, &busy) && errors.Is(err, syscall.EADDRINUSE):
		return ExitFailed, "Another program, perhaps another jumpsite, has this port: stop it, or choose another with --listen HOST:PORT."
	case errors.As(err, &busy) && errors.Is(err, fs.ErrPermission):
		return ExitFailed, "Ports below 1024 need a special right: use a higher one, or give the program CAP_NET_BIND_SERVICE."
	case errors.Is(err, lock.ErrHeld):
		return ExitFailed, "Another jumpsite runs on this folder: stop it first, or use another folder."
	case errors.Is(err, fs.ErrPermission):
		return ExitFailed, "Run the command as the user that the site runs as."
	case errors.Is(err, auth.ErrLastAdmin):
		return ExitFailed, "Add another one first: jumpsite user add NAME --role admin --password-stdin"
	case errors.Is(err, store.ErrNotFound):
		return ExitNotFound, ""
	case errors.Is(err, store.ErrExists):
		return ExitExists, ""
	}
	return ExitFailed, ""
}

func root(env *Environment) *cobra.Command {
	c := &cobra.Command{
		Use:   "jumpsite",
		Short: "The server of Jump: self-hosted unattended remote support",
		Long: `The server of Jump: self-hosted unattended remote support.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no such user, token or site,
4 exists already.`,
		SilenceUsage: true, SilenceErrors: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	c.AddCommand(serve(env), demonstrate(env), users(env), tokens(env), limits(env), versionOf(), describe())
	usageOnly(c)
	return c
}

// usageOnly makes wrong arguments, and groups of commands without one, usage
// errors.
func usageOnly(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usageError{err}
			}
			return nil
		}
	}
	if c.HasSubCommands() {
		c.Args, c.RunE = cobra.ArbitraryArgs, whichCommand
	}
	for _, sub := range c.Commands() {
		usageOnly(sub)
	}
}

// whichCommand answers for a command that is only a group of others.
func whichCommand(c *cobra.Command, args []string) error {
	var list []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			list = append(list, sub.Name())
		}
	}
	choice := strings.Join(list, ", ")
	if len(args) > 0 {
		return usageError{fmt.Errorf("there is no command %.40q; %s has %s", args[0], c.CommandPath(), choice)}
	}
	return usageError{fmt.Errorf("%s needs one of: %s", c.CommandPath(), choice)}
}

func versionOf() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), version.Number)
			return err
		}}
}

// dataFlag adds --data to a command. The usual folder is in JUMP_DATA.
func dataFlag(c *cobra.Command, env *Environment, dir *string) {
	c.PersistentFlags().StringVar(dir, "data", env.Getenv("JUMP_DATA"), "folder of the site's data (or set JUMP_DATA)")
}

// open opens the database of a site that exists, running or not.
func open(ctx context.Context, dir string) (*store.Store, error) {
	if dir == "" {
		return nil, usageError{errors.New("which site? Give its data folder with --data DIR, or set JUMP_DATA")}
	}
	path := filepath.Join(dir, site.DatabaseFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, hinted{fmt.Errorf("there is no site in %s: %w", dir, store.ErrNotFound),
			"Start it once with: jumpsite serve --data " + dir}
	} else if err != nil {
		return nil, fmt.Errorf("look for the site: %w", err)
	}
	return store.Open(ctx, path)
}

// with runs f on the database of the site in dir.
func with(ctx context.Context, dir string, f func(*store.Store) error) error {
	s, err := open(ctx, dir)
	if err != nil {
		return err
	}
	return errors.Join(f(s), s.Close())
}
