package auth

import (
	"context"
	"errors"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jump/site/store"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	home = netip.MustParseAddr("192.0.2.1")
)

// clock is a time that a test moves.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

// openGate returns a Gate with the accounts eva (administrator) and max
// (representative), on a database of its own. Hashing is cheap there.
func openGate(t *testing.T) (*Gate, *clock) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "site.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	c := &clock{noon}
	g := newGate(s, cost{memory: 64, time: 1, threads: 1}, c.now)
	for _, a := range []Account{
		{Name: "Eva", Role: RoleAdmin, Password: "correct horse"},
		{Name: "max", Role: RoleRepresentative, Password: "battery staple"},
	} {
		if err := g.Add(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	return g, c
}

func signIn(t *testing.T, g *Gate) string {
	t.Helper()
	secret, _, err := g.SignIn(t.Context(), "eva", "correct horse", home)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func TestSignIn(t *testing.T) {
	g, _ := openGate(t)
	tests := []struct {
		name, password string
		want           error
	}{
		{"eva", "correct horse", nil},
		{" EVA ", "correct horse", nil},
		{"eva", "correct horse ", ErrSignIn},
		{"eva", "", ErrSignIn},
		{"eva", strings.Repeat("x", MaxPassword+1), ErrSignIn},
		{"nobody", "correct horse", ErrSignIn},
		{"", "", ErrSignIn},
	}
	for i, c := range tests {
		from := netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})
		secret, u, err := g.SignIn(t.Context(), c.name, c.password, from)
		if !errors.Is(err, c.want) || (err == nil) != (secret != "" && u.Name == "eva") {
			t.Errorf("%q %.20q: user %q, %v", c.name, c.password, u.Name, err)
		}
	}
}

func TestWebSessionLimits(t *testing.T) {
	g, now := openGate(t)
	check := func(secret string, want error, when string) {
		t.Helper()
		if _, err := g.Cookie(t.Context(), secret); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", when, err, want)
		}
	}
	idle, used, out := signIn(t, g), signIn(t, g), signIn(t, g)
	for range 13 {
		now.Time = now.Add(12 * time.Hour)
		check(used, nil, "used twice a day")
	}
	check(idle, ErrSignedOut, "not used for days")
	now.Time = noon.Add(SessionLife + time.Second)
	check(used, ErrSignedOut, "after seven days")
	now.Time = noon
	check(out, nil, "before signing out")
	if err := g.SignOut(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	check(out, ErrSignedOut, "after signing out")
	check(strings.Repeat("x", 1<<20), ErrSignedOut, "a megabyte")
	check("", ErrSignedOut, "nothing")
}

func TestTooManyTries(t *testing.T) {
	g, now := openGate(t)
	var many *TooManyError
	for i := range 6 {
		_, _, err := g.SignIn(t.Context(), "eva", "wrong", home)
		if errors.As(err, &many) != (i == 5) {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	if _, _, err := g.SignIn(t.Context(), "eva", "correct horse", home); !errors.As(err, &many) {
		t.Errorf("the right password during the pause: %v", err)
	}
	elsewhere := netip.MustParseAddr("2001:db8::1")
	if _, _, err := g.SignIn(t.Context(), "eva", "correct horse", elsewhere); err != nil {
		t.Errorf("the owner of the name from elsewhere: %v", err)
	}
	now.Time = now.Add(many.RetryAfter)
	if _, _, err := g.SignIn(t.Context(), "eva", "correct horse", home); err != nil {
		t.Errorf("after the pause: %v", err)
	}
}

func TestBearer(t *testing.T) {
	g, now := openGate(t)
	id, secret, err := g.NewToken(t.Context(), "MAX", "backup")
	if err != nil || !strings.HasPrefix(secret, TokenPrefix) {
		t.Fatalf("%q, %v", secret, err)
	}
	now.Time = now.Add(time.Hour)
	if u, err := g.Bearer(t.Context(), secret); err != nil || u.Name != "max" || u.Admin() {
		t.Errorf("%+v, %v", u, err)
	}
	for _, wrong := range []string{"", TokenPrefix, secret[1:], secret + "a", strings.TrimPrefix(secret, TokenPrefix)} {
		if _, err := g.Bearer(t.Context(), wrong); !errors.Is(err, ErrSignedOut) {
			t.Errorf("%.30q: %v", wrong, err)
		}
	}
	if err := g.store.RemoveToken(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Bearer(t.Context(), secret); !errors.Is(err, ErrSignedOut) {
		t.Errorf("revoked: %v", err)
	}
	if _, _, err := g.NewToken(t.Context(), "nobody", ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("for nobody: %v", err)
	}
}

func TestAccounts(t *testing.T) {
	g, _ := openGate(t)
	for _, a := range []Account{
		{Name: "", Password: "long enough"}, {Name: "a b", Password: "long enough"},
		{Name: "<b>", Password: "long enough"}, {Name: ".hidden", Password: "long enough"},
		{Name: "user:x", Password: "long enough"}, {Name: strings.Repeat("x", 65), Password: "long enough"},
		{Name: "short", Password: "ünf+sie"}, {Name: "long", Password: strings.Repeat("x", 2000)},
		{Name: "bytes", Password: "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8"}, {Name: "EVA", Password: "long enough"},
	} {
		a.Role = RoleRepresentative
		if err := g.Add(t.Context(), a); err == nil {
			t.Errorf("account %.30q with password %.20q was made", a.Name, a.Password)
		}
	}
	if err := g.Remove(t.Context(), "eva"); !errors.Is(err, ErrLastAdmin) {
		t.Errorf("the last administrator: %v", err)
	}
	if err := g.Remove(t.Context(), "max"); err != nil {
		t.Error(err)
	}
	if _, err := g.Current(t.Context(), User{Name: "max"}); !errors.Is(err, ErrSignedOut) {
		t.Errorf("a removed account: %v", err)
	}
}

// TestCurrent: what was shown to begin something long ends it when it is worth
// nothing any more.
func TestCurrent(t *testing.T) {
	for what, c := range map[string]struct {
		end        func(g *Gate, id string) error
		web, token error
	}{
		"nothing":      {func(*Gate, string) error { return nil }, nil, nil},
		"other tokens": {func(g *Gate, _ string) error { _, _, err := g.NewToken(t.Context(), "eva", ""); return err }, nil, nil},
		"expiry":       {func(g *Gate, _ string) error { return g.store.DropWebSessions(t.Context(), noon, noon.Add(time.Hour)) }, nil, nil},
		"revocation":   {func(g *Gate, id string) error { return g.RevokeToken(t.Context(), "eva", id) }, nil, ErrSignedOut},
		"new password": {func(g *Gate, _ string) error { return g.SetPassword(t.Context(), "eva", "tr0ub4dor & 3") }, ErrSignedOut, ErrSignedOut},
		"another of that name": {func(g *Gate, _ string) error {
			return errors.Join(g.store.RemoveUser(t.Context(), "eva"), g.Add(t.Context(), Account{Name: "eva", Role: RoleAdmin, Password: "correct horse"}))
		}, ErrSignedOut, ErrSignedOut},
	} {
		g, _ := openGate(t)
		id, secret, err := g.NewToken(t.Context(), "eva", "")
		byWeb, err1 := g.Cookie(t.Context(), signIn(t, g))
		byToken, err2 := g.Bearer(t.Context(), secret)
		if err := errors.Join(err, err1, err2, c.end(g, id)); err != nil {
			t.Fatal(err)
		}
		if _, err := g.Current(t.Context(), byWeb); !errors.Is(err, c.web) {
			t.Errorf("%s, began with a web session: %v", what, err)
		}
		if _, err := g.Current(t.Context(), byToken); !errors.Is(err, c.token) {
			t.Errorf("%s, began with a token: %v", what, err)
		}
	}
}

func TestNewPasswordEndsWebSessions(t *testing.T) {
	g, _ := openGate(t)
	secret := signIn(t, g)
	if err := g.SetPassword(t.Context(), "eva", "tr0ub4dor & 3"); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Cookie(t.Context(), secret); !errors.Is(err, ErrSignedOut) {
		t.Errorf("old web session: %v", err)
	}
	if _, _, err := g.SignIn(t.Context(), "eva", "tr0ub4dor & 3", home); err != nil {
		t.Error(err)
	}
}

// TestNewPasswordOvertakesSignIn: whoever knows the old password cannot be in
// the middle of signing in while it is changed, and stay in.
func TestNewPasswordOvertakesSignIn(t *testing.T) {
	g, _ := openGate(t)
	checked, err := g.store.User(t.Context(), "eva")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.SetPassword(t.Context(), "eva", "tr0ub4dor & 3"); err != nil {
		t.Fatal(err)
	}
	if _, err := g.begin(t.Context(), checked); !errors.Is(err, ErrSignIn) {
		t.Errorf("a web session for the old password: %v", err)
	}
}

// TestOneAddressDoesNotLockOut: who guesses at a name without a pause uses up
// the own tries, not those of the name's owner.
func TestOneAddressDoesNotLockOut(t *testing.T) {
	g, now := openGate(t)
	for range 600 {
		now.Time = now.Add(time.Second / 2)
		_, _, _ = g.SignIn(t.Context(), "eva", "wrong", home)
	}
	if _, _, err := g.SignIn(t.Context(), "eva", "correct horse", netip.MustParseAddr("2001:db8::1")); err != nil {
		t.Errorf("the owner of the name from elsewhere: %v", err)
	}
}

func TestHasherWaits(t *testing.T) {
	h := newHasher(cost{memory: 64, time: 1, threads: 1})
	for range hashesAtOnce {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("with all slots taken: %v", err)
	}
}
