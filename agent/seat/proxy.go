package seat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"jump/agent/session"
	"jump/transport"
	"jump/transport/wire"
)

// Proxy is the agent's half of all conversations. Its fields are set before the
// first Serve and not changed afterwards.
type Proxy struct {
	Desk Desk
	// Ceiling is what this machine's owner allows at most, whatever a site says.
	Ceiling wire.Rights
	// Log gets one line at the beginning and end of every conversation; nil
	// means slog.Default.
	Log *slog.Logger
}

// Capabilities returns the conversations that a seat can hold.
func (p *Proxy) Capabilities() []wire.Kind {
	var kinds []wire.Kind
	for _, k := range []wire.Kind{wire.KindScreen, wire.KindShell, wire.KindExec, wire.KindFiles} {
		if p.Ceiling.Has(k.Needs()) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// Serve holds the conversation that open begins; it is an agent's
// Options.Serve. It returns when its seats are closed and nothing of it runs in
// this process, shortly after ctx ends or the stream breaks.
func (p *Proxy) Serve(ctx context.Context, s transport.Stream, open *wire.Open) {
	log := p.log().With("kind", open.Kind.String(), "session", open.Session, "representative", open.Representative)
	log.Info("conversation begins")
	err := p.hold(ctx, s, open, log)
	if refused := (*wire.Refused)(nil); errors.As(err, &refused) {
		log.Warn("conversation refused", "code", string(refused.Code), "reason", refused.Text)
		if err := wire.Send(s, wire.TypeRefused, refused); err != nil {
			log.Debug("the refusal was not sent", "error", err)
		}
		return
	}
	log.Info("conversation ended", "reason", fmt.Sprint(err))
}

func (p *Proxy) log() *slog.Logger {
	if p.Log != nil {
		return p.Log
	}
	return slog.Default()
}

// hold returns a *wire.Refused if nothing was said yet.
func (p *Proxy) hold(ctx context.Context, s transport.Stream, open *wire.Open, log *slog.Logger) error {
	rights, err := session.Grant(open, p.Ceiling)
	if err != nil {
		return err
	}
	asked := *open
	asked.Rights = rights
	first, err := p.start(ctx, &asked)
	if err != nil {
		return refusal(err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() { s.Close() })()
	if open.Kind == wire.KindScreen {
		return newScreen(ctx, cancel, p, s, &asked, log).hold(first)
	}
	return relay(ctx, s, first)
}

// errBroken says that a seat does not speak the protocol.
var errBroken = errors.New("the seat does not answer as it should")

// refusal returns what the viewer is told when the desk said no.
func refusal(err error) *wire.Refused {
	var refused *wire.Refused
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.Is(err, context.DeadlineExceeded):
		return &wire.Refused{Code: wire.CodeTooSlow, Text: "The computer took too long to open the user's session.", Hint: "Try again."}
	}
	return &wire.Refused{Code: wire.CodeInternal, Text: fmt.Sprintf("The computer could not open the user's session: %.500s.", err)}
}

// begun is a seat that has said yes.
type begun struct {
	Seat
	answer wire.Opened
	reader *wire.Reader
}

// start starts a seat and lets it begin the conversation. Errors are of the
// Desk, or the seat's own *wire.Refused.
func (p *Proxy) start(ctx context.Context, open *wire.Open) (*begun, error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	s, err := p.Desk.Start(ctx, open.Kind)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { s.Close() })
	b := &begun{Seat: s, reader: wire.NewReader(s, limit(open.Kind))}
	if err = b.begin(open); err == nil && stop() {
		return b, nil
	}
	s.Close()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, err
}

// limit bounds the messages of a seat, in bytes.
func limit(kind wire.Kind) int {
	if kind == wire.KindScreen {
		return wire.MaxFrame
	}
	return wire.MaxData
}

// begin hands Open to the seat and reads its answer.
func (b *begun) begin(open *wire.Open) error {
	if err := wire.Send(b.Seat, wire.TypeOpen, open); err != nil {
		return err
	}
	typ, body, err := b.reader.Next()
	if err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	switch typ {
	case wire.TypeOpened:
		err = wire.Unmarshal(body, &b.answer)
		b.answer.Rights &= open.Rights
	case wire.TypeRefused:
		refused := new(wire.Refused)
		if err = wire.Unmarshal(body, refused); err == nil {
			err = refused
		}
	default:
		err = fmt.Errorf("%w: type 0x%02x in place of an answer", errBroken, uint8(typ))
	}
	return err
}
