// Package commands is the table of jump's subcommands: their flags, what they
// print, and the status with which the program ends.
//
// It is not the API (apiclient), not a conversation (channel) and not the
// memory of a sign-in (profile): it joins the three.
package commands

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"jump/platform/tty"
)

// app is one run of the program.
type app struct {
	in, out, err *os.File
	env          func(string) string
	json         bool // write for machines, errors too
}

// Main runs the command line and returns the program's exit status.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)() // a second Ctrl-C ends the program at once
	a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv}
	return a.run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if before, _, _ := cut(args, "--"); slices.Contains(before, "--json") {
		a.json = true // also where the flags were not understood
	}
	return a.report(err)
}

// cut splits args around the first sep.
func cut(args []string, sep string) (before, after []string, found bool) {
	if i := slices.Index(args, sep); i >= 0 {
		return args[:i], args[i+1:], true
	}
	return args, nil, false
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "jump",
		Short: "Reach and control computers through a Jump site",
		Long: `jump reaches and controls the Jump Clients of a site.

Sign in with "jump login URL", or set JUMP_SITE to the site's address, JUMP_TOKEN
to a token, and JUMP_CA to the file of the site's own certificate authority if it
has one. The environment goes before what "jump login" remembered.

A CLIENT is named by its id, by its exact name, or by the beginning of its id (four
characters at least) if no client has that name.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          usage(cobra.NoArgs),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return misuse(cmd, err) })
	root.AddGroup(&cobra.Group{ID: "clients", Title: "Jump Clients:"}, &cobra.Group{ID: "sessions", Title: "Sessions:"},
		&cobra.Group{ID: "account", Title: "Account and deployment:"})
	group(root, "clients", a.list(), a.show(), a.set(), a.doctor(), a.remove(), a.jumpGroup(), a.alarm())
	group(root, "sessions", a.exec(), a.shell(), a.cp(), a.screenshot(), a.watch(), a.logoff())
	group(root, "account", a.login(), a.logout(), a.whoami(), a.installer())
	root.AddCommand(a.version(), exitCodes())
	return root
}

func group(root *cobra.Command, id string, commands ...*cobra.Command) {
	for _, c := range commands {
		c.GroupID = id
		root.AddCommand(c)
	}
}

// jsonFlag adds --json to a command.
func (a *app) jsonFlag(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&a.json, "json", false, "write JSON, errors too")
	return c
}

// printJSON writes one value, indented.
func (a *app) printJSON(v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	if err == nil {
		_, err = a.out.Write(tty.PlainJSON(b.Bytes()))
	}
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}
