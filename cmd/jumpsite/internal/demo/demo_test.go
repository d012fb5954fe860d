package demo

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jump/internal/testbuild"
	"jump/site/store"
)

var page = fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>Jump</title>")}}

// program builds the real jumpclient.
func program(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := testbuild.Programs(dir, "jump/cmd/jumpclient"); err != nil {
		t.Fatal(err)
	}
	return testbuild.Path(dir, "jumpclient")
}

// alone gives the test a home and a temporary folder of its own and no screen.
func alone(t *testing.T) (home, temporary string) {
	t.Helper()
	home, temporary = t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("TMPDIR", temporary)
	t.Setenv("DISPLAY", "")
	return home, temporary
}

// once runs a demo until it is ready and f has looked at it.
func once(t *testing.T, o Options, f func(d Facts)) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	var out bytes.Buffer
	ready := false
	o.Out, o.Console, o.Listen = &out, page, "127.0.0.1:0"
	o.Ready = func(d Facts) {
		ready = true
		f(d)
		cancel()
	}
	if err := Run(ctx, o); err != nil || !ready {
		t.Fatalf("ready %v, %v\n%s\n%s", ready, err, &out, logOf(o.Data))
	}
	return out.String()
}

func logOf(data string) []byte {
	text, _ := os.ReadFile(filepath.Join(data, "demo.log"))
	return text
}

// TestTwice: two runs in one folder are the same demo, and leave nothing behind
// but the folder.
func TestTwice(t *testing.T) {
	client := program(t)
	home, temporary := alone(t)
	data := filepath.Join(t.TempDir(), "demo")
	var first, second Facts
	out := once(t, Options{Data: data, Client: client}, func(d Facts) { first = d })
	for _, want := range []string{first.URL, first.Password, first.CA, "JUMP_TOKEN=" + first.Token} {
		if want == "" || !strings.Contains(out, want) {
			t.Errorf("%q is not in what was printed:\n%s", want, out)
		}
	}
	if first.Screen == "" {
		t.Errorf("no screen: Xvfb is needed for this test (make setup)\n%s", out)
	}
	once(t, Options{Data: data, Client: client}, func(d Facts) { second = d })
	if second.Password != first.Password {
		t.Error("another password in the second run")
	}
	nothingLeft(t, data)
	for _, folder := range []string{home, temporary} {
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
	kept(t, filepath.Join(data, "site", "site.db"))
}

// kept checks that the site's memory is whole after the end.
func kept(t *testing.T, path string) {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if page, err := s.Clients(t.Context(), store.Query{}); err != nil || page.Counts.Online != 0 || page.Counts.Total == 0 {
		t.Errorf("clients %+v, %v", page.Counts, err)
	}
}

// nothingLeft looks for processes that know the data folder.
func nothingLeft(t *testing.T, data string) {
	t.Helper()
	for _, what := range []string{"cmdline", "environ"} {
		files, err := filepath.Glob("/proc/[0-9]*/" + what)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil && bytes.Contains(text, []byte(data)) {
				t.Errorf("a process is left: %s is %q", file, bytes.ReplaceAll(text, []byte{0}, []byte{' '}))
			}
		}
	}
}

func TestTemporaryFolder(t *testing.T) {
	client := program(t)
	_, temporary := alone(t)
	var ca string
	once(t, Options{Client: client}, func(d Facts) {
		if ca = d.CA; !strings.HasPrefix(ca, temporary) {
			t.Errorf("the authority is in %s", ca)
		}
	})
	if _, err := os.Stat(ca); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the temporary folder is left: %v", err)
	}
}

func TestClientMissing(t *testing.T) {
	alone(t)
	err := Run(t.Context(), Options{Out: &bytes.Buffer{}, Data: t.TempDir(), Client: "/nonexistent/jumpclient"})
	if err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("%v", err)
	}
}

// TestClientEnds: a client that ends by itself ends the demo, which says where
// the reason is to be found.
func TestClientEnds(t *testing.T) {
	data := t.TempDir()
	alone(t)
	path := filepath.Join(t.TempDir(), "jumpclient")
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho broken\nexit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := Run(t.Context(), Options{Out: &bytes.Buffer{}, Console: page, Listen: "127.0.0.1:0", Data: data, Client: path})
	if err == nil || !strings.Contains(err.Error(), "ended by itself") || !strings.Contains(err.Error(), "demo.log") {
		t.Errorf("%v", err)
	}
	if !bytes.Contains(logOf(data), []byte("broken")) {
		t.Error("what the client said is not in the log")
	}
}
