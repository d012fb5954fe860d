package site_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"jump/installer/stamp"
	"jump/site"
	"jump/site/deploy"
	"jump/site/sitetest"
)

// TestRestart: a site that was stopped and started again is the same for Jump
// Clients, browsers and scripts.
func TestRestart(t *testing.T) {
	data := t.TempDir()
	var before, after stamp.Key
	var ca []byte
	var token string
	t.Run("first", func(t *testing.T) {
		s := sitetest.Start(t, func(o *site.Options) { o.Data = data })
		s.Join(t, "desk", "", nil)
		before, token = s.Key(t, deploy.Request{}), s.Token
		ca = read(t, s.CA)
	})
	opened := restart(t, data)
	defer opened.Close()
	if string(read(t, opened.CAFile())) != string(ca) {
		t.Error("another web authority after a restart")
	}
	if u, err := opened.Gate.Bearer(t.Context(), token); err != nil || u.Name != sitetest.Admin {
		t.Errorf("the token after a restart: %+v, %v", u, err)
	}
	made, err := opened.Keys.Create(t.Context(), deploy.Request{})
	if err != nil {
		t.Fatal(err)
	}
	if after, err = stamp.Parse(made.Info); err != nil || after.Site != before.Site {
		t.Errorf("another identity after a restart: %v", err)
	}
	if counts, err := opened.Store.Counts(t.Context(), nil); err != nil || counts.Total != 1 || counts.Online != 0 {
		t.Errorf("clients after a restart: %+v, %v", counts, err)
	}
}

func restart(t *testing.T, data string) *site.Site {
	t.Helper()
	s, err := site.Open(t.Context(), site.Options{Data: data, Listen: "127.0.0.1:0",
		Console: fstest.MapFS{"index.html": {Data: []byte(sitetest.Console)}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOpenFails(t *testing.T) {
	page := fstest.MapFS{"index.html": {Data: []byte(sitetest.Console)}}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, "identity.key"), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, o := range map[string]site.Options{
		"a file for a folder":      {Data: file, Listen: "127.0.0.1:0", Console: page},
		"a damaged identity":       {Data: damaged, Listen: "127.0.0.1:0", Console: page},
		"no port":                  {Data: t.TempDir(), Listen: "127.0.0.1", Console: page},
		"no console":               {Data: t.TempDir(), Listen: "127.0.0.1:0", Console: fstest.MapFS{}},
		"a certificate not there":  {Data: t.TempDir(), Listen: "127.0.0.1:0", Console: page, CertFile: file + "x", KeyFile: file},
		"all addresses, no URL":    {Data: t.TempDir(), Listen: ":0", Console: page},
		"an URL that is not https": {Data: t.TempDir(), Listen: "127.0.0.1:0", URL: "http://x", Console: page},
	} {
		if s, err := site.Open(t.Context(), o); err == nil {
			s.Close()
			t.Errorf("opened with %s", what)
		}
	}
}

// TestHeaders: strict headers are on every answer, also on those that say no.
func TestHeaders(t *testing.T) {
	s := sitetest.Start(t)
	for _, path := range []string{"/", "/api/v1/me", "/api/v1/nothing", "/healthz", "/assets/none.js"} {
		a := s.Send(t, s.Request(t, "GET", path, nil), nil)
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Strict-Transport-Security", "Referrer-Policy"} {
			if a.Header.Get(name) == "" {
				t.Errorf("%s: no %s", path, name)
			}
		}
	}
}
