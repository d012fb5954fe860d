package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"jump/agent/broker"
	"jump/agent/config"
	"jump/agent/seat"
	"jump/agent/session"
	"jump/capture"
	"jump/platform/account"
	"jump/platform/desktop"
	"jump/platform/input"
	"jump/platform/ipc"
	"jump/platform/program"
	"jump/platform/service"
	"jump/platform/terminal"
	"jump/transport/wire"
)

// newProxy returns the agent's half of service mode: it asks the broker for
// seats.
func newProxy(dir config.Dir, ceiling wire.Rights, log *slog.Logger) (server, error) {
	return &seat.Proxy{Desk: broker.Desk{Socket: service.Socket(dir.Root())}, Ceiling: ceiling, Log: log}, nil
}

// roles are the words that the service manager says, not people.
func roles() []*cobra.Command { return []*cobra.Command{newBroker(), newSeat()} }

// brokerIdle is after how long without a conversation the broker ends; its
// socket starts it again.
const brokerIdle = time.Minute

func newBroker() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:    "broker",
		Short:  "Start seats in the session of the user at the screen (started by systemd, as root)",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
			if err := runBroker(cmd.Context(), config.At(dir), log); err != nil {
				return failed(err)
			}
			return nil
		},
	}
	addDir(cmd, &dir)
	return cmd
}

// runBroker serves the socket that systemd passes. Whoever waits on it is
// hung up on if that is impossible.
func runBroker(ctx context.Context, dir config.Dir, log *slog.Logger) error {
	listener, err := ipc.Passed()
	if err != nil {
		return err
	}
	defer listener.Close()
	logins, agent, err := brokerNeeds(ctx, dir)
	if err != nil {
		return errors.Join(err, listener.Drain())
	}
	defer logins.Close()
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	return broker.Serve(ctx, listener, broker.Options{
		Logins: logins, Agent: agent.UID, Log: log, Idle: brokerIdle,
		Seat: func() ([]string, error) {
			c, err := dir.Config() // the owner may have changed the ceiling
			return []string{self, "seat", "--ceiling", c.Ceiling}, err
		},
	})
}

// brokerNeeds returns the login service and the one account that may ask.
func brokerNeeds(ctx context.Context, dir config.Dir) (*desktop.Logins, account.Account, error) {
	c, err := dir.Config()
	if err != nil {
		return nil, account.Account{}, err
	}
	agent, err := account.Lookup(c.User)
	if err != nil {
		return nil, agent, fmt.Errorf("find the agent's account: %w", err)
	}
	logins, err := desktop.DialLogins(ctx)
	return logins, agent, err
}

func newSeat() *cobra.Command {
	var ceiling string
	cmd := &cobra.Command{
		Use:    "seat",
		Short:  "Hold one conversation in a user's session (started by the broker)",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
			if err := runSeat(cmd.Context(), ceiling, log); err != nil {
				return failed(err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&ceiling, "ceiling", "", "what this computer's owner allows at most")
	return cmd
}

// runSeat holds the conversation on the pipe that is its standard input.
func runSeat(ctx context.Context, ceiling string, log *slog.Logger) error {
	rights, err := parseCeiling(ceiling)
	if err != nil {
		return err
	}
	place, err := desktop.Here()
	if err != nil {
		return err
	}
	pipe, err := ipc.Stream(os.Stdin)
	if err != nil {
		return err
	}
	return seat.Run(ctx, pipe, seated(place, rights, log))
}

// seated is a login session as a seat sees it: its desktop may come later than
// the seat, and programs can do without.
func seated(place desktop.Place, ceiling wire.Rights, log *slog.Logger) *session.Host {
	h := newHost(ceiling, log)
	h.Capture = func(ctx context.Context) (capture.Source, error) {
		if err := place.Adopt(); err != nil {
			return nil, fmt.Errorf("%w: %w", capture.ErrNoScreen, err)
		}
		return capture.Open(ctx)
	}
	h.Input = func() (input.Device, error) {
		if err := place.Adopt(); err != nil {
			return nil, err
		}
		return input.Open()
	}
	adopt := func() {
		if err := place.Adopt(); err != nil && !errors.Is(err, desktop.ErrNoSession) {
			log.Warn("a program begins without the desktop's variables", "error", err)
		}
	}
	h.Terminal = func(s terminal.Spec, size terminal.Size) (terminal.Terminal, error) {
		adopt()
		return terminal.Start(s, size)
	}
	h.Program = func(s program.Spec) (*program.Program, error) {
		adopt()
		return program.Start(s)
	}
	return h
}
