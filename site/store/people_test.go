package store

import (
	"errors"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestUsers(t *testing.T) {
	s, ctx := open(t), t.Context()
	eva := User{Name: "eva", Role: "admin", Permissions: "view", Password: "$x", CreatedAt: noon}
	if err := s.AddUser(ctx, eva); err != nil {
		t.Fatal(err)
	}
	if err := s.AddUser(ctx, eva); !errors.Is(err, ErrExists) {
		t.Errorf("second account of one name: %v", err)
	}
	if got, err := s.User(ctx, "eva"); err != nil || got != eva {
		t.Errorf("read %+v, %v", got, err)
	}
	if g, err := s.Group(ctx, PersonalGroup("eva")); err != nil || g.Owner != "eva" {
		t.Errorf("personal group %+v, %v", g, err)
	}
	if err := s.RemoveUser(ctx, "eva"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Group(ctx, PersonalGroup("eva")); !errors.Is(err, ErrNotFound) {
		t.Errorf("empty personal group of a removed account: %v", err)
	}
	for what, err := range map[string]error{
		"remove": s.RemoveUser(ctx, "eva"), "password": s.SetPassword(ctx, "eva", "$y"),
		"token":   s.AddToken(ctx, Token{ID: "1", Hash: []byte{1}, User: "eva"}),
		"session": s.AddWebSession(ctx, WebSession{Hash: []byte{1}, User: "eva"}),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s of an account that is not there: %v", what, err)
		}
	}
}

func TestCredentialsEndWithAccount(t *testing.T) {
	s, ctx := open(t), t.Context()
	if err := s.AddUser(ctx, User{Name: "eva", Role: "admin", CreatedAt: noon}); err != nil {
		t.Fatal(err)
	}
	if err := s.AddToken(ctx, Token{ID: "1", Hash: []byte{1}, User: "eva", Label: "ci", CreatedAt: noon}); err != nil {
		t.Fatal(err)
	}
	web := WebSession{Hash: []byte{2}, User: "eva", CreatedAt: noon, UsedAt: noon, ExpiresAt: noon.Add(time.Hour)}
	if err := s.AddWebSession(ctx, web); err != nil {
		t.Fatal(err)
	}
	if token, u, err := s.TokenByHash(ctx, []byte{1}); err != nil || u.Name != "eva" || token.Label != "ci" || !token.UsedAt.IsZero() {
		t.Errorf("token %+v of %+v, %v", token, u, err)
	}
	if err := s.SetPassword(ctx, "eva", "$new"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.WebSession(ctx, []byte{2}); !errors.Is(err, ErrNotFound) {
		t.Errorf("web session after a new password: %v", err)
	}
	if err := s.RemoveUser(ctx, "eva"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.TokenByHash(ctx, []byte{1}); !errors.Is(err, ErrNotFound) {
		t.Errorf("token of a removed account: %v", err)
	}
}

func TestDropWebSessions(t *testing.T) {
	s, ctx := open(t), t.Context()
	if err := s.AddUser(ctx, User{Name: "eva", Role: "admin", CreatedAt: noon}); err != nil {
		t.Fatal(err)
	}
	for i, w := range []WebSession{
		{UsedAt: noon, ExpiresAt: noon.Add(time.Hour)},
		{UsedAt: noon, ExpiresAt: noon.Add(-time.Hour)},
		{UsedAt: noon.Add(-13 * time.Hour), ExpiresAt: noon.Add(time.Hour)},
	} {
		w.Hash, w.User = []byte{byte(i)}, "eva"
		if err := s.AddWebSession(ctx, w); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DropWebSessions(ctx, noon, noon.Add(-12*time.Hour)); err != nil {
		t.Fatal(err)
	}
	for i, want := range []error{nil, ErrNotFound, ErrNotFound} {
		if _, _, err := s.WebSession(ctx, []byte{byte(i)}); !errors.Is(err, want) {
			t.Errorf("session %d: %v, want %v", i, err, want)
		}
	}
}

func TestAuditEntries(t *testing.T) {
	s, ctx := open(t), t.Context()
	for _, action := range []string{"one", "two", "three"} {
		if err := s.AddAuditEntry(ctx, AuditEntry{At: noon, Actor: "eva", Action: action}); err != nil {
			t.Fatal(err)
		}
	}
	newest, err := s.AuditEntries(ctx, 0, 2)
	if err != nil || len(newest) != 2 || newest[0].Action != "three" || newest[0].Number != 3 || !newest[0].At.Equal(noon) {
		t.Fatalf("newest %+v, %v", newest, err)
	}
	older, err := s.AuditEntries(ctx, newest[1].Number, 10)
	if err != nil || len(older) != 1 || older[0].Action != "one" {
		t.Errorf("older %+v, %v", older, err)
	}
}
