package api

import (
	"context"
	"time"

	"jump/site/audit"
	"jump/site/message"
	"jump/site/store"
	"jump/transport/wire"
)

// Token is a bearer token of the caller. The secret is not in it.
type Token struct {
	ID        string     `json:"id"`
	Name      string     `json:"name" doc:"What it is for"`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at,omitempty" doc:"To the minute"`
}

func tokenOf(t store.Token) Token { return Token{t.ID, t.Label, t.CreatedAt, optional(t.UsedAt)} }

// NewToken is a token at the only moment at which its secret is known.
type NewToken struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Token string `json:"token" doc:"The secret: shown now and never again"`
}

type createTokenRequest struct {
	Body struct {
		Name string `json:"name" maxLength:"128" doc:"What it is for"`
	}
}

// createToken makes a token for whoever signed in with a password. A token
// makes no further tokens: one that leaked ends when it is revoked.
func (s *Server) createToken(ctx context.Context, in *createTokenRequest) (*answer[NewToken], error) {
	c := callerOf(ctx)
	if c.cookie == "" {
		return nil, message.Refused(wire.CodeDenied)
	}
	id, secret, err := s.Gate.NewToken(ctx, c.user.Name, in.Body.Name)
	if err != nil {
		return nil, err
	}
	if err := s.record(ctx, audit.ActionTokenCreate, id, "for "+c.user.Name); err != nil {
		return nil, err
	}
	return &answer[NewToken]{NewToken{id, in.Body.Name, secret}}, nil
}

// TokenList is all tokens of the caller.
type TokenList struct {
	Items []Token `json:"items"`
}

func (s *Server) listTokens(ctx context.Context, _ *none) (*answer[TokenList], error) {
	tokens, err := s.Gate.Tokens(ctx, callerOf(ctx).user.Name)
	if err != nil {
		return nil, err
	}
	list := TokenList{Items: []Token{}}
	for _, t := range tokens {
		list.Items = append(list.Items, tokenOf(t))
	}
	return &answer[TokenList]{list}, nil
}

type tokenRequest struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) revokeToken(ctx context.Context, in *tokenRequest) (*none, error) {
	if err := s.Gate.RevokeToken(ctx, callerOf(ctx).user.Name, in.ID); err != nil {
		return nil, err
	}
	return &none{}, s.record(ctx, audit.ActionTokenRevoke, in.ID, "")
}
