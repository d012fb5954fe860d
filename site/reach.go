package site

import (
	"context"
	"errors"

	"jump/site/clients"
	"jump/site/message"
	"jump/site/sessions"
	"jump/site/store"
	"jump/transport/wire"
)

// reach lets sessions see clients as they need them.
type reach struct{ *clients.Registry }

var _ sessions.Clients = reach{}

// Target implements sessions.Clients.
func (r reach) Target(ctx context.Context, id wire.ID) (sessions.Target, error) {
	c, err := r.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return sessions.Target{}, message.Refused(wire.CodeClientGone)
	}
	if err != nil {
		return sessions.Target{}, err
	}
	return sessions.Target{ID: c.ID, Name: c.Name, Group: c.Group, Refusal: refusal(c.State()), Channels: c.Channels()}, nil
}

// refusal returns why no session can start with a client in that state
// (requirements section F), or "".
func refusal(s store.State) wire.Code {
	switch s {
	case store.StateQuarantined:
		return wire.CodeQuarantined
	case store.StateUninstalled:
		return wire.CodeUninstalled
	case store.StateDisabled:
		return wire.CodeDisabled
	case store.StateOffline:
		return wire.CodeClientOffline
	}
	return ""
}
