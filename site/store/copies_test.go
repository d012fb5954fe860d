package store

import (
	"database/sql"
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"jump/site/copies"
	"jump/transport/wire"
)

// twice returns a client in quarantine with two copies.
func twice(t *testing.T, s *Store) (Client, uint64, uint64) {
	t.Helper()
	addKey(t, s, "k", 0, time.Hour)
	id := enrol(t, s, 1, "k", "pc-1").ID
	_, a, err := s.Connect(t.Context(), id, Connection{})
	if err != nil {
		t.Fatal(err)
	}
	c, b, err := s.Connect(t.Context(), id, Connection{Join: 1, PublicIP: "203.0.113.9"})
	if err != nil || c.State() != StateQuarantined || len(c.Copies) != 2 {
		t.Fatalf("%+v, %v", c, err)
	}
	return c, a.Number, b.Number
}

// alarm returns the state of the alarm about a client.
func alarm(t *testing.T, s *Store, id wire.ID) Alarm {
	t.Helper()
	a, err := s.AlarmAbout(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSettle(t *testing.T) {
	for _, c := range []struct {
		fate   copies.Fate
		left   int
		answer string
	}{{copies.FateNone, 1, "one_machine"}, {copies.FateRenew, 2, "stays"}, {copies.FateRemove, 2, "remove"}} {
		s := open(t)
		client, a, _ := twice(t, s)
		if x := alarm(t, s, client.ID); x.Kind != AlarmCopied || x.Count != 2 || x.Answer != "" {
			t.Errorf("raised %+v", x)
		}
		if _, err := s.Settle(t.Context(), client.ID, Decision{Copy: 99, Fate: c.fate}, "admin"); !errors.Is(err, ErrNotFound) {
			t.Errorf("an unknown copy: %v", err)
		}
		after, err := s.Settle(t.Context(), client.ID, Decision{Copy: a, Fate: c.fate}, "admin")
		if err != nil || after.State() != StateOnline || len(after.Copies) != c.left || len(after.Copies.Undecided()) != 1 {
			t.Errorf("%s: %+v, %v", c.answer, after, err)
		}
		if x := alarm(t, s, client.ID); x.Answer != c.answer || x.AnsweredBy != "admin" {
			t.Errorf("answered %+v", x)
		}
		if _, err := s.Settle(t.Context(), client.ID, Decision{Copy: a, Fate: c.fate}, "admin"); !errors.Is(err, ErrNotFound) {
			t.Errorf("answered twice: %v", err)
		}
	}
}

// TestRenew: a copy becomes a client beside the one that it was, once.
func TestRenew(t *testing.T) {
	s := open(t)
	client, a, b := twice(t, s)
	name, tag := "desk", "till"
	if _, err := s.UpdateClient(t.Context(), client.ID, Change{Name: &name, Tag: &tag}); err != nil {
		t.Fatal(err)
	}
	fresh := Enrolment{ID: wire.ID{2}, PublicKey: make([]byte, 32), Facts: wire.Status{Hostname: "pc-2"}}
	if _, _, err := s.Renew(t.Context(), client.ID, b, fresh); !errors.Is(err, ErrNotFound) {
		t.Errorf("before anybody decided: %v", err)
	}
	if _, err := s.Settle(t.Context(), client.ID, Decision{Copy: a, Fate: copies.FateRenew}, "admin"); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		made, created, err := s.Renew(t.Context(), client.ID, b, fresh)
		if err != nil || created != (i == 0) || made.Name != "desk (2)" || made.Tag != "till" || made.Group != client.Group {
			t.Fatalf("%+v, %v, %v", made, created, err)
		}
	}
	if _, _, err := s.Renew(t.Context(), client.ID, b, Enrolment{ID: wire.ID{3}, PublicKey: make([]byte, 32)}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a second one: %v", err)
	}
}

// TestRemovedInQuarantine: nobody is asked about a client that is gone.
func TestRemovedInQuarantine(t *testing.T) {
	s := open(t)
	client, _, _ := twice(t, s)
	if _, err := s.RemoveClient(t.Context(), client.ID); err != nil {
		t.Fatal(err)
	}
	if left, err := s.OpenAlarms(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("alarms %+v, %v", left, err)
	}
}

// TestTooManyCopies: there is an end to them, and who was let in stays.
func TestTooManyCopies(t *testing.T) {
	s := open(t)
	client, _, _ := twice(t, s)
	var err error
	for range 20 {
		if _, _, err = s.Connect(t.Context(), client.ID, Connection{Join: 1}); err != nil {
			break
		}
	}
	if c, _ := s.Client(t.Context(), client.ID); !errors.Is(err, copies.ErrTooMany) || len(c.Copies) > 10 {
		t.Errorf("%d copies, %v", len(c.Copies), err)
	}
}

// TestMigrateJoin: clients of an older site go on with the counter they have.
func TestMigrateJoin(t *testing.T) {
	path := t.TempDir() + "/site.db"
	db, err := connect(path, 1, "immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	id := wire.ID{1}
	exec(t, db, `INSERT INTO clients (id, public_key, name, group_code, connection, join_confirmed, created_at, last_seen_at, changed)
		VALUES ('`+id.String()+`', '', 'pc', 'general', 6, 4, 0, 0, 1)`)
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := s.Client(t.Context(), id)
	if err != nil || len(c.Copies) != 1 || !c.Copies[0].Accepts(4) || !c.Copies[0].Accepts(6) || c.Copies[0].Accepts(5) {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := provider.DownTo(t.Context(), 4); err != nil {
		t.Errorf("back: %v", err)
	}
}

func exec(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}
