package command

import (
	"context"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/agent/console"
	"jump/agent/seat"
	"jump/platform/desktop"
	"jump/transport/wire"
)

// desk is this process's, if it is a service: there is one screen.
var desk = new(console.Desk)

// newProxy returns the service's half of its conversations.
func newProxy(dir config.Dir, ceiling wire.Rights, log *slog.Logger) (server, error) {
	desk.Log = log
	desk.Args = func() ([]string, error) {
		c, err := dir.Config() // the owner may have changed the ceiling
		return []string{"seat", "--ceiling", c.Ceiling}, err
	}
	return &seat.Proxy{Desk: desk, Ceiling: ceiling, Log: log}, nil
}

func newSeat() *cobra.Command {
	var ceiling, inherited string
	var screen bool
	cmd := &cobra.Command{
		Use:    "seat",
		Short:  "Hold one conversation in the console's session (started by the service)",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := runSeat(cmd.Context(), ceiling, screen, inherited); err != nil {
				return failed(err)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&ceiling, "ceiling", "", "what this computer's owner allows at most")
	f.BoolVar(&screen, "screen", false, "only while this desktop has the screen")
	f.StringVar(&inherited, strings.TrimPrefix(desktop.InheritedFlag, "--"), "", "the handles of pipe and event")
	return cmd
}

// runSeat holds the conversation on the pipe that it has inherited. A screen's
// seat ends when its desktop is not the one that is seen any more, and the
// service starts another. What it has to say goes to its standard error, and so
// into the log of the service.
func runSeat(ctx context.Context, ceiling string, screen bool, inherited string) error {
	rights, err := parseCeiling(ceiling)
	if err != nil {
		return err
	}
	pipe, begun, err := desktop.Inherited(inherited)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if screen {
		if err := desktop.HasInput(); err != nil {
			return err
		}
		go func() { // ends with ctx
			_ = desktop.WhileInput(ctx)
			cancel()
		}()
	}
	if err := begun(); err != nil {
		return err
	}
	return seat.Run(ctx, pipe, newHost(rights, slog.New(slog.NewTextHandler(os.Stderr, nil))))
}
