package store

import (
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// open returns a store on a file of its own.
func open(t testing.TB) *Store {
	t.Helper()
	s, err := Open(context.Background(), filepath.Join(t.TempDir(), "site.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestOpenTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a file, 100% odd?name#1.db")
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			s, err := Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if _, err := s.Group(t.Context(), GeneralGroup); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got, err := filepath.Glob(filepath.Join(filepath.Dir(path), "a file*db")); err != nil || len(got) != 1 {
		t.Errorf("files %q, %v", got, err)
	}
}

func TestOpenWithoutFolder(t *testing.T) {
	if s, err := Open(t.Context(), filepath.Join(t.TempDir(), "none", "site.db")); err == nil {
		s.Close()
		t.Error("opened a database in a folder that does not exist")
	}
}

// TestGroupCode: what is made of a name is what the API takes as a code.
func TestGroupCode(t *testing.T) {
	for name, want := range map[string]string{
		"Linux Admins": "linux-admins", " Filiale Köln, Größe 2 ": "filiale-koeln-groesse-2", "Café №1/a": "cafe-no1-a",
		"...Äpfel": "aepfel", "C&A": "c-a", "日本": "group-9f26ee51", "": "", strings.Repeat("x", 128): strings.Repeat("x", 64),
	} {
		got := groupCode(name)
		if got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
		if want != "" && !regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`).MatchString(got) {
			t.Errorf("%q becomes %q, which no code may be", name, got)
		}
	}
}

func TestGroups(t *testing.T) {
	s := open(t)
	made, err := s.CreateGroup(t.Context(), Group{Name: " Linux Admins "})
	if err != nil || made.Code != "linux-admins" || made.Kind != GroupShared {
		t.Fatalf("made %+v, %v", made, err)
	}
	own := Group{Code: PersonalGroup("Änne"), Name: "Änne", Kind: GroupPersonal, Owner: "Änne"}
	if _, err := s.CreateGroup(t.Context(), own); err != nil {
		t.Fatal(err)
	}
	for _, taken := range []Group{{Name: "LINUX ADMINS"}, {Code: "General", Name: "Other"}, own} {
		if _, err := s.CreateGroup(t.Context(), taken); !errors.Is(err, ErrExists) {
			t.Errorf("%q again: %v", taken.Name, err)
		}
	}
	if g, err := s.Group(t.Context(), "USER:ÄNNE"); err != nil || g.Owner != "Änne" {
		t.Errorf("personal group %+v, %v", g, err)
	}
	if _, err := s.SharedGroup(t.Context(), "Änne"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a personal group found by its name: %v", err)
	}
	all, err := s.Groups(t.Context())
	if err != nil || len(all) != 3 || all[0].Code != GeneralGroup || all[2].Kind != GroupPersonal {
		t.Errorf("groups %+v, %v", all, err)
	}
}
