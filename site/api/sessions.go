package api

import (
	"context"
	"net/http"
	"time"

	"jump/site/auth"
	"jump/site/message"
	"jump/site/sessions"
	"jump/transport/wire"
)

// Session is an open support session.
type Session struct {
	ID         string            `json:"id"`
	ClientID   string            `json:"client_id"`
	ClientName string            `json:"client_name"`
	User       string            `json:"user" doc:"The representative"`
	ViewOnly   bool              `json:"view_only"`
	Channels   []string          `json:"channels" doc:"Which may be opened: screen, shell, exec, files"`
	Rights     []auth.Permission `json:"rights"`
	StartedAt  time.Time         `json:"started_at"`
}

func sessionOf(s sessions.Session) Session {
	return Session{s.ID, s.Client.String(), s.ClientName, s.User, s.ViewOnly,
		channelNames(s.Channels), auth.RightNames(s.Rights), s.StartedAt}
}

type startSessionRequest struct {
	Body struct {
		ClientID string `json:"client_id" maxLength:"64"`
		ViewOnly bool   `json:"view_only,omitempty" doc:"Show the screen and nothing else"`
	}
}

func (s *Server) startSession(ctx context.Context, in *startSessionRequest) (*answer[Session], error) {
	id, err := wire.ParseID(in.Body.ClientID)
	if err != nil {
		return nil, message.Refused(wire.CodeClientGone)
	}
	c := callerOf(ctx)
	started, err := s.Sessions.Start(ctx, c.user, id, in.Body.ViewOnly, c.address.String())
	if err != nil {
		return nil, err
	}
	return &answer[Session]{sessionOf(started)}, nil
}

// SessionList is all open sessions that the caller sees.
type SessionList struct {
	Items []Session `json:"items"`
}

func (s *Server) listSessions(ctx context.Context, _ *none) (*answer[SessionList], error) {
	list := SessionList{Items: []Session{}}
	for _, x := range s.Sessions.List(callerOf(ctx).user) {
		list.Items = append(list.Items, sessionOf(x))
	}
	return &answer[SessionList]{list}, nil
}

type sessionRequest struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) getSession(ctx context.Context, in *sessionRequest) (*answer[Session], error) {
	found, err := s.Sessions.Session(callerOf(ctx).user, in.ID)
	if err != nil {
		return nil, err
	}
	return &answer[Session]{sessionOf(found)}, nil
}

func (s *Server) endSession(ctx context.Context, in *sessionRequest) (*none, error) {
	return &none{}, s.Sessions.End(ctx, callerOf(ctx).user, in.ID)
}

// channel upgrades a request to a channel of a session.
func (s *Server) channel(w http.ResponseWriter, r *http.Request) {
	kind, err := wire.ParseKind(r.PathValue("channel"))
	if err != nil {
		fail(w, r, message.CodeNotFound)
		return
	}
	by := callerOf(r.Context())
	c, err := s.Sessions.Channel(by.user, r.PathValue("id"), kind, by.address.String())
	if err != nil {
		problemOf(r.Context(), err).write(w)
		return
	}
	c.Serve(w, r)
}
