package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/channel"
	"jump/platform/tty"
	"jump/transport/wire"
)

func (a *app) exec() *cobra.Command {
	var dir string
	var patience time.Duration
	cmd := &cobra.Command{
		Use:   "exec CLIENT -- COMMAND [ARGUMENT…]",
		Short: "Run a program on a client",
		Long: `exec runs a program on a client, as the user whose computer it is, and ends with
the program's exit status. Its output and its errors stay apart. Standard input is
passed on unless it is a terminal.

No shell sees the command: for pipes and variables, run one, as in
  jump exec CLIENT -- sh -c 'ps aux | wc -l'`,
		Args:              usage(dashed),
		ValidArgsFunction: a.completeClient,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runExec(cmd.Context(), args[0], wire.ExecStart{Args: args[1:], Dir: dir, Lasting: patience > 0}, patience)
		},
	}
	patienceFlag(cmd, &patience)
	cmd.Flags().StringVar(&dir, "dir", "", "the `folder` to run it in (default: the user's home)")
	return a.jsonFlag(cmd)
}

// dashed demands CLIENT -- COMMAND, so that the command's own flags are safe.
func dashed(cmd *cobra.Command, args []string) error {
	if cmd.ArgsLenAtDash() != 1 || len(args) < 2 {
		return errors.New("a client, two dashes and a command are needed: CLIENT -- COMMAND")
	}
	return nil
}

func (a *app) runExec(ctx context.Context, client string, start wire.ExecStart, patience time.Duration) error {
	if err := start.Validate(); err != nil {
		return &failure{err.Error(), "", "usage", exitUsage}
	}
	c := conversation{client: client, kind: wire.KindExec, first: wire.TypeExecStart, start: start, limit: wire.MaxData, patience: patience}
	return a.converse(ctx, c, func(ch *channel.Channel) error {
		streams := channel.Streams{Out: a.out, Err: a.err}
		if !tty.Is(a.in) {
			streams.In = a.in
		}
		return exitStatus(ch.Exec(streams))
	})
}

func (a *app) shell() *cobra.Command {
	var patience time.Duration
	cmd := &cobra.Command{
		Use:   "shell CLIENT",
		Short: "Open a terminal on a client",
		Long: `shell opens a terminal on a client, as the user whose computer it is, and ends
with the shell's exit status.

At the beginning of a line, "~." leaves at once, whatever runs; "~~" is one "~".
When standard input is no terminal it is passed on as it is, without these.`,
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeClient,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.runShell(cmd.Context(), args[0], patience) },
	}
	patienceFlag(cmd, &patience)
	return a.jsonFlag(cmd)
}

// patienceFlag says how long a conversation whose connection was lost is sought.
func patienceFlag(cmd *cobra.Command, patience *time.Duration) {
	cmd.Flags().DurationVar(patience, "patience", channel.Patience, "how long to seek a connection that was lost, 5m at most; 0 ends at once")
}

// Size of a terminal that has none.
const (
	defaultColumns = 80
	defaultRows    = 24
)

func (a *app) runShell(ctx context.Context, client string, patience time.Duration) error {
	size := a.terminalSize()
	term := a.env("TERM")
	if term == "" {
		term = "xterm-256color"
	}
	start := wire.ShellStart{Columns: size.Columns, Rows: size.Rows, Term: term, Lasting: patience > 0}
	c := conversation{client: client, kind: wire.KindShell, first: wire.TypeShellStart, start: start, limit: wire.MaxData, patience: patience}
	return a.converse(ctx, c, func(ch *channel.Channel) error {
		exit, err := a.terminal(ctx, ch)
		if errors.Is(err, channel.ErrEscaped) {
			fmt.Fprintln(a.err, "\nLeft.")
			return nil
		}
		return exitStatus(exit, err)
	})
}

// terminal joins the local terminal with the far one.
func (a *app) terminal(ctx context.Context, ch *channel.Channel) (exit wire.Exit, err error) {
	streams := channel.Streams{In: a.in, Out: a.out, Err: io.Discard}
	if !tty.Is(a.in) {
		return ch.Shell(streams, nil, false)
	}
	restore, err := tty.Raw(a.in, a.out)
	if err != nil {
		return wire.Exit{}, err
	}
	defer func() { err = errors.Join(err, restore()) }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return ch.Shell(streams, a.sizes(ctx), true)
}

// sizes sends the terminal's size whenever it changed, until ctx ends.
func (a *app) sizes(ctx context.Context) <-chan wire.Size {
	out := make(chan wire.Size)
	go func() { // ends with ctx, like Resizes
		for range tty.Resizes(ctx, a.out) {
			select {
			case out <- a.terminalSize():
			case <-ctx.Done():
			}
		}
	}()
	return out
}

// terminalSize returns the size of our terminal, within what the protocol
// allows.
func (a *app) terminalSize() wire.Size {
	columns, rows, err := tty.Size(a.out)
	if err != nil || columns < 1 || rows < 1 {
		return wire.Size{Columns: defaultColumns, Rows: defaultRows}
	}
	return wire.Size{Columns: uint16(min(columns, 1000)), Rows: uint16(min(rows, 1000))}
}
