package apiclient

import (
	"context"
	"fmt"
	"strings"

	"jump/transport/wire"
)

// NotFound says that no client, or more than one, goes by a name.
type NotFound struct {
	Name       string
	Candidates []Client // empty: no client; else all that it could mean, at most maxCandidates
}

const (
	maxCandidates = 10
	minPrefix     = 4 // characters of an id that are worth a search
)

// Error returns one sentence.
func (e *NotFound) Error() string {
	if len(e.Candidates) == 0 {
		return fmt.Sprintf("there is no client %q", e.Name)
	}
	return fmt.Sprintf("%q is the name of more than one client", e.Name)
}

// Find returns the client that a person means by its id, its exact name, or,
// where no name fits, by the beginning of its id (four characters at least).
// The error is a *NotFound if that is not exactly one.
func (s *Site) Find(ctx context.Context, name string) (Client, error) {
	if _, err := wire.ParseID(name); err == nil {
		return s.Client(ctx, name)
	}
	found, err := s.matching(ctx, Filter{Search: name, Fields: "name"}, func(c Client) bool { return c.Name == name })
	if err == nil && len(found) == 0 && isPrefix(name) {
		found, err = s.matching(ctx, Filter{}, func(c Client) bool { return strings.HasPrefix(c.ID, name) })
	}
	switch {
	case err != nil:
		return Client{}, err
	case len(found) != 1:
		return Client{}, &NotFound{name, found}
	}
	return found[0], nil
}

func (s *Site) matching(ctx context.Context, f Filter, want func(Client) bool) ([]Client, error) {
	var found []Client
	for c, err := range s.Clients(ctx, f) {
		if err != nil {
			return nil, err
		}
		if want(c) {
			found = append(found, c)
		}
		if len(found) == maxCandidates {
			break
		}
	}
	return found, nil
}

// isPrefix reports whether s can begin an id: lower-case base32.
func isPrefix(s string) bool {
	return len(s) >= minPrefix && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '2' || r > '7')
	})
}
