package command

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"jump/internal/version"
	"jump/site/api"
	"jump/site/sitetest"
)

// typed runs a command line as somebody types it.
func typed(t *testing.T, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Run(t.Context(), args, Environment{
		In: strings.NewReader(stdin), Out: &o, Err: &e, Getenv: func(string) string { return "" },
		Console: fstest.MapFS{"index.html": {Data: []byte(sitetest.Console)}},
	})
	return code, o.String(), e.String()
}

// TestBesideRunningSite makes accounts and tokens while the site runs, and uses
// them.
func TestBesideRunningSite(t *testing.T) {
	s := sitetest.Start(t)
	data := []string{"--data", s.Data}
	steps := []struct {
		stdin, line string
		code        int
		says        string
	}{
		{"battery staple\n", "user add Max --role representative --permissions view,exec --password-stdin", ExitOK, ""},
		{"battery staple\n", "user add max --role admin --password-stdin", ExitExists, `user "max"`},
		{"short\n", "user add eva --role admin --password-stdin", ExitFailed, "too short"},
		{"long enough\n", "user add e:a --role admin --password-stdin", ExitFailed, "a name has only"},
		{"long enough\n", "user add eva --role boss --password-stdin", ExitUsage, `"boss" is not a role`},
		{"long enough\n", "user add eva --permissions root --password-stdin", ExitUsage, `"root" is not a permission`},
		{"", "user add eva --role admin", ExitUsage, "--password-stdin"},
		{"", "user list", ExitOK, "view,exec"},
		{"", "user list --json", ExitOK, `"name": "max"`},
		{"new password\n", "user password max --password-stdin", ExitOK, ""},
		{"new password\n", "user password nobody --password-stdin", ExitNotFound, `user "nobody"`},
		{"", "user remove admin", ExitFailed, "last administrator"},
		{"", "user remove nobody", ExitNotFound, `user "nobody"`},
		{"", "token create --user nobody", ExitNotFound, `user "nobody"`},
		{"", "token create", ExitUsage, "--user NAME"},
		{"", "token revoke none", ExitNotFound, `token "none"`},
		{"", "limits", ExitOK, "clients  0 of no limit"},
		{"", "limits --clients 1000 --active 25", ExitOK, "active   0 of 25"},
		{"", "limits --active 0 --json", ExitOK, `"max_clients":1000`},
		{"", "limits --clients -1", ExitUsage, "a limit is a number"},
		{"", "user", ExitUsage, "user needs one of"},
		{"", "user fly", ExitUsage, "fly"},
		{"", "user list --fly", ExitUsage, "--fly"},
		{"", "user remove", ExitUsage, "arg"},
	}
	for _, x := range steps {
		code, out, errs := typed(t, x.stdin, append(strings.Fields(x.line), data...)...)
		if code != x.code || !strings.Contains(out+errs, x.says) || (code != ExitOK) != strings.HasPrefix(errs, "jumpsite: ") {
			t.Errorf("jumpsite %s: code %d, printed %q and %q; want %d and %q", x.line, code, out, errs, x.code, x.says)
		}
	}
	tokenWorks(t, s, data)
	code, _, errs := typed(t, "", "serve", "--listen", "127.0.0.1:0", "--data", s.Data)
	if code != ExitFailed || !strings.Contains(errs, "Another jumpsite runs on this folder") {
		t.Errorf("a second site on one folder: %d %s", code, errs)
	}
}

func tokenWorks(t *testing.T, s *sitetest.Site, data []string) {
	t.Helper()
	_, out, _ := typed(t, "", append([]string{"token", "create", "--user", "max", "--label", "ci", "--json"}, data...)...)
	var made struct{ ID, Token string }
	if err := json.Unmarshal([]byte(out), &made); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	var me api.Me
	if a := s.Do(t, made.Token, "GET", "/me", nil, &me); a.StatusCode != 200 || me.Name != "max" || len(me.Permissions) != 2 {
		t.Errorf("the token: %d %+v", a.StatusCode, me)
	}
	if _, _, err := s.Gate.NewToken(t.Context(), "max", "\x1b]0;x\x07\u009b2J\u202e"); err != nil { // as the API would
		t.Fatal(err)
	}
	for _, how := range []string{"--json=false", "--json"} {
		_, out, _ := typed(t, "", append([]string{"token", "list", how}, data...)...)
		if !strings.Contains(out, made.ID) || strings.ContainsAny(out, "\x1b\x07\u009b\u202e") {
			t.Errorf("token list %s: %q", how, out)
		}
	}
	if code, _, errs := typed(t, "", append([]string{"token", "revoke", made.ID}, data...)...); code != ExitOK {
		t.Errorf("revoke: %d %s", code, errs)
	}
	if a := s.Do(t, made.Token, "GET", "/me", nil, nil); a.StatusCode != 401 {
		t.Errorf("the revoked token: %d", a.StatusCode)
	}
}

func TestWhichSite(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "nowhere")
	tests := []struct {
		line string
		code int
		says string
	}{
		{"user list", ExitUsage, "--data DIR"},
		{"serve", ExitUsage, "--data DIR"},
		{"fly", ExitUsage, `no command "fly"; jumpsite has`},
		{"token list --data " + missing, ExitNotFound, "jumpsite serve --data " + missing},
		{"serve --tls-cert x --data " + missing, ExitUsage, "tls-key"},
		{"serve --listen :0 --data " + missing, ExitFailed, "own address is not known"},
		{"serve --listen 127.0.0.1:0 --url http://example.com --data " + missing, ExitFailed, "https://HOST"},
	}
	for _, x := range tests {
		code, out, errs := typed(t, "", strings.Fields(x.line)...)
		if code != x.code || !strings.Contains(errs, x.says) {
			t.Errorf("jumpsite %s: code %d, printed %q and %q", x.line, code, out, errs)
		}
	}
	if code, out, _ := typed(t, "", "version"); code != ExitOK || strings.TrimSpace(out) != version.Number {
		t.Errorf("version: %d %q", code, out)
	}
}

func TestPortBusy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	code, _, errs := typed(t, "", "serve", "--data", t.TempDir(), "--listen", l.Addr().String())
	if code != ExitFailed || !strings.Contains(errs, l.Addr().String()) || !strings.Contains(errs, "choose another with --listen") {
		t.Errorf("code %d, printed %q", code, errs)
	}
}

// TestServeEnds: an interrupted site ends in good order and keeps its folder
// closed to others.
func TestServeEnds(t *testing.T) {
	data := filepath.Join(t.TempDir(), "site")
	ctx, stop := context.WithCancel(t.Context())
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	done := make(chan int)
	go func() {
		done <- Run(ctx, []string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, Environment{
			Out: w, Err: &bytes.Buffer{}, Getenv: os.Getenv,
			Console: fstest.MapFS{"index.html": {Data: []byte(sitetest.Console)}}})
	}()
	said := make([]byte, 1000)
	if n, err := r.Read(said); err != nil || !strings.Contains(string(said[:n]), "https://127.0.0.1:") {
		t.Errorf("printed %q, %v", said[:n], err)
	}
	stop()
	if code := <-done; code != ExitOK {
		t.Errorf("code %d", code)
	}
	for path, want := range map[string]os.FileMode{"": 0o700, "identity.key": 0o600, "tls/ca.key": 0o600, "tls/site.key": 0o600, "tls/ca.pem": 0o644} {
		info, err := os.Stat(filepath.Join(data, path))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%q: %v, %v; want %v", path, info, err, want)
		}
	}
}
