package commands

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"

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
	patience time.Duration // how long a lost connection is sought; 0: not at all
}

// converse starts a session with the client, opens one channel, gives it to
// use, and ends the session, also when ctx ended.
func (a *app) converse(ctx context.Context, c conversation, use func(*channel.Channel) error) error {
	return a.inSession(ctx, c, func(site *apiclient.Site, session *apiclient.Session) error {
		return a.hold(ctx, c, site, session, use)
	})
}

// inSession starts a session with the client, which may be another one when
// use returns, and ends it.
func (a *app) inSession(ctx context.Context, c conversation, use func(*apiclient.Site, *apiclient.Session) error) error {
	site, client, err := a.client(ctx, c.client)
	if err != nil {
		return err
	}
	session, err := site.StartSession(ctx, client.ID, c.viewOnly)
	if err != nil {
		return err
	}
	err = use(site, &session)
	if ctx.Err() != nil {
		err = errors.Join(ctx.Err(), err) // what broke on the way out is no news
	}
	return errors.Join(err, end(ctx, site, session.ID))
}

// hold holds the conversation in a session, which may be another one at the end.
func (a *app) hold(ctx context.Context, c conversation, site *apiclient.Site, session *apiclient.Session, use func(*channel.Channel) error) error {
	ch, err := channel.Outlast(ctx, c.dialer(site, session), c.first, c.start, c.limit, c.patience, a.tellLoss)
	if err != nil {
		return err
	}
	defer ch.Close()
	return use(ch)
}

// dialer opens the channel whenever it is asked to.
func (c conversation) dialer(site *apiclient.Site, session *apiclient.Session) channel.Dialer {
	return func(ctx context.Context) (*websocket.Conn, bool, error) {
		ws, err := c.dial(ctx, site, session)
		return ws, passing(err), err
	}
}

// dial opens the channel in the session, or in another one if that is over.
func (c conversation) dial(ctx context.Context, site *apiclient.Site, session *apiclient.Session) (*websocket.Conn, error) {
	ws, err := site.DialChannel(ctx, session.ID, c.kind)
	p, ok := errors.AsType[*apiclient.Problem](err)
	if !ok || p.Status != http.StatusNotFound && p.Code != wire.CodeSessionEnded {
		return ws, err
	}
	next, err := site.StartSession(ctx, session.ClientID, c.viewOnly)
	if err != nil {
		return nil, err
	}
	*session = next
	return site.DialChannel(ctx, session.ID, c.kind)
}

// passing reports whether time may mend what went wrong between us and a site:
// all that is no answer of it.
func passing(err error) bool {
	p, ok := errors.AsType[*apiclient.Problem](err)
	return !ok || channel.Passing(p.Code) || p.Status >= http.StatusInternalServerError || p.Status == http.StatusTooManyRequests
}

// tellLoss says that the connection was lost, and that it is there again. The
// terminal may be raw.
func (a *app) tellLoss(lost bool) {
	if lost {
		fmt.Fprint(a.err, "\r\njump: connection lost, reconnecting…\r\n")
		return
	}
	fmt.Fprint(a.err, "jump: connected again\r\n")
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
