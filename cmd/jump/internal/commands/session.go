package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jump/cmd/jump/internal/apiclient"
	"jump/cmd/jump/internal/channel"
	"jump/transport/wire"
)

// endTimeout bounds how long the end of a session is waited for.
const endTimeout = 5 * time.Second

// conversation is what a command wants to hold with a client.
type conversation struct {
	client   string // as the person named it
	kind     wire.Kind
	first    wire.Type // of start
	start    any
	limit    int // of a message, in bytes
	viewOnly bool
}

// converse starts a session with the client, opens one channel, gives it to
// use, and ends the session, also when ctx ended.
func (a *app) converse(ctx context.Context, c conversation, use func(*channel.Channel) error) error {
	site, client, err := a.client(ctx, c.client)
	if err != nil {
		return err
	}
	session, err := site.StartSession(ctx, client.ID, c.viewOnly)
	if err != nil {
		return err
	}
	err = c.hold(ctx, site, session.ID, use)
	if ctx.Err() != nil {
		err = errors.Join(ctx.Err(), err) // what broke on the way out is no news
	}
	return errors.Join(err, end(ctx, site, session.ID))
}

func (c conversation) hold(ctx context.Context, site *apiclient.Site, session string, use func(*channel.Channel) error) error {
	ws, err := site.DialChannel(ctx, session, c.kind)
	if err != nil {
		return err
	}
	ch, err := channel.Open(ctx, ws, c.first, c.start, c.limit)
	if err != nil {
		return err
	}
	defer ch.Close()
	return use(ch)
}

// end ends the session. One that is gone already is ended.
func end(ctx context.Context, site *apiclient.Site, session string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
	defer cancel()
	err := site.EndSession(ctx, session)
	if p, ok := errors.AsType[*apiclient.Problem](err); ok && p.Status == 404 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("end the session: %w", err)
	}
	return nil
}

// exitError is how a program that ran on the client decides our status.
func exitStatus(exit wire.Exit, err error) error {
	switch {
	case err != nil:
		return err
	case exit.Text != "":
		return &failure{exit.Text, "", string(wire.CodeProgramFailed), programExit(exit.Status)}
	case exit.Status != 0:
		return programEnded(programExit(exit.Status))
	}
	return nil
}

// programExit fits a status into what a program here can end with: Windows
// knows more than 255.
func programExit(status int) int {
	if status < 0 || status > 255 {
		return 255
	}
	return status
}
