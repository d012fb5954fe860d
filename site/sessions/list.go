package sessions

import (
	"context"
	"slices"
	"strings"

	"jump/site/auth"
	"jump/site/message"
	"jump/transport/wire"
)

// List returns the open sessions that u may see, the oldest first.
func (r *Registry) List(u auth.User) []Session {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []Session{}
	for _, s := range r.open {
		if s.visible(u) {
			list = append(list, s.Session)
		}
	}
	slices.SortFunc(list, func(a, b Session) int {
		if c := a.StartedAt.Compare(b.StartedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list
}

// Session returns an open session that u may see. The error is a *wire.Refused
// with session_ended.
func (r *Registry) Session(u auth.User, id string) (Session, error) {
	s, err := r.find(u, id)
	if err != nil {
		return Session{}, err
	}
	return s.Session, nil
}

func (r *Registry) find(u auth.User, id string) (*live, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.open[id]
	if s == nil || !s.visible(u) {
		return nil, message.Refused(wire.CodeSessionEnded)
	}
	return s, nil
}

// End ends a session that u may see, and waits until it is off the list.
func (r *Registry) End(ctx context.Context, u auth.User, id string) error {
	s, err := r.find(u, id)
	if err != nil {
		return err
	}
	s.end(message.Refused(wire.CodeSessionEnded))
	select {
	case <-s.gone:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// EndClient ends all sessions with a Jump Client, e.g. because it was removed.
func (r *Registry) EndClient(id wire.ID, reason wire.Code) {
	r.endAll(reason, func(s *live) bool { return s.Client == id })
}

// EndSignIn ends all sessions that were begun with the same web session or
// token as u's, because it is signed out.
func (r *Registry) EndSignIn(u auth.User) {
	r.endAll(wire.CodeSessionEnded, func(s *live) bool { return s.by.SameSignIn(u) })
}

func (r *Registry) endAll(reason wire.Code, which func(*live) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.open {
		if which(s) {
			s.end(message.Refused(reason))
		}
	}
}

// Close ends all sessions and waits until nothing of them is left.
func (r *Registry) Close() {
	r.mu.Lock()
	r.closed = true
	for _, s := range r.open {
		s.end(message.Refused(wire.CodeRestarting))
	}
	r.mu.Unlock()
	r.owners.Wait()
}
