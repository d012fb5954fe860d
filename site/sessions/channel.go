package sessions

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/coder/websocket"

	"jump/site/audit"
	"jump/site/auth"
	"jump/site/message"
	"jump/transport"
	"jump/transport/wire"
)

// Subprotocol is what both sides of a channel's WebSocket must speak.
const Subprotocol = "jump.1"

// Close codes of a channel, of a WebSocket or WebTransport. The reason is a
// wire.Code.
const (
	StatusClientLost   websocket.StatusCode = 4000 // the agent or its conversation went away
	StatusSessionEnded websocket.StatusCode = 4001
)

// Limits of a channel.
const (
	copyBuffer   = 64 << 10 // bytes held in each direction; beyond them the sender waits
	messageLimit = 1 << 20  // bytes of one WebSocket message; webtransport.MaxPiece is as many
	stallTime    = 90 * time.Second
	pingEvery    = 20 * time.Second
	drainTime    = 5 * time.Second
)

// Channel is one conversation of a session with one representative, over a
// WebSocket or WebTransport.
type Channel struct {
	registry *Registry
	session  *live
	kind     wire.Kind
	from     string  // the address that asks for it
	lasting  bool    // the agent holds the conversation if this channel is lost, or its files are gone on with
	ledger   *ledger // of files; nil for other kinds
	broken   bool    // it ended in no good order, and the representative may be back
}

// Channel returns the channel of a kind of a session of u's own, to be served,
// after another look at the session's rights. Errors are *wire.Refused: session_ended, denied, no_screen or
// unsupported.
func (r *Registry) Channel(u auth.User, id string, kind wire.Kind, from string) (*Channel, error) {
	s, err := r.find(u, id)
	if err != nil {
		return nil, err
	}
	r.recheck(s)
	switch {
	case s.ctx.Err() != nil:
		return nil, why(s.ctx)
	case s.User != u.Name, !restricted(u.Rights(), s.ViewOnly).Has(kind.Needs()):
		return nil, message.Refused(wire.CodeDenied)
	case kind == wire.KindScreen && !slices.Contains(s.Channels, kind):
		return nil, message.Refused(wire.CodeNoScreen)
	case !slices.Contains(s.Channels, kind):
		return nil, message.Refused(wire.CodeUnsupported)
	}
	c := &Channel{registry: r, session: s, kind: kind, from: from}
	if kind == wire.KindFiles {
		c.ledger = &ledger{record: func(a audit.Action, details string) error { return c.record(context.Background(), a, details) }}
	}
	return c, nil
}

// Serve upgrades the request and copies until one side or the session ends. The
// caller has checked who asks and from which origin.
func (c *Channel) Serve(w http.ResponseWriter, r *http.Request) {
	if !c.register() {
		http.Error(w, "the session has ended", http.StatusConflict)
		return
	}
	defer c.registry.owners.Done()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	viewer, err := accept(ctx, w, r)
	if err != nil {
		return // accept has answered
	}
	defer viewer.drop()
	if !c.begun() {
		viewer.close(c.ended())
		return
	}
	defer c.over()
	viewer.close(c.run(viewer, stop))
}

// register makes Close wait for this channel.
func (c *Channel) register() bool {
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	if c.registry.closed {
		return false
	}
	c.registry.owners.Add(1)
	return true
}

// begun tells the session's owner, or reports that the session has ended.
func (c *Channel) begun() bool {
	select {
	case c.session.opened <- struct{}{}:
		return true
	case <-c.session.ctx.Done():
		return false
	}
}

// over tells the session's owner how the channel ended.
func (c *Channel) over() {
	select {
	case c.session.closed <- c.broken:
	case <-c.session.ctx.Done():
	}
}

// run holds the conversation and returns how to close. stop ends the viewer's
// context.
func (c *Channel) run(viewer carrier, stop func()) (websocket.StatusCode, string) {
	stream, opened, err := c.begin(viewer)
	if err != nil {
		return c.refuse(viewer, err)
	}
	defer stream.Close()
	if err := wire.Send(viewer, wire.TypeOpened, opened); err != nil {
		return websocket.StatusGoingAway, ""
	}
	return c.copy(viewer, stream, stop)
}

// begin reads the representative's first message and opens the conversation.
func (c *Channel) begin(viewer carrier) (transport.Stream, *wire.Opened, error) {
	ctx, cancel := context.WithTimeoutCause(c.session.ctx, StartTime, message.Refused(wire.CodeTooSlow))
	defer cancel()
	open, err := c.first(ctx, viewer)
	if err != nil {
		return nil, nil, causeOr(ctx, err)
	}
	free, err := c.registry.slot()
	if err != nil {
		return nil, nil, err
	}
	defer free()
	if err := c.record(ctx, audit.ActionChannelOpen, details(open)); err != nil {
		return nil, nil, err
	}
	stream, opened, err := c.registry.Clients.Open(ctx, c.session.Client, open)
	if c.lasting = err == nil && (len(opened.Token) > 0 || c.kind == wire.KindFiles); c.lasting {
		c.session.lasting.Store(true)
	}
	return stream, opened, causeOr(ctx, err)
}

// record writes down what is done in the channel.
func (c *Channel) record(ctx context.Context, a audit.Action, details string) error {
	return c.registry.Audit.Record(ctx, audit.Entry{Actor: c.session.User, Action: a,
		Object: c.session.Client.String(), Session: c.session.ID, From: c.from, Details: details})
}

// details is what an audit entry says about a conversation: of exec the
// command, cut to a length that a person reads.
func details(open *wire.Open) string {
	switch {
	case open.Resume != nil:
		return open.Kind.String() + ", gone on with"
	case open.Exec == nil:
		return open.Kind.String()
	}
	return fmt.Sprintf("%.1000s", fmt.Sprintf("exec %q", open.Exec.Args))
}

// first reads and checks the first message and wraps it into Open.
func (c *Channel) first(ctx context.Context, viewer carrier) (*wire.Open, error) {
	giveUp := context.AfterFunc(ctx, func() { viewer.close(websocket.StatusPolicyViolation, "no first message") })
	t, body, err := wire.NewReader(viewer, wire.MaxControl).Next()
	giveUp()
	if err != nil {
		return nil, malformed(err)
	}
	open := &wire.Open{Kind: c.kind, Session: c.session.ID, Representative: c.session.User, Rights: c.session.Rights}
	start, want := parameters(open, t)
	if t != want {
		return nil, malformed(fmt.Errorf("the first message has type 0x%02x, not 0x%02x", uint8(t), uint8(want)))
	}
	if err := wire.Unmarshal(body, start); err != nil {
		return nil, malformed(err)
	}
	if open.Screen != nil && !open.Rights.Has(wire.RightControl) {
		open.Screen.Options.ViewOnly = true
	}
	return open, nil
}

// parameters returns what a first message is read into, and the type that it
// must have.
func parameters(open *wire.Open, t wire.Type) (start any, want wire.Type) {
	switch {
	case open.Kind == wire.KindScreen:
		open.Screen = &wire.ScreenStart{}
		return open.Screen, wire.TypeScreenStart
	case t == wire.TypeResume:
		open.Resume = &wire.Resume{}
		return open.Resume, wire.TypeResume
	case open.Kind == wire.KindFiles:
		open.Files = &wire.FilesStart{}
		return open.Files, wire.TypeFilesStart
	case open.Kind == wire.KindShell:
		open.Shell = &wire.ShellStart{}
		return open.Shell, wire.TypeShellStart
	default:
		open.Exec = &wire.ExecStart{}
		return open.Exec, wire.TypeExecStart
	}
}

func malformed(err error) *wire.Refused {
	refused := message.Refused(wire.CodeMalformed)
	refused.Hint = fmt.Sprintf("%.300s", err)
	return refused
}

// refuse sends a refusal as the first message back and returns how to close.
func (c *Channel) refuse(viewer carrier, err error) (websocket.StatusCode, string) {
	if c.session.ctx.Err() != nil {
		return c.ended()
	}
	var refused *wire.Refused
	if !errors.As(err, &refused) {
		slog.Error("a channel could not be opened", "session", c.session.ID[:8], "kind", c.kind, "error", err)
		refused = message.Refused(wire.CodeInternal)
	}
	if wire.Send(viewer, wire.TypeRefused, refused) != nil {
		return websocket.StatusGoingAway, ""
	}
	return websocket.StatusNormalClosure, string(refused.Code)
}

// ended returns how to close a channel of a session that is over.
func (c *Channel) ended() (websocket.StatusCode, string) {
	code := why(c.session.ctx).Code
	if code == wire.CodeRestarting {
		return websocket.StatusServiceRestart, string(code)
	}
	return StatusSessionEnded, string(code)
}
