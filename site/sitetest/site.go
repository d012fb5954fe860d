// Package sitetest runs whole sites for tests: real ones, on a free port of the
// loopback interface, with a data folder of their own that is gone afterwards.
//
// It is not a fake: nothing of the site is replaced. Its Agent is one, though,
// a small one that keeps to the protocol; package jump/agent is the real one.
package sitetest

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"jump/site"
	"jump/site/auth"
	"jump/transport/wire"
)

// Admin and Password belong to the account that every site begins with.
const (
	Admin    = "admin"
	Password = "correct horse battery staple"
)

// Console is the page of a site without the real console.
const Console = "<!doctype html><title>Jump</title>"

// Site is a running site.
type Site struct {
	*site.Site
	Data  string // the data folder
	CA    string // path of the certificate to trust
	Token string // of Admin
	Stop  func() // stops it before the test ends, and waits

	client *http.Client
}

// Start runs a site until the test ends. Change alters its options first.
func Start(t testing.TB, change ...func(*site.Options)) *Site {
	t.Helper()
	o := site.Options{
		Data: t.TempDir(), Listen: "127.0.0.1:0",
		Console:  fstest.MapFS{"index.html": {Data: []byte(Console)}},
		Settings: wire.Settings{StatusEvery: 5, ReconnectSpread: 1},
	}
	for _, f := range change {
		f(&o)
	}
	opened, err := site.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	s := &Site{Site: opened, Data: o.Data, CA: opened.CAFile(), Stop: run(t, opened), client: clientFor(t, opened.CAFile())}
	s.Token = s.AddUser(t, auth.Account{Name: Admin, Role: auth.RoleAdmin, Password: Password})
	return s
}

// run serves until the test ends or stop is called, and waits for the end.
func run(t testing.TB, s *site.Site) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("the site ended with: %v", err)
			}
		case <-time.After(30 * time.Second):
			t.Error("the site does not stop")
		}
	})
	t.Cleanup(stop)
	return stop
}

func clientFor(t testing.TB, ca string) *http.Client {
	pem, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// AddUser makes an account and returns a token of it.
func (s *Site) AddUser(t testing.TB, a auth.Account) string {
	t.Helper()
	if a.Password == "" {
		a.Password = Password
	}
	if err := s.Gate.Add(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	_, secret, err := s.Gate.NewToken(t.Context(), a.Name, "test")
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// HTTP returns a client that trusts the site's authority and sends nothing of
// its own accord.
func (s *Site) HTTP() *http.Client { return s.client }

// Do sends a request to a path under /api/v1 with a token, and a body as JSON
// unless it is nil. It reads the answer into out unless that is nil, and
// returns it with its body closed.
func (s *Site) Do(t testing.TB, token, method, path string, body, out any) *http.Response {
	t.Helper()
	r := s.Request(t, method, "/api/v1"+path, body)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return s.Send(t, r, out)
}

// Request makes a request without any credentials.
func (s *Site) Request(t testing.TB, method, path string, body any) *http.Request {
	t.Helper()
	var b bytes.Buffer
	if text, raw := body.(string); raw {
		b.WriteString(text)
	} else if body != nil {
		if err := json.NewEncoder(&b).Encode(body); err != nil {
			t.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, &b)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// Send sends a request and reads the answer as Do does.
func (s *Site) Send(t testing.TB, r *http.Request, out any) *http.Response {
	t.Helper()
	answer, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if out == nil {
		return answer
	}
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatalf("%s %s: %d with %.300q: %v", r.Method, r.URL.Path, answer.StatusCode, text, err)
	}
	return answer
}
