package sessions

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"jump/site/audit"
	"jump/site/auth"
	"jump/site/message"
	"jump/transport/wire"
)

// watch owns a session from its start to its end.
func (r *Registry) watch(s *live) {
	defer close(s.gone)
	r.changed(s, StateIdle)
	idle := time.NewTimer(r.Linger)
	defer idle.Stop()
	check := time.NewTicker(recheck)
	defer check.Stop()
	linger := r.Linger
	for channels := 0; ; {
		select {
		case <-s.ctx.Done():
			r.finish(s)
			return
		case <-idle.C:
			s.end(message.Refused(wire.CodeSessionEnded))
		case <-check.C:
			r.recheck(s)
		case <-s.opened:
			if channels++; channels == 1 {
				idle.Stop()
				r.changed(s, StateOpen)
			}
		case broken := <-s.closed:
			if broken {
				linger = max(linger, LingerBroken)
			}
			if channels--; channels == 0 {
				idle.Reset(linger)
				linger = r.Linger
				r.changed(s, StateIdle)
			}
		}
	}
}

// recheck ends a session whose representative lost a right that it uses, or the
// account, or sight of the client, or whose password or token is another one.
func (r *Registry) recheck(s *live) {
	ctx, cancel := context.WithTimeout(s.ctx, StartTime)
	defer cancel()
	u, err := r.Accounts.Current(ctx, s.by)
	if err == nil {
		var t Target
		if t, err = r.Clients.Target(ctx, s.Client); err == nil && (!u.Sees(t.Group) || !u.Rights().Has(s.Rights)) {
			err = message.Refused(wire.CodeDenied)
		}
	}
	var refused *wire.Refused
	switch {
	case errors.As(err, &refused):
		s.end(refused)
	case errors.Is(err, auth.ErrSignedOut):
		s.end(message.Refused(wire.CodeDenied))
	case err != nil && s.ctx.Err() == nil:
		slog.Error("the rights of a session could not be looked up; it goes on", "session", s.ID[:8], "error", err)
	}
}

// finish takes a session that has ended off the list.
func (r *Registry) finish(s *live) {
	reason := why(s.ctx)
	if s.lasting.Load() && reason.Code != wire.CodeRestarting {
		r.Clients.Release(s.Client, s.ID)
	}
	r.mu.Lock()
	delete(r.open, s.ID)
	r.mu.Unlock()
	err := r.Audit.Record(context.Background(), audit.Entry{Actor: s.User, Action: audit.ActionSessionEnd,
		Object: s.Client.String(), Session: s.ID, Details: string(reason.Code)})
	if err != nil {
		slog.Error("the end of a session could not be written down", "error", err)
	}
	r.changed(s, StateEnded)
}

func (r *Registry) changed(s *live, state State) {
	if r.Changed != nil {
		r.Changed(s.Session, state)
	}
}

// why returns what ended a context: a refusal, whatever it was.
func why(ctx context.Context) *wire.Refused {
	var refused *wire.Refused
	if errors.As(context.Cause(ctx), &refused) {
		return refused
	}
	return message.Refused(wire.CodeSessionEnded)
}

// causeOr returns why ctx ended if it did and err is an error, else err.
func causeOr(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
