package api

import (
	"context"
	"net/http"

	"jump/site/audit"
	"jump/site/auth"
)

// Me is who has signed in.
type Me struct {
	Name        string            `json:"name"`
	Role        auth.Role         `json:"role" enum:"admin,representative"`
	Permissions []auth.Permission `json:"permissions"`
}

func meOf(u auth.User) Me { return Me{u.Name, u.Role, u.Permissions} }

type loginRequest struct {
	Body struct {
		Name     string `json:"name" maxLength:"128"`
		Password string `json:"password" maxLength:"1024"`
	}
}

type cookieAnswer[T any] struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      T
}

func (s *Server) login(ctx context.Context, in *loginRequest) (*cookieAnswer[Me], error) {
	secret, u, err := s.Gate.SignIn(ctx, in.Body.Name, in.Body.Password, callerOf(ctx).address)
	if err != nil {
		return nil, err
	}
	entry := audit.Entry{Actor: u.Name, Action: audit.ActionSignIn, Object: u.Name, From: callerOf(ctx).address.String()}
	if err := s.Audit.Record(ctx, entry); err != nil {
		return nil, err
	}
	return &cookieAnswer[Me]{cookie(secret, int(auth.SessionLife.Seconds())), meOf(u)}, nil
}

// cookie returns the cookie of a web session; age in seconds, -1 deletes it.
func cookie(secret string, age int) http.Cookie {
	return http.Cookie{Name: CookieName, Value: secret, Path: "/", MaxAge: age,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

type noCookie struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (s *Server) logout(ctx context.Context, _ *none) (*noCookie, error) {
	c := callerOf(ctx)
	if c.cookie != "" {
		if err := s.Gate.SignOut(ctx, c.cookie); err != nil {
			return nil, err
		}
		s.tickets.drop(c.user)
		s.Sessions.EndSignIn(c.user)
	}
	err := s.Audit.Record(ctx, audit.Entry{Actor: c.user.Name, Action: audit.ActionSignOut, Object: c.user.Name, From: c.address.String()})
	return &noCookie{cookie("", -1)}, err
}

func (s *Server) me(ctx context.Context, _ *none) (*answer[Me], error) {
	return &answer[Me]{meOf(callerOf(ctx).user)}, nil
}
