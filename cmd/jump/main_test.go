package main

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"jump/cmd/jump/internal/apiclient"
	"jump/site"
	"jump/site/auth"
	"jump/site/mail/mailtest"
	"jump/site/sitetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"jump": main})
}

// TestScripts runs the command line as a user types it. Every script has a
// site of its own with three clients: "web one" is online, and two are called
// "twin", of which one is offline and one lies about its hostname.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: func(e *testscript.Env) error { return setup(t, e) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": status, "private": private, "png": isPNG,
			"mailserver": func(ts *testscript.TestScript, _ bool, _ []string) { mailServer(t, ts) }},
	})
}

func setup(t *testing.T, e *testscript.Env) error {
	folder := t.TempDir()
	sitetest.PutPackages(t, folder, "linux-x64", "win64-msi")
	s := sitetest.Start(t, func(o *site.Options) { o.Packages = folder })
	online := s.Join(t, "web one", "", serve)
	offline := s.Join(t, "old", "", serve)
	liar := s.Join(t, "\x1b[31mroot\u202e\u009b31m", "", serve)
	for _, a := range []*sitetest.Agent{offline, liar} {
		s.Do(t, s.Token, "PATCH", "/clients/"+a.ID.String(), map[string]string{"name": "twin"}, nil)
	}
	s.Leave(t, offline)
	authority, err := apiclient.Anchor(t.Context(), s.URL())
	if err != nil {
		return err
	}
	e.Values[siteKey{}] = s
	for name, value := range map[string]string{
		"SITE": s.URL(), "TOKEN": s.Token, "CA": s.CA, "FINGERPRINT": apiclient.Fingerprint(authority),
		"VIEWER": s.AddUser(t, auth.Account{Name: "viewer", Role: auth.RoleRepresentative, Permissions: []auth.Permission{auth.PermissionView}}),
		"ONLINE": online.ID.String(), "OFFLINE": offline.ID.String(), "PREFIX": online.ID.String()[:12], "PREFIX2": offline.ID.String()[:12],
		"XDG_CONFIG_HOME": filepath.Join(e.WorkDir, "config"),
	} {
		e.Setenv(name, value)
	}
	return os.WriteFile(filepath.Join(e.WorkDir, "password"), []byte(sitetest.Password+"\n"), 0o600)
}

// status runs a program and demands its exit status: status 5 jump show x.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strconv.Itoa(err.(interface{ ExitCode() int }).ExitCode())
	}
	if got != args[0] {
		ts.Fatalf("status %s, want %s (%v)", got, args[0], err)
	}
}

// mailServer lets the script's site send mail through a real server.
func mailServer(t *testing.T, ts *testscript.TestScript) {
	server := mailtest.Start(t, mailtest.Options{Security: "none"})
	s := ts.Value(siteKey{}).(*sitetest.Site)
	settings := map[string]any{"host": "127.0.0.1", "port": server.Port, "security": "none", "from": "jump@example.com"}
	if a := s.Do(t, s.Token, "PUT", "/settings/mail", settings, nil); a.StatusCode != 200 {
		ts.Fatalf("set the mail server: %d", a.StatusCode)
	}
}

// siteKey is where a script keeps its site.
type siteKey struct{}

// isPNG demands a picture of one colour: png FILE WIDTH HEIGHT RRGGBB.
func isPNG(ts *testscript.TestScript, _ bool, args []string) {
	m, err := png.Decode(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	if got := fmt.Sprint(m.Bounds().Dx(), " ", m.Bounds().Dy()); got != args[1]+" "+args[2] {
		ts.Fatalf("%s has %s pixels", args[0], got)
	}
	for i := range m.Bounds().Dx() * m.Bounds().Dy() {
		r, g, b, _ := m.At(i%m.Bounds().Dx(), i/m.Bounds().Dx()).RGBA()
		if got := fmt.Sprintf("%02x%02x%02x", r>>8, g>>8, b>>8); got != args[3] {
			ts.Fatalf("pixel %d of %s is %s", i, args[0], got)
		}
	}
}

// private demands that only their owner can read files.
func private(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if info.Mode().Perm()&0o077 != 0 {
			ts.Fatalf("%s has mode %v", name, info.Mode())
		}
	}
}
