package clients

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jump/site/message"
	"jump/site/store"
	"jump/transport"
	"jump/transport/wire"
)

// openTimeout is how long an agent has to answer (message M15).
const openTimeout = 15 * time.Second

// Open begins a conversation with a client and returns the stream behind its
// Opened. The caller must Close the stream. The rights in Opened are never more
// than were asked for.
//
// A no is a *wire.Refused, by the site (M7, M8, M9, M14, M15, M16, unsupported)
// or by the agent.
func (r *Registry) Open(ctx context.Context, id wire.ID, open *wire.Open) (transport.Stream, *wire.Opened, error) {
	limited, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	link, err := r.reach(limited, id, open.Kind)
	if err != nil {
		return nil, nil, explain(ctx, err)
	}
	stream, opened, err := converse(limited, link, open)
	if errors.Is(err, transport.ErrClosed) {
		stream, opened, err = r.again(limited, id, open, err)
	}
	if err != nil {
		return nil, nil, explain(ctx, err)
	}
	if c, err := r.store.MarkAccessed(ctx, id); err != nil {
		r.log.Error("access not noted", "client", id.String(), "error", err)
	} else {
		r.publish(c)
	}
	return stream, opened, nil
}

// again opens a conversation with a client whose tunnel ended under the first
// try: that of a passive one may do so at any moment.
func (r *Registry) again(ctx context.Context, id wire.ID, open *wire.Open, why error) (transport.Stream, *wire.Opened, error) {
	c, err := r.store.Client(ctx, id)
	if err != nil || r.caller == nil || !callable(&c) {
		return nil, nil, errors.Join(err, why)
	}
	link, err := r.call(ctx, &c)
	if err != nil {
		return nil, nil, err
	}
	return converse(ctx, link, open)
}

// Release tells a client, if it is connected, that a session is over: what it
// holds of it ends.
func (r *Registry) Release(id wire.ID, session string) {
	r.mu.Lock()
	var links []Link
	if l, online := r.live[id]; online {
		for _, p := range l.all {
			links = append(links, p.link)
		}
	}
	r.mu.Unlock()
	for _, l := range links {
		l.Release(session)
	}
}

// reach returns the link by which a client can be asked for that conversation.
func (r *Registry) reach(ctx context.Context, id wire.ID, kind wire.Kind) (Link, error) {
	c, err := r.store.Client(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, message.Refused(wire.CodeClientGone)
	case err != nil:
		return nil, err
	}
	r.mu.Lock()
	l, online := r.live[id]
	var link Link
	if online {
		link = l.latest().link
	}
	if facts, newer := r.reports[id]; newer {
		c.Facts = facts
	}
	r.mu.Unlock()
	switch {
	case c.State() == store.StateQuarantined:
		return nil, message.Refused(wire.CodeQuarantined)
	case c.State() == store.StateUninstalled:
		return nil, message.Refused(wire.CodeUninstalled)
	case !online && callable(&c) && r.caller != nil:
		return r.call(ctx, &c)
	case !online && c.Online:
		return nil, message.Refused(wire.CodeNotConnected)
	case !online:
		return nil, message.Refused(wire.CodeClientOffline)
	case c.Facts.Disabled:
		return nil, message.Refused(wire.CodeDisabled)
	case !slices.Contains(c.Capabilities, kind):
		return nil, message.Refused(wire.CodeUnsupported)
	}
	return link, nil
}

// converse opens a stream, sends Open and reads the answer, within ctx.
func converse(ctx context.Context, l Link, open *wire.Open) (transport.Stream, *wire.Opened, error) {
	stream, err := l.Open(ctx, open.Session)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { stream.Close() })
	opened, err := ask(stream, open)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		stream.Close()
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, nil, err
	}
	return stream, opened, nil
}

func ask(stream transport.Stream, open *wire.Open) (*wire.Opened, error) {
	if err := wire.Send(stream, wire.TypeOpen, open); err != nil {
		return nil, err
	}
	kind, body, err := wire.NewReader(stream, wire.MaxControl).Next()
	if err != nil {
		return nil, err
	}
	switch kind {
	case wire.TypeOpened:
		var opened wire.Opened
		if err := wire.Unmarshal(body, &opened); err != nil {
			return nil, malformed(err)
		}
		opened.Rights &= open.Rights
		return &opened, nil
	case wire.TypeRefused:
		var refused wire.Refused
		if err := wire.Unmarshal(body, &refused); err != nil {
			return nil, malformed(err)
		}
		return nil, &refused
	}
	return nil, malformed(fmt.Errorf("type 0x%02x in answer to Open", uint8(kind)))
}

// explain turns what went wrong into a message to the representative. ctx is
// the caller's, without the time limit.
func explain(ctx context.Context, err error) error {
	var refused *wire.Refused
	switch {
	case errors.As(err, &refused):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, context.DeadlineExceeded):
		return message.Refused(wire.CodeTimeout)
	}
	return message.Refused(wire.CodeNotConnected)
}

func malformed(err error) *wire.Refused {
	return &wire.Refused{Code: wire.CodeMalformed, Text: "The Jump Client gave an answer that makes no sense.", Hint: err.Error()}
}
