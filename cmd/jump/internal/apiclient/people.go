package apiclient

import (
	"context"
	"net/http"
	"net/url"
)

// Me is the person in whose name the API is used.
type Me struct {
	Name        string   `json:"name"`
	Role        string   `json:"role"`
	Permissions []string `json:"permissions"`
}

// Me says who is signed in.
func (s *Site) Me(ctx context.Context) (Me, error) {
	var me Me
	err := s.get(ctx, "me", nil, &me)
	return me, err
}

// SignIn begins a cookie session; Options.Jar must be set. A wrong name or
// password is a Problem with the code sign_in_failed.
func (s *Site) SignIn(ctx context.Context, name, password string) (Me, error) {
	in := struct {
		Name     string `json:"name"`
		Password string `json:"password"`
	}{name, password}
	var me Me
	err := s.call(ctx, http.MethodPost, "login", nil, in, &me)
	return me, err
}

// SignOut ends the cookie session.
func (s *Site) SignOut(ctx context.Context) error {
	return s.call(ctx, http.MethodPost, "logout", nil, nil, nil)
}

// Token is a bearer token of the person signed in. Token itself is given once,
// when it is made.
type Token struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Token string `json:"token"`
}

// CreateToken makes a bearer token; name is what a list of tokens shows.
func (s *Site) CreateToken(ctx context.Context, name string) (Token, error) {
	in := struct {
		Name string `json:"name"`
	}{name}
	var t Token
	err := s.call(ctx, http.MethodPost, "tokens", nil, in, &t)
	return t, err
}

// RevokeToken ends a token.
func (s *Site) RevokeToken(ctx context.Context, id string) error {
	return s.call(ctx, http.MethodDelete, "tokens/"+url.PathEscape(id), nil, nil, nil)
}

// Name returns what the site calls itself; anybody may ask.
func (s *Site) Name(ctx context.Context) (string, error) {
	var site struct {
		Name string `json:"name"`
	}
	err := s.get(ctx, "site", nil, &site)
	return site.Name, err
}
