package auth

import (
	"context"
	"slices"

	"jump/site/store"
)

// Tokens returns the tokens of one account without their secrets, the oldest
// first.
func (g *Gate) Tokens(ctx context.Context, user string) ([]store.Token, error) {
	all, err := g.store.Tokens(ctx)
	return slices.DeleteFunc(all, func(t store.Token) bool { return t.User != user }), err
}

// RevokeToken ends a token of this account at once. For an id that is none of
// its tokens it returns store.ErrNotFound.
func (g *Gate) RevokeToken(ctx context.Context, user, id string) error {
	if err := g.owns(ctx, user, id); err != nil {
		return err
	}
	return g.store.RemoveToken(ctx, id)
}

// owns returns store.ErrNotFound unless the token is one of the account's.
func (g *Gate) owns(ctx context.Context, user, id string) error {
	own, err := g.Tokens(ctx, user)
	if err == nil && !slices.ContainsFunc(own, func(t store.Token) bool { return t.ID == id }) {
		err = store.ErrNotFound
	}
	return err
}
