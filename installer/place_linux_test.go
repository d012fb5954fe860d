package installer

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"jump/agent/config"
	"jump/platform/account"
	"jump/platform/lock"
)

// TestMain lets the test program be the guard, and the client that it installs.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case GuardWord:
			exit(Guard(os.Stdin, os.Stdout))
		case CleanWord:
			exit(Clean(os.Stdin))
		case "version":
			exit(nil)
		case "run":
			exit(client(os.Args[3]))
		}
	}
	os.Exit(m.Run())
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// client runs until it is told to end.
func client(dir string) error {
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	if _, err := lock.Acquire(config.At(dir).Lock()); err != nil {
		return err
	}
	<-end
	return nil
}

// place is an empty home directory of whoever runs the test.
type place struct {
	t    *testing.T
	home string
	user string
}

func newPlace(t *testing.T) place {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	me, err := account.Current()
	if err != nil {
		t.Fatal(err)
	}
	return place{t, home, me.Name}
}

func (p place) options() Options {
	return Options{Key: sampleKey(p.t), User: p.user, Headless: true}
}

func (p place) install(o Options) string {
	p.t.Helper()
	plan, err := New(p.t.Context(), o)
	if err == nil {
		err = plan.Run(p.t.Context(), nil)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return plan.Dir
}

func (p place) uninstall(dir string) {
	p.t.Helper()
	plan, err := Uninstall(p.t.Context(), dir, nil)
	if err == nil {
		err = plan.Run(p.t.Context(), nil)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// snapshot describes all files below the home directory.
func (p place) snapshot() map[string]string {
	p.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(p.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		all[path] = info.Mode().String()
		if info.Mode().IsRegular() {
			b, err := os.ReadFile(path)
			all[path] += fmt.Sprintf(" %x", sha256.Sum256(b))
			return err
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}

func (p place) expect(what string, want map[string]string) {
	p.t.Helper()
	if got := p.snapshot(); !maps.Equal(got, want) {
		p.t.Errorf("%s: there is %q, want %q", what, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

func reasonOf(err error) Reason {
	var no *Refusal
	if errors.As(err, &no) {
		return no.Reason
	}
	return ""
}
