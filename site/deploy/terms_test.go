package deploy

import (
	"errors"
	"testing"
	"time"

	"jump/installer/stamp"
	"jump/site/store"
	"jump/transport/wire"
)

// join enrols a new agent with a key and returns the code of the refusal.
func join(t *testing.T, k *Keys, info string) (wire.ID, string) {
	t.Helper()
	p := peer()
	_, _, err := k.Admit(t.Context(), p, sign(t, info, p, wire.Wishes{}), wire.Status{})
	return wire.IDOf(p.Key), code(err)
}

// TestExtend: what people have becomes good again, except after a revocation.
func TestExtend(t *testing.T) {
	k := open(t)
	made := create(t, k, Request{MaxUses: 1})
	if _, got := join(t, k, made.Info); got != "" {
		t.Fatal(got)
	}
	if _, got := join(t, k, made.Info); got != "key_used_up" {
		t.Error(got)
	}
	three, past, week := 3, time.Now().Add(-time.Hour), 7*24*time.Hour
	if key, err := k.Extend(t.Context(), made.UID, Extension{MaxUses: &three}); err != nil || key.MaxUses != 3 || key.Uses != 1 || !key.ExpiresAt.Equal(made.ExpiresAt.Truncate(time.Millisecond)) {
		t.Errorf("%+v, %v", key, err)
	}
	if _, got := join(t, k, made.Info); got != "" {
		t.Error(got)
	}
	if _, err := k.store.ExtendKey(t.Context(), made.UID, store.KeyTerms{ExpiresAt: &past}); err != nil {
		t.Fatal(err)
	}
	if _, got := join(t, k, made.Info); got != "key_expired" {
		t.Error(got)
	}
	if key, err := k.Extend(t.Context(), made.UID, Extension{ValidFor: &week}); err != nil || key.MaxUses != 3 || time.Until(key.ExpiresAt) < week-time.Hour {
		t.Errorf("%+v, %v", key, err)
	}
	if _, got := join(t, k, made.Info); got != "" {
		t.Error(got)
	}
	if err := k.Revoke(t.Context(), made.UID); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Extend(t.Context(), made.UID, Extension{ValidFor: &week}); code(err) != "key_revoked" {
		t.Errorf("a revoked one: %v", err)
	}
}

func TestExtendRefuses(t *testing.T) {
	k := open(t)
	made := create(t, k, Request{})
	for range 2 {
		if _, got := join(t, k, made.Info); got != "" {
			t.Fatal(got)
		}
	}
	short, long, negative, one := time.Minute, 366*24*time.Hour, -1, 1
	for what, e := range map[string]Extension{"short": {ValidFor: &short}, "long": {ValidFor: &long}, "negative": {MaxUses: &negative}, "fewer than there were": {MaxUses: &one}} {
		if _, err := k.Extend(t.Context(), made.UID, e); !errors.Is(err, ErrRequest) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := k.Extend(t.Context(), "nobody", Extension{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an unknown one: %v", err)
	}
}

// TestHolder: whoever does not have KEY_INFO is told the same, whatever is
// wrong.
func TestHolder(t *testing.T) {
	k := open(t)
	made, other := create(t, k, Request{Tag: "db"}), create(t, k, Request{})
	key, shown, err := k.Holder(t.Context(), made.UID, made.Info)
	if err != nil || key.Tag != "db" || shown.String() != made.Info || k.Usable(key) != nil {
		t.Errorf("%+v, %v, %v", key, shown, err)
	}
	forged, err := stamp.Parse(made.Info)
	if err != nil {
		t.Fatal(err)
	}
	forged.Host = "evil.example.com"
	if _, shown, err := k.Holder(t.Context(), made.UID, forged.String()); err != nil || shown.String() != made.Info {
		t.Errorf("a key that leads elsewhere: %v, %v", shown, err)
	}
	forged, _ = stamp.Parse(made.Info)
	forged.Secret[0]++
	_, _, want := k.Holder(t.Context(), made.UID, "nonsense")
	for what, c := range map[string][2]string{
		"no such installer": {"nobody", made.Info}, "another installer": {other.UID, made.Info}, "a wrong secret": {made.UID, forged.String()},
		"no key": {made.UID, ""}, "no uid": {"", made.Info},
	} {
		if _, _, err := k.Holder(t.Context(), c[0], c[1]); code(err) != "key_unknown" || err.Error() != want.Error() {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := k.Revoke(t.Context(), made.UID); err != nil {
		t.Fatal(err)
	}
	if key, _, err = k.Holder(t.Context(), made.UID, made.Info); err != nil || code(k.Usable(key)) != "key_revoked" {
		t.Errorf("a revoked one: %v, %v", err, k.Usable(key))
	}
}

// TestLimits: messages M1 and M2 (requirement B12), and whoever is there stays.
func TestLimits(t *testing.T) {
	k := open(t)
	made := create(t, k, Request{MaxUses: 100})
	limit := func(total, active int) {
		t.Helper()
		if err := k.store.SetLimits(t.Context(), store.Limits{Total: total, Active: active}); err != nil {
			t.Fatal(err)
		}
	}
	limit(3, 2)
	var first wire.ID
	for n, want := range []string{"", "", "M2"} {
		id, got := join(t, k, made.Info)
		if got != want {
			t.Fatalf("agent %d: %q, want %q", n+1, got, want)
		}
		if n == 0 {
			first = id
		}
	}
	if _, err := k.store.MarkUninstalled(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	for n, want := range []string{"", "M1"} {
		if _, got := join(t, k, made.Info); got != want {
			t.Errorf("after one was uninstalled, agent %d: %q, want %q", n+1, got, want)
		}
	}
	if n, err := k.store.Deployed(t.Context()); err != nil || n != (store.Limits{Total: 3, Active: 2}) {
		t.Errorf("%+v, %v", n, err)
	}
	if keys, err := k.List(t.Context()); err != nil || keys[0].Uses != 3 {
		t.Errorf("a refusal cost a use: %+v, %v", keys, err)
	}
	if _, err := k.store.RemoveClient(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	limit(3, 0)
	if _, got := join(t, k, made.Info); got != "" {
		t.Errorf("after one was removed: %q", got)
	}
	limit(0, 0)
	if _, got := join(t, k, made.Info); got != "" {
		t.Errorf("without limits: %q", got)
	}
}
