package store

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jump/transport/wire"
)

// agent returns a key of an agent that is the same for the same number.
func agent(n int) (wire.ID, ed25519.PublicKey) {
	seed := sha256.Sum256(fmt.Append(nil, "agent ", n))
	public := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	return wire.IDOf(public), public
}

// addKey creates a deployment key that may be used that often.
func addKey(t testing.TB, s *Store, uid string, uses int, valid time.Duration) Key {
	t.Helper()
	_, public := agent(-1)
	k := Key{
		UID: uid, PublicKey: public, Group: GeneralGroup, MaxUses: uses, CreatedBy: "admin",
		Overrides: []string{"name", "tag"}, CreatedAt: s.now(), ExpiresAt: s.now().Add(valid),
	}
	copy(k.ID[:], uid)
	if err := s.CreateKey(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	return k
}

// enrol takes in an agent whose hostname is host.
func enrol(t testing.TB, s *Store, n int, uid, host string) Client {
	t.Helper()
	id, public := agent(n)
	c, _, err := s.Enrol(t.Context(), Enrolment{
		KeyUID: uid, ID: id, PublicKey: public, Group: GeneralGroup, Facts: wire.Status{Hostname: host},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEnrol(t *testing.T) {
	s := open(t)
	addKey(t, s, "k", 1, time.Hour)
	first := enrol(t, s, 1, "k", "pc-1")
	if first.Name != "pc-1" || first.GroupName != "General" || first.State() != StateOffline {
		t.Errorf("enrolled %+v", first)
	}
	if again := enrol(t, s, 1, "k", "renamed"); again.Name != "pc-1" || !again.CreatedAt.Equal(first.CreatedAt) {
		t.Errorf("the second enrolment made %+v", again)
	}
	id, public := agent(2)
	if _, created, err := s.Enrol(t.Context(), Enrolment{KeyUID: "k", ID: id, PublicKey: public, Group: GeneralGroup}); !errors.Is(err, ErrKeyUsedUp) || created {
		t.Errorf("a second client with a key for one: %v, %v", created, err)
	}
	if k, err := s.KeyByID(t.Context(), [8]byte{'k'}); err != nil || k.Uses != 1 {
		t.Errorf("uses %d, %v", k.Uses, err)
	}
}

func TestEnrolRefusals(t *testing.T) {
	s := open(t)
	now := time.Now()
	s.now = func() time.Time { return now }
	addKey(t, s, "expired", 0, time.Hour)
	addKey(t, s, "revoked", 0, 48*time.Hour)
	now = now.Add(time.Hour)
	if err := s.RevokeKey(t.Context(), "revoked"); err != nil {
		t.Fatal(err)
	}
	if err := s.RevokeKey(t.Context(), "none"); !errors.Is(err, ErrNotFound) {
		t.Errorf("revoked a key that does not exist: %v", err)
	}
	id, public := agent(1)
	for uid, want := range map[string]error{"expired": ErrKeyExpired, "revoked": ErrKeyRevoked, "none": ErrNotFound} {
		_, created, err := s.Enrol(t.Context(), Enrolment{KeyUID: uid, ID: id, PublicKey: public, Group: GeneralGroup})
		if !errors.Is(err, want) || created {
			t.Errorf("%s: %v, %v", uid, created, err)
		}
	}
	if _, err := s.Client(t.Context(), id); !errors.Is(err, ErrNotFound) || errors.Is(err, ErrRemoved) {
		t.Errorf("a refused agent became a client: %v", err)
	}
}

// TestEnrolUnknownGroup: nothing of a failed enrolment remains, the use of the
// key included.
func TestEnrolUnknownGroup(t *testing.T) {
	s := open(t)
	addKey(t, s, "k", 1, time.Hour)
	id, public := agent(1)
	if _, _, err := s.Enrol(t.Context(), Enrolment{KeyUID: "k", ID: id, PublicKey: public, Group: "gone"}); err == nil {
		t.Fatal("enrolled into a group that does not exist")
	}
	if k, err := s.KeyByID(t.Context(), [8]byte{'k'}); err != nil || k.Uses != 0 {
		t.Errorf("uses %d, %v", k.Uses, err)
	}
}

func TestEnrolRace(t *testing.T) {
	s := open(t)
	addKey(t, s, "k", 200, time.Hour)
	var taken, refused atomic.Int32
	var wait sync.WaitGroup
	for n := range 201 {
		wait.Go(func() {
			id, public := agent(n)
			_, created, err := s.Enrol(t.Context(), Enrolment{KeyUID: "k", ID: id, PublicKey: public, Group: GeneralGroup})
			switch {
			case err == nil && created:
				taken.Add(1)
			case errors.Is(err, ErrKeyUsedUp):
				refused.Add(1)
			default:
				t.Errorf("created %v, %v", created, err)
			}
		})
	}
	wait.Wait()
	if taken.Load() != 200 || refused.Load() != 1 {
		t.Errorf("%d taken, %d refused", taken.Load(), refused.Load())
	}
}

func TestKeys(t *testing.T) {
	s := open(t)
	want := addKey(t, s, "first", 3, time.Hour)
	got, err := s.KeyByID(t.Context(), want.ID)
	if err != nil || got.UID != "first" || got.MaxUses != 3 || len(got.Overrides) != 2 || !got.PublicKey.Equal(want.PublicKey) {
		t.Errorf("key %+v, %v", got, err)
	}
	if _, err := s.KeyByID(t.Context(), [8]byte{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown key: %v", err)
	}
	if err := s.CreateKey(t.Context(), want); err == nil {
		t.Error("created the same key twice")
	}
	if keys, err := s.Keys(t.Context()); err != nil || len(keys) != 1 {
		t.Errorf("keys %v, %v", keys, err)
	}
}

func TestUpdateClient(t *testing.T) {
	s := open(t)
	addKey(t, s, "k", 0, time.Hour)
	c := enrol(t, s, 1, "k", "pc-1")
	if _, err := s.CreateGroup(t.Context(), Group{Name: "Linux Admins"}); err != nil {
		t.Fatal(err)
	}
	text := func(s string) *string { return &s }
	c, err := s.UpdateClient(t.Context(), c.ID, Change{Name: text("<img onerror=alert(1)>"), Group: text("LINUX-admins"), Tag: text("a")})
	if err != nil || c.Name != "<img onerror=alert(1)>" || c.GroupName != "Linux Admins" || c.Tag != "a" {
		t.Errorf("updated %+v, %v", c, err)
	}
	if c, err = s.UpdateClient(t.Context(), c.ID, Change{Name: text("")}); err != nil || c.Name != "pc-1" || c.Tag != "a" {
		t.Errorf("reset %+v, %v", c, err)
	}
	if _, err := s.UpdateClient(t.Context(), c.ID, Change{Group: text("none")}); !errors.Is(err, ErrNoGroup) {
		t.Errorf("moved into no group: %v", err)
	}
	if _, err := s.UpdateClient(t.Context(), c.ID, Change{Tag: text(string(make([]rune, wire.MaxTag+1)))}); err == nil {
		t.Error("took a tag that is too long")
	}
}

func TestRemoveClient(t *testing.T) {
	s := open(t)
	addKey(t, s, "k", 0, time.Hour)
	c := enrol(t, s, 1, "k", "pc-1")
	if _, err := s.RemoveClient(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RemoveClient(t.Context(), c.ID); !errors.Is(err, ErrRemoved) {
		t.Errorf("removed twice: %v", err)
	}
	if _, _, err := s.Enrol(t.Context(), Enrolment{KeyUID: "k", ID: c.ID, PublicKey: c.PublicKey, Group: GeneralGroup}); !errors.Is(err, ErrRemoved) {
		t.Errorf("a removed agent enrolled: %v", err)
	}
	if _, _, err := s.Connect(t.Context(), c.ID, Connection{}); !errors.Is(err, ErrRemoved) {
		t.Errorf("a removed agent connected: %v", err)
	}
	if page, err := s.Clients(t.Context(), Query{}); err != nil || page.Counts.Total != 0 || len(page.Clients) != 0 {
		t.Errorf("listed %+v, %v", page, err)
	}
	if left, err := s.SaveReports(t.Context(), []Report{{ID: c.ID}}); err != nil || len(left) != 0 {
		t.Errorf("reports of a tombstone: %v, %v", left, err)
	}
}

func TestPresence(t *testing.T) {
	s := open(t)
	addKey(t, s, "k", 0, time.Hour)
	id := enrol(t, s, 1, "k", "pc-1").ID
	facts := wire.Status{Hostname: "pc-1", ConsoleUser: "änne", Disabled: true}
	c, _, err := s.Connect(t.Context(), id, Connection{PublicIP: "203.0.113.9", Version: "1.2.3", Protocol: 1,
		Capabilities: []wire.Kind{wire.KindScreen, wire.KindExec}, Facts: facts})
	if err != nil || c.State() != StateDisabled || c.Connection != 1 {
		t.Fatalf("connected %+v, %v", c, err)
	}
	if c, err = s.Client(t.Context(), id); err != nil || c.Facts != facts || len(c.Capabilities) != 2 || c.PublicIP != "203.0.113.9" {
		t.Errorf("kept %+v, %v", c, err)
	}
	facts.Disabled, facts.Uptime = false, 7
	if changed, err := s.SaveReports(t.Context(), []Report{{id, facts}}); err != nil || len(changed) != 1 || changed[0].State() != StateOnline {
		t.Errorf("reported %+v, %v", changed, err)
	}
	facts.Uptime, facts.CPUPermille = 8, 500
	if changed, err := s.SaveReports(t.Context(), []Report{{id, facts}}); err != nil || len(changed) != 0 {
		t.Errorf("lists change with the load: %+v, %v", changed, err)
	}
	if c, _, err = s.Connect(t.Context(), id, Connection{Copy: 1, Join: 1, Facts: facts}); err != nil || c.Connection != 2 {
		t.Fatalf("connected again %+v, %v", c, err)
	}
	if c, err = s.Disconnect(t.Context(), id, 1); err != nil || !c.Online {
		t.Errorf("the end of an old tunnel made it offline: %+v, %v", c, err)
	}
	if c, err = s.Disconnect(t.Context(), id, 2); err != nil || c.Online {
		t.Errorf("disconnected %+v, %v", c, err)
	}
	if _, _, err = s.Connect(t.Context(), id, Connection{Copy: 1, Join: 2}); err != nil {
		t.Fatal(err)
	}
	if err := s.ResetOnline(t.Context()); err != nil {
		t.Fatal(err)
	}
	if counts, err := s.Counts(t.Context(), nil); err != nil || counts != (Counts{Total: 1, Offline: 1}) {
		t.Errorf("after a restart %+v, %v", counts, err)
	}
	if c, _, err = s.Connect(t.Context(), id, Connection{Copy: 1, Join: 3}); err != nil {
		t.Fatal(err)
	}
	later := c.LastSeenAt.Add(time.Hour)
	s.now = func() time.Time { return later }
	if err := s.DisconnectAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c, err = s.Client(t.Context(), id); err != nil || c.Online || !c.LastSeenAt.Equal(later) {
		t.Errorf("after an orderly end %+v, %v", c, err)
	}
	if c, err = s.MarkUninstalled(t.Context(), id); err != nil || c.State() != StateUninstalled {
		t.Errorf("uninstalled %+v, %v", c, err)
	}
	if c, _, err = s.Connect(t.Context(), id, Connection{Copy: 1, Join: 4}); err != nil || c.State() != StateOnline {
		t.Errorf("installed again %+v, %v", c, err)
	}
}
