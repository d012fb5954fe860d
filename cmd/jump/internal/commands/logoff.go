package commands

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/channel"
	"jump/transport/wire"
)

// logoffTimeout bounds how long a client may take to end a session.
const logoffTimeout = 30 * time.Second

func (a *app) logoff() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "logoff CLIENT",
		Short: "Log the user at a client's screen out",
		Long: `logoff ends the session of the user who has the screen of a client in service mode,
with all that is open in it: nothing is saved and nobody is asked. The sign-in screen
follows, where another user can log in.`,
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeClient,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.runLogoff(cmd.Context(), args[0]) },
	}
	return a.jsonFlag(cmd)
}

func (a *app) runLogoff(ctx context.Context, client string) error {
	c := conversation{client: client, kind: wire.KindScreen, first: wire.TypeScreenStart,
		start: channel.ScreenStart(0), limit: wire.MaxFrame}
	return a.converse(ctx, c, func(ch *channel.Channel) error {
		late := time.AfterFunc(logoffTimeout, func() { ch.Close() })
		defer late.Stop()
		said, err := ch.LogOut()
		switch {
		case err != nil && !late.Stop():
			return &failure{fmt.Sprintf("the user was not logged out within %v", logoffTimeout), "", string(wire.CodeTooSlow), exitError}
		case err != nil:
			return err
		case said.Code == wire.CodeScreenLost: // the session has ended
			return nil
		case said.Code == wire.CodeDenied:
			return &failure{said.Text, "", string(said.Code), exitDenied}
		}
		return &failure{said.Text, "", string(said.Code), exitError}
	})
}
