package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"jump/agent/aqua"
	"jump/agent/config"
	"jump/agent/seat"
	"jump/platform/account"
	"jump/transport"
	"jump/transport/wire"
)

// newProxy has seats started in the session of the user at the screen. A seat
// enters that session as root, by launchctl, and then becomes the user.
func newProxy(dir config.Dir, ceiling wire.Rights, log *slog.Logger) (server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	c, err := dir.Config()
	if err != nil {
		return nil, err
	}
	number := func(uid uint32) string { return strconv.FormatUint(uint64(uid), 10) }
	return &seat.Proxy{Ceiling: ceiling, Log: log, Desk: aqua.Desk{
		Console: "/dev/console", Look: time.Second,
		Seat: func(uid uint32) []string {
			return []string{"launchctl", "asuser", number(uid), self, "seat", "--user", number(uid), "--ceiling", c.Ceiling}
		},
		Leave: func(uid uint32) []string { return []string{"launchctl", "bootout", "gui/" + number(uid)} },
	}}, nil
}

// roles are the words that the client itself says, not people.
func roles() []*cobra.Command {
	var uid uint32
	var ceiling string
	cmd := &cobra.Command{
		Use:    "seat",
		Short:  "Hold one conversation in a user's session (started by the client)",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
			if err := runSeat(cmd.Context(), uid, ceiling, log); err != nil {
				return failed(err)
			}
			return nil
		},
	}
	cmd.Flags().Uint32Var(&uid, "user", 0, "the number of the user to become")
	cmd.Flags().StringVar(&ceiling, "ceiling", "", "what this computer's owner allows at most")
	return []*cobra.Command{cmd}
}

// runSeat holds the conversation on the pipe that is its standard input.
func runSeat(ctx context.Context, uid uint32, ceiling string, log *slog.Logger) error {
	rights, err := parseCeiling(ceiling)
	if err != nil {
		return err
	}
	user, err := account.ByID(uid)
	if err != nil {
		return err
	}
	if uid == 0 {
		return errors.New("root has no seat")
	}
	if err := user.Assume(); err != nil {
		return err
	}
	conn, err := net.FileConn(os.Stdin)
	if err != nil {
		return fmt.Errorf("take the pipe over: %w", err)
	}
	pipe, ok := conn.(transport.Stream)
	if !ok {
		return errors.New("take the pipe over: it is no socket")
	}
	return seat.Run(ctx, pipe, newHost(rights, log))
}
