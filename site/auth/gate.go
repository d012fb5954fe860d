package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"jump/internal/limiter"
	"jump/site/store"
)

// Limits of a web session. Whichever comes first ends it.
const (
	SessionIdle = 12 * time.Hour
	SessionLife = 7 * 24 * time.Hour
	// touchEvery spares the database a write for every request.
	touchEvery = time.Minute
)

// Errors on which callers decide.
var (
	// ErrSignIn does not say whether the name or the password was wrong.
	ErrSignIn = errors.New("the name or the password is not right")
	// ErrSignedOut means that a cookie or token is unknown, expired or revoked.
	ErrSignedOut = errors.New("not signed in")
)

// TooManyError refuses a sign-in before any password is looked at.
type TooManyError struct{ RetryAfter time.Duration }

func (e *TooManyError) Error() string {
	return fmt.Sprintf("too many tries to sign in; the next one is possible in %v", e.RetryAfter.Round(time.Second))
}

// Gate tells who somebody is. It is safe for concurrent use.
type Gate struct {
	store  *store.Store
	hasher *hasher
	now    func() time.Time

	// Tries count against the address, against the name, and, more strictly,
	// against both together: somebody who guesses at a name from elsewhere
	// does not keep its owner out for long.
	byAddress, byName, byBoth *limiter.Limiter
}

// NewGate returns a Gate for the accounts in s.
func NewGate(s *store.Store) *Gate { return newGate(s, usualCost, time.Now) }

func newGate(s *store.Store, c cost, now func() time.Time) *Gate {
	return &Gate{
		store: s, hasher: newHasher(c), now: now,
		byAddress: limiter.New(3*time.Second, 20),
		byName:    limiter.New(3*time.Second, 30),
		byBoth:    limiter.New(30*time.Second, 5),
	}
}

// SignIn checks a name and password that came from an address, and begins a
// web session. The answer's first value is the secret for the cookie. Errors
// are ErrSignIn, a *TooManyError, or one of the database.
func (g *Gate) SignIn(ctx context.Context, name, password string, from netip.Addr) (string, User, error) {
	name = NormalName(name)
	if err := g.admit(name, from); err != nil {
		return "", User{}, err
	}
	account, err := g.store.User(ctx, name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", User{}, err
	}
	if len(password) > MaxPassword {
		return "", User{}, ErrSignIn
	}
	ok, err := g.hasher.verify(ctx, account.Password, password)
	if err != nil {
		return "", User{}, fmt.Errorf("check the password: %w", err)
	}
	if !ok {
		slog.WarnContext(ctx, "sign-in failed", "name", name, "from", from)
		return "", User{}, ErrSignIn
	}
	g.forgive(name, from)
	secret, err := g.begin(ctx, account)
	return secret, userOf(account), err
}

// begin begins a web session of an account whose password was found right.
func (g *Gate) begin(ctx context.Context, account store.User) (string, error) {
	now, secret := g.now(), newSecret()
	err := g.store.AddWebSession(ctx, store.WebSession{
		Hash: fingerprint(secret), User: account.Name, Password: account.Password,
		CreatedAt: now, UsedAt: now, ExpiresAt: now.Add(SessionLife),
	})
	if errors.Is(err, store.ErrNotFound) {
		return "", ErrSignIn // the password was right a moment ago
	}
	if err != nil {
		return "", err
	}
	return secret, g.store.DropWebSessions(ctx, now, now.Add(-SessionIdle))
}

// SignOut ends a web session at once.
func (g *Gate) SignOut(ctx context.Context, secret string) error {
	return g.store.EndWebSession(ctx, fingerprint(secret))
}

// Cookie returns whose web session a cookie's secret belongs to, and notes that
// it was used; or it returns ErrSignedOut.
func (g *Gate) Cookie(ctx context.Context, secret string) (User, error) {
	u, used, err := g.look(ctx, secret)
	if now := g.now(); err == nil && now.Sub(used) > touchEvery {
		err = g.store.TouchWebSession(ctx, fingerprint(secret), now)
	}
	return u, err
}

// Look is Cookie for what goes on without the person: it does not count as use.
func (g *Gate) Look(ctx context.Context, secret string) (User, error) {
	u, _, err := g.look(ctx, secret)
	return u, err
}

func (g *Gate) look(ctx context.Context, secret string) (u User, used time.Time, err error) {
	if !plausible(secret) {
		return User{}, used, ErrSignedOut
	}
	session, account, err := g.store.WebSession(ctx, fingerprint(secret))
	now := g.now()
	switch {
	case errors.Is(err, store.ErrNotFound):
		return User{}, used, ErrSignedOut
	case err != nil:
		return User{}, used, err
	case now.After(session.ExpiresAt), now.Sub(session.UsedAt) > SessionIdle:
		return User{}, used, ErrSignedOut
	}
	u = userOf(account)
	u.web = string(session.Hash)
	return u, session.UsedAt, nil
}

// Bearer returns whose token this is, or ErrSignedOut.
func (g *Gate) Bearer(ctx context.Context, secret string) (User, error) {
	if !strings.HasPrefix(secret, TokenPrefix) || !plausible(secret) {
		return User{}, ErrSignedOut
	}
	token, account, err := g.store.TokenByHash(ctx, fingerprint(secret))
	if errors.Is(err, store.ErrNotFound) {
		return User{}, ErrSignedOut
	}
	if err != nil {
		return User{}, err
	}
	if now := g.now(); now.Sub(token.UsedAt) > touchEvery {
		err = g.store.TouchToken(ctx, token.ID, now)
	}
	u := userOf(account)
	u.token = token.ID
	return u, err
}

// Current returns the account of somebody as it is now, for a support session,
// which outlives the request that began it. The error is ErrSignedOut if what
// was shown then is worth nothing any more: the account is gone (another one
// may have its name by now), it has a new password, or the token was revoked.
// That a web session expires is no reason to interrupt somebody at work.
func (g *Gate) Current(ctx context.Context, then User) (User, error) {
	account, err := g.store.User(ctx, then.Name)
	if err == nil && then.token != "" {
		err = g.owns(ctx, then.Name, then.token)
	}
	now := userOf(account)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && now.password != then.password:
		return User{}, ErrSignedOut
	case err != nil:
		return User{}, err
	}
	now.token, now.web = then.token, then.web
	return now, nil
}

func userOf(a store.User) User {
	u := User{Name: a.Name, Role: Role(a.Role), password: string(fingerprint(a.Password))}
	if u.Admin() {
		u.Permissions = All()
	} else if list, err := ParsePermissions(a.Permissions); err == nil {
		u.Permissions = list
	}
	return u
}

// admit counts a try against all three limits. One that the first ones refuse
// does not count against the name, or its owner would be kept out.
func (g *Gate) admit(name string, from netip.Addr) error {
	now, address := g.now(), limiter.AddressKey(from)
	for _, l := range []struct {
		*limiter.Limiter
		key string
	}{{g.byBoth, name + " " + address}, {g.byAddress, address}, {g.byName, name}} {
		if wait := l.Take(l.key, now, 1); wait > 0 {
			return &TooManyError{RetryAfter: wait}
		}
	}
	return nil
}

func (g *Gate) forgive(name string, from netip.Addr) {
	address := limiter.AddressKey(from)
	g.byBoth.Refund(name + " " + address)
	g.byAddress.Refund(address)
	g.byName.Refund(name)
}

// Knows reports whether an account has that password. It counts no tries and is
// not for requests from outside.
func (g *Gate) Knows(ctx context.Context, name, password string) (bool, error) {
	account, err := g.store.User(ctx, NormalName(name))
	if err != nil {
		return false, err
	}
	return g.hasher.verify(ctx, account.Password, password)
}
