package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"jump/transport/wire"
)

func made(t *testing.T) Dir {
	t.Helper()
	d := At(filepath.Join(t.TempDir(), "a", "client"))
	for range 2 {
		if err := d.Make(); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestFiles(t *testing.T) {
	d := made(t)
	c := Config{KeyInfo: "abc", Name: "Büro <1>", Group: "user:admin", Tag: "t", Comments: "two\nlines"}
	l := Learned{Enrolled: true, Name: "pc", Settings: wire.Settings{StatusEvery: 30, OfflineNever: true}, Join: &wire.Join{Counter: 7, MAC: []byte{0, 255}}}
	s := Status{State: StateOffline, Site: "a:1", ID: "x", Version: "1", Since: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Error: "no answer"}
	if err := errors.Join(d.SaveConfig(c), d.SaveLearned(l), d.SaveStatus(s)); err != nil {
		t.Fatal(err)
	}
	gotC, err1 := d.Config()
	gotL, err2 := d.Learned()
	gotS, err3 := d.Status()
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	if gotC != c || !reflect.DeepEqual(gotL, l) || gotS != s {
		t.Errorf("read back %+v, %+v, %+v", gotC, gotL, gotS)
	}
	if w := c.Wishes(); w != (wire.Wishes{Name: c.Name, Group: c.Group, Tag: c.Tag, Comments: c.Comments}) {
		t.Errorf("wishes %+v", w)
	}
}

// TestPrivate: nobody but the owner can read anything.
func TestPrivate(t *testing.T) {
	d := made(t)
	if _, err := d.Identity(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.SaveConfig(Config{}), d.SaveLearned(Learned{}), d.SaveStatus(Status{})); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
		info, err2 := e.Info()
		if err == nil && err2 == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Error(err)
	}
}

func TestMissing(t *testing.T) {
	d := made(t)
	if _, err := d.Config(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("config: %v", err)
	}
	if _, err := d.Status(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("status: %v", err)
	}
	if l, err := d.Learned(); err != nil || l.Enrolled {
		t.Errorf("learned: %+v, %v", l, err)
	}
}

// TestDamaged: a damaged file is named, and a newer version's is understood.
func TestDamaged(t *testing.T) {
	for _, c := range []struct {
		name, content string
		ok            bool
	}{
		{"newer", `{"key_info":"abc","colour":"green"}`, true},
		{"empty", "", false},
		{"half", `{"key_info":"a`, false},
		{"more", `{"key_info":"a"} x`, false},
		{"list", `[]`, false},
		{"huge", strings.Repeat(" ", maxFile) + `{}`, false},
	} {
		d := made(t)
		path := filepath.Join(d.root, "config.json")
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := d.Config()
		if c.ok && (err != nil || got.KeyInfo != "abc") || !c.ok && (err == nil || !strings.Contains(err.Error(), path)) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}
