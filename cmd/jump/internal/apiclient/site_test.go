package apiclient

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// serve runs something that answers in place of a site.
func serve(t *testing.T, answer http.HandlerFunc) (*httptest.Server, *Site) {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	trust, err := Trust(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{URL: server.URL, Token: "jump_secret", TLS: trust})
	if err != nil {
		t.Fatal(err)
	}
	return server, s
}

func TestParseURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://example.com": "https://example.com", "https://Example.com:443/": "https://example.com",
		"example.com": "https://example.com", "https://localhost:8443": "https://localhost:8443", "https://[::1]:8443": "https://[::1]:8443",
	} {
		if u, err := ParseURL(in); err != nil || u.String() != want {
			t.Errorf("%s: %v, %v", in, u, err)
		}
	}
	for _, in := range []string{"", "http://example.com", "https://", "https://me@example.com", "https://example.com/console", "https://example.com?x", "https://a b"} {
		if u, err := ParseURL(in); err == nil {
			t.Errorf("%s: %v", in, u)
		}
	}
}

// page serves clients 0 to 24, ten at a time, by number.
func page(w http.ResponseWriter, r *http.Request) {
	from, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
	var answer struct {
		Items []Client `json:"items"`
		Next  string   `json:"next,omitempty"`
	}
	for i := from; i < min(from+10, 25); i++ {
		answer.Items = append(answer.Items, Client{ID: fmt.Sprintf("prefix%cx", 'a'+i), Name: fmt.Sprint("client ", i/20)})
	}
	if from+10 < 25 {
		answer.Next = strconv.Itoa(from + 10)
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func TestClientsFollowsPages(t *testing.T) {
	_, s := serve(t, page)
	n := 0
	for c, err := range s.Clients(t.Context(), Filter{}) {
		if err != nil || c.ID != fmt.Sprintf("prefix%cx", 'a'+n) {
			t.Fatalf("client %d is %q, %v", n, c.ID, err)
		}
		n++
	}
	if n != 25 {
		t.Errorf("%d clients, want 25", n)
	}
}

func TestFind(t *testing.T) {
	_, s := serve(t, page)
	if c, err := s.Find(t.Context(), "prefixc"); err != nil || c.ID != "prefixcx" {
		t.Errorf("%v, %v", c.ID, err)
	}
	for name, candidates := range map[string]int{"prefix": maxCandidates, "client 1": 5, "client 2": 0, "pre": 0, "nothing": 0} {
		_, err := s.Find(t.Context(), name)
		var no *NotFound
		if !errors.As(err, &no) || len(no.Candidates) != candidates {
			t.Errorf("%s: %v with %d candidates, want %d", name, err, len(no.Candidates), candidates)
		}
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, kind, body, want string
	}{
		{"a problem", "application/problem+json", `{"code":"M8","detail":"It is offline."}`, "It is offline"},
		{"with faults", "application/problem+json", `{"detail":"No.","errors":[{"location":"body.name","message":"too long"}]}`, "No; body.name: too long"},
		{"a proxy's page", "text/html", "<h1>Bad gateway</h1>", "the site answered 502 Bad Gateway"},
		{"broken JSON", "application/json", "{", "the site answered 502 Bad Gateway"},
		{"another type", "application/json", `{"code":7}`, "the site answered 502 Bad Gateway"},
	} {
		_, s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprint(w, c.body)
		})
		_, err := s.Me(t.Context())
		if p, ok := errors.AsType[*Problem](err); !ok || p.Status != http.StatusBadGateway || p.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// TestRedirect: the token goes to the site and nowhere else.
func TestRedirect(t *testing.T) {
	asked := false
	elsewhere, _ := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	_, s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer jump_secret" {
			t.Error("the site was not shown the token")
		}
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	if _, err := s.Me(t.Context()); err == nil || asked {
		t.Errorf("%v; elsewhere was asked: %v", err, asked)
	}
}

func TestTrust(t *testing.T) {
	server, s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"name":"Jump"}`) })
	if name, err := s.Name(t.Context()); err != nil || name != "Jump" {
		t.Errorf("%q, %v", name, err)
	}
	stranger, err := New(Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Name(t.Context()); !IsUntrusted(err) || !IsWrongCertificate(err) || strings.Contains(err.Error(), "/api/") {
		t.Errorf("an unknown authority: %v", err)
	}
	anchor, err := Anchor(t.Context(), server.URL)
	if err != nil || !anchor.Equal(server.Certificate()) {
		t.Fatal("the anchor is another certificate", err)
	}
	f := Fingerprint(anchor)
	colons := strings.ToUpper(f[len("sha256:"):][:2] + ":" + f[len("sha256:"):][2:])
	if !SameFingerprint(anchor, f) || !SameFingerprint(anchor, colons) || SameFingerprint(anchor, f[:20]) || SameFingerprint(anchor, "") {
		t.Error("fingerprints are compared wrongly")
	}
	if _, err := Trust([]byte("no certificate")); err == nil {
		t.Error("a CA file without a certificate is accepted")
	}
}
