package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"jump/site/api"
	"jump/site/auth"
	"jump/site/sitetest"
	"jump/site/store"
)

var update = flag.Bool("update", false, "write testdata again")

// refused checks that an answer is the problem with that status and code.
func refused(t *testing.T, what string, answer *http.Response, p api.Problem, status int, code string) {
	t.Helper()
	if answer.StatusCode != status || p.Status != status || p.Code != code || p.Detail == "" {
		t.Errorf("%s: %d with %+v, want %d %s", what, answer.StatusCode, p, status, code)
	}
	if got := answer.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%s: Content-Type %q", what, got)
	}
}

func TestOpenRoutes(t *testing.T) {
	var lines []string
	for _, r := range api.New(api.Options{}).Routes() {
		if r.Class == api.ClassNone {
			lines = append(lines, r.Pattern())
		}
	}
	slices.Sort(lines)
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile("testdata/open_routes.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/open_routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) || len(lines) > 12 {
		t.Errorf("routes without authentication:\n%swant at most 12, and as reviewed:\n%s", got, want)
	}
}

// TestEveryRouteIsGuarded asks for everything without credentials.
func TestEveryRouteIsGuarded(t *testing.T) {
	s := sitetest.Start(t)
	for _, r := range api.New(api.Options{}).Routes() {
		if r.Class == api.ClassNone || r.Method == http.MethodConnect { // which has a path over HTTP/3 only: site/sessions asks for that
			continue
		}
		path := strings.NewReplacer("{id}", "x", "{uid}", "x", "{channel}", "screen").Replace(r.Path)
		var p api.Problem
		answer := s.Send(t, s.Request(t, r.Method, path, nil), &p)
		refused(t, r.Pattern(), answer, p, http.StatusUnauthorized, "signed_out")
	}
}

// login signs in as a browser does and returns its cookie.
func login(t *testing.T, s *sitetest.Site, name, password string) *http.Cookie {
	t.Helper()
	r := s.Request(t, "POST", "/api/v1/login", map[string]string{"name": name, "password": password})
	r.Header.Set("Origin", s.URL())
	answer := s.Send(t, r, nil)
	if answer.StatusCode != 200 || len(answer.Cookies()) != 1 {
		t.Fatalf("login: %d, cookies %v", answer.StatusCode, answer.Cookies())
	}
	return answer.Cookies()[0]
}

func TestBrowser(t *testing.T) {
	s := sitetest.Start(t)
	cookie := login(t, s, sitetest.Admin, sitetest.Password)
	if cookie.Name != api.CookieName || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("cookie %+v", cookie)
	}
	ask := func(method, path, origin string, out any) *http.Response {
		r := s.Request(t, method, "/api/v1"+path, nil)
		r.AddCookie(cookie)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		return s.Send(t, r, out)
	}
	var me api.Me
	if a := ask("GET", "/me", "", &me); a.StatusCode != 200 || me.Name != sitetest.Admin || me.Role != auth.RoleAdmin || len(me.Permissions) != 8 {
		t.Errorf("me: %d %+v", a.StatusCode, me)
	}
	for _, origin := range []string{"", "null", "https://evil.example", s.URL() + ".evil.example", strings.Replace(s.URL(), "https", "http", 1)} {
		var p api.Problem
		refused(t, "logout from "+origin, ask("POST", "/logout", origin, &p), p, 403, "origin")
	}
	begin := map[string]string{"client_id": s.Join(t, "desk", "", nil).ID.String()}
	var byToken, byCookie api.Session
	s.Do(t, s.Token, "POST", "/sessions", begin, &byToken)
	r := s.Request(t, "POST", "/api/v1/sessions", begin)
	r.AddCookie(cookie)
	r.Header.Set("Origin", s.URL())
	s.Send(t, r, &byCookie)
	if a := ask("POST", "/logout", s.URL(), nil); a.StatusCode != 204 || a.Cookies()[0].MaxAge >= 0 {
		t.Errorf("logout: %d %v", a.StatusCode, a.Cookies())
	}
	var p api.Problem
	refused(t, "after logout", ask("GET", "/me", "", &p), p, 401, "signed_out")
	var left api.SessionList
	for s.Do(t, s.Token, "GET", "/sessions", nil, &left); len(left.Items) > 1; {
		s.Do(t, s.Token, "GET", "/sessions", nil, &left) // the owner is taking it off the list
	}
	if len(left.Items) != 1 || left.Items[0].ID != byToken.ID || byCookie.ID == "" {
		t.Errorf("sessions after logout: %+v", left.Items)
	}
}

func TestLoginRefused(t *testing.T) {
	s := sitetest.Start(t)
	send := func(body any, language string) (*http.Response, api.Problem) {
		r := s.Request(t, "POST", "/api/v1/login", body)
		r.Header.Set("Accept-Language", language)
		var p api.Problem
		return s.Send(t, r, &p), p
	}
	wrong := map[string]string{"name": "admin", "password": "wrong"}
	a, p := send(wrong, "de-DE,de;q=0.9,en;q=0.5")
	refused(t, "wrong password", a, p, 401, "sign_in_failed")
	if p.Detail != "Der Name oder das Kennwort ist nicht richtig." {
		t.Errorf("not German: %q", p.Detail)
	}
	tests := []struct {
		what   string
		body   any
		status int
		code   string
	}{
		{"no JSON", "{", 400, "malformed"},
		{"nothing", "", 400, "malformed"},
		{"a list", "[]", 422, "invalid"},
		{"a field too many", map[string]string{"name": "a", "password": "b", "admin": "yes"}, 422, "invalid"},
		{"a field too few", map[string]string{"name": "a"}, 422, "invalid"},
		{"a long name", map[string]string{"name": strings.Repeat("x", 129), "password": "b"}, 422, "invalid"},
		{"a huge body", map[string]string{"name": "a", "password": strings.Repeat("x", 100<<10)}, 413, "too_large"},
	}
	for _, c := range tests {
		a, p := send(c.body, "")
		refused(t, c.what, a, p, c.status, c.code)
		if text, _ := json.Marshal(p); strings.Contains(string(text), "xxxx") {
			t.Errorf("%s: the value came back: %.200s", c.what, text)
		}
	}
	for range 4 {
		send(wrong, "")
	}
	a, p = send(wrong, "")
	refused(t, "the sixth try", a, p, 429, "too_many_tries")
	if a.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestTokens(t *testing.T) {
	s := sitetest.Start(t)
	id, secret, err := s.Gate.NewToken(t.Context(), sitetest.Admin, "short")
	if err != nil {
		t.Fatal(err)
	}
	if a := s.Do(t, secret, "GET", "/me", nil, nil); a.StatusCode != 200 || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a token: %d, Cache-Control %q", a.StatusCode, a.Header.Get("Cache-Control"))
	}
	if err := s.Store.RemoveToken(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	for what, token := range map[string]string{"revoked": secret, "made up": "jump_" + strings.Repeat("a", 52), "empty": " "} {
		var p api.Problem
		refused(t, what, s.Do(t, token, "GET", "/me", nil, &p), p, 401, "signed_out")
	}
	r := s.Request(t, "GET", "/api/v1/me", nil)
	r.Header.Set("Authorization", "Basic YWRtaW46YWRtaW4=")
	var p api.Problem
	refused(t, "basic authentication", s.Send(t, r, &p), p, 401, "signed_out")
}

// TestOwnTokens: who signed in with a password makes tokens; a token makes
// none, and sees and ends those of its own account alone.
func TestOwnTokens(t *testing.T) {
	s := sitetest.Start(t)
	other := s.AddUser(t, auth.Account{Name: "max", Role: auth.RoleRepresentative})
	var p api.Problem
	refused(t, "a token by a token", s.Do(t, s.Token, "POST", "/tokens", map[string]string{"name": "x"}, &p), p, 403, "denied")

	r := s.Request(t, "POST", "/api/v1/tokens", map[string]string{"name": "my computer"})
	r.AddCookie(login(t, s, sitetest.Admin, sitetest.Password))
	r.Header.Set("Origin", s.URL())
	var made api.NewToken
	if answer := s.Send(t, r, &made); answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusCreated || made.Name != "my computer" {
		t.Fatalf("%d with %+v", answer.StatusCode, made)
	}
	var list api.TokenList
	s.Do(t, made.Token, "GET", "/tokens", nil, &list)
	if len(list.Items) != 2 || list.Items[1].ID != made.ID || list.Items[1].Name != "my computer" {
		t.Errorf("the tokens are %+v", list)
	}
	refused(t, "somebody else's token", s.Do(t, other, "DELETE", "/tokens/"+made.ID, nil, &p), p, 404, "not_found")
	if answer := s.Do(t, made.Token, "DELETE", "/tokens/"+made.ID, nil, nil); answer.StatusCode != http.StatusNoContent {
		t.Errorf("revoke: %d", answer.StatusCode)
	}
	p = api.Problem{}
	refused(t, "a revoked token", s.Do(t, made.Token, "GET", "/me", nil, &p), p, 401, "signed_out")
}

func TestUnknownPaths(t *testing.T) {
	s := sitetest.Start(t)
	var p api.Problem
	refused(t, "unknown path", s.Do(t, s.Token, "GET", "/nothing", nil, &p), p, 404, "not_found")
	a := s.Do(t, s.Token, "PUT", "/clients/x", nil, &p)
	refused(t, "unknown method", a, p, 405, "no_method")
	if got := a.Header.Values("Allow"); !slices.Equal(got, []string{"GET", "PATCH", "DELETE"}) {
		t.Errorf("Allow %q", got)
	}
	page := s.Send(t, s.Request(t, "GET", "/anything/else", nil), nil)
	if page.StatusCode != 200 || page.Header.Get("Content-Security-Policy") == "" || page.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the console: %d %v", page.StatusCode, page.Header)
	}
	if a := s.Send(t, s.Request(t, "GET", "/healthz", nil), nil); a.StatusCode != 200 {
		t.Errorf("healthz: %d", a.StatusCode)
	}
	var site api.Site
	if s.Do(t, "", "GET", "/site", nil, &site); site.Name != "Jump" || site.Version == "" || len(site.Languages) != 2 {
		t.Errorf("site %+v", site)
	}
}

func TestClients(t *testing.T) {
	s := sitetest.Start(t)
	const markup = `<img src=x onerror="alert(1)">`
	id := s.Join(t, markup, "", nil).ID.String()
	var page api.ClientPage
	if a := s.Do(t, s.Token, "GET", "/clients?search=onerror&sort=name&order=desc", nil, &page); a.StatusCode != 200 || len(page.Items) != 1 {
		t.Fatalf("%d, %+v", a.StatusCode, page)
	}
	c := page.Items[0]
	if c.Name != markup || c.ID != id || c.Status != store.StateOnline || c.PublicIP != "127.0.0.1" ||
		!slices.Equal(c.Channels, []string{"screen", "shell", "exec"}) || page.Counts != (api.Counts{Total: 1, Online: 1}) {
		t.Errorf("client %+v, counts %+v", c, page.Counts)
	}
	change := map[string]string{"name": "Büro", "tag": "labor", "comments": "2. Stock"}
	if a := s.Do(t, s.Token, "PATCH", "/clients/"+id, change, &c); a.StatusCode != 200 || c.Name != "Büro" || c.Tag != "labor" || c.Hostname != markup {
		t.Errorf("changed: %d %+v", a.StatusCode, c)
	}
	tests := []struct {
		method, path string
		body         any
		status       int
		code         string
	}{
		{"GET", "/clients?sort=password", nil, 422, "invalid"},
		{"GET", "/clients?limit=1001", nil, 422, "invalid"},
		{"GET", "/clients?fields=secret", nil, 422, "invalid"},
		{"GET", "/clients?cursor=garbage", nil, 422, "invalid"},
		{"GET", "/clients/nobody", nil, 404, "M7"},
		{"GET", "/clients/" + strings.Repeat("a", 52), nil, 404, "M7"},
		{"PATCH", "/clients/" + id, map[string]string{"name": strings.Repeat("x", 129)}, 422, "invalid"},
		{"PATCH", "/clients/" + id, map[string]string{"tag": strings.Repeat("ü", 65)}, 422, "invalid"},
		{"PATCH", "/clients/" + id, map[string]string{"comments": strings.Repeat("x", 1025)}, 422, "invalid"},
		{"PATCH", "/clients/" + id, map[string]string{"group": "nowhere"}, 422, "no_group"},
		{"PATCH", "/clients/" + id, map[string]any{"status": "online"}, 422, "invalid"},
	}
	for _, x := range tests {
		var p api.Problem
		refused(t, x.method+" "+x.path, s.Do(t, s.Token, x.method, x.path, x.body, &p), p, x.status, x.code)
	}
	if a := s.Do(t, s.Token, "DELETE", "/clients/"+id, nil, nil); a.StatusCode != 204 {
		t.Errorf("removed: %d", a.StatusCode)
	}
	var p api.Problem
	refused(t, "removed", s.Do(t, s.Token, "GET", "/clients/"+id, nil, &p), p, 404, "M7")
}

// TestRepresentatives: what somebody does not see does not exist, and what
// somebody may not do is denied.
func TestRepresentatives(t *testing.T) {
	s := sitetest.Start(t)
	eva := s.AddUser(t, auth.Account{Name: "eva", Role: auth.RoleRepresentative})
	max := s.AddUser(t, auth.Account{Name: "max", Role: auth.RoleRepresentative, Permissions: []auth.Permission{}})
	hidden, shared := s.Join(t, "evas-own", "user:eva", nil).ID.String(), s.Join(t, "shared", "", nil).ID.String()
	for token, want := range map[string]int{s.Token: 2, eva: 2, max: 1} {
		var page api.ClientPage
		if s.Do(t, token, "GET", "/clients", nil, &page); len(page.Items) != want || page.Counts.Total != want {
			t.Errorf("somebody sees %d of %d clients, want %d", len(page.Items), page.Counts.Total, want)
		}
	}
	var groups api.GroupList
	if s.Do(t, max, "GET", "/groups", nil, &groups); len(groups.Items) != 2 {
		t.Errorf("max sees %+v", groups.Items)
	}
	tests := []struct {
		token, method, path string
		body                any
		status              int
		code                string
	}{
		{max, "GET", "/clients/" + hidden, nil, 404, "M7"},
		{max, "POST", "/sessions", map[string]string{"client_id": hidden}, 404, "M7"},
		{max, "POST", "/sessions", map[string]string{"client_id": shared}, 403, "denied"},
		{max, "PATCH", "/clients/" + shared, map[string]string{"name": "x"}, 403, "denied"},
		{eva, "DELETE", "/clients/" + shared, nil, 403, "denied"},
		{eva, "PATCH", "/clients/" + shared, map[string]string{"group": "user:max"}, 422, "no_group"},
		{eva, "PATCH", "/clients/" + shared, map[string]string{"group": "USER:Max"}, 422, "no_group"},
		{eva, "PATCH", "/clients/" + shared, map[string]string{"group": " user:max"}, 422, "no_group"},
		{eva, "PATCH", "/clients/" + shared, map[string]string{"group": "nowhere"}, 422, "no_group"},
		{eva, "POST", "/installers", map[string]string{}, 403, "denied"},
		{eva, "GET", "/installers", nil, 403, "denied"},
		{eva, "POST", "/groups", map[string]string{"name": "Lab"}, 403, "denied"},
	}
	for _, x := range tests {
		var p api.Problem
		refused(t, x.method+" "+x.path, s.Do(t, x.token, x.method, x.path, x.body, &p), p, x.status, x.code)
	}
}

func TestGroups(t *testing.T) {
	s := sitetest.Start(t)
	var g api.Group
	if a := s.Do(t, s.Token, "POST", "/groups", map[string]string{"name": "Linux Admins"}, &g); a.StatusCode != 201 || g.Code != "linux-admins" || g.Tags == nil {
		t.Errorf("%d %+v", a.StatusCode, g)
	}
	for body, want := range map[string]struct {
		status int
		code   string
	}{
		`{"name":"linux admins"}`:          {409, "exists"},
		`{"name":""}`:                      {422, "invalid"},
		`{"name":"Eva","code":"user:eva"}`: {422, "invalid"},
		`{"name":"x","kind":"personal"}`:   {422, "invalid"},
	} {
		var p api.Problem
		refused(t, body, s.Do(t, s.Token, "POST", "/groups", body, &p), p, want.status, want.code)
	}
}

func TestInstallers(t *testing.T) {
	s := sitetest.Start(t)
	var made api.NewInstaller
	body := map[string]any{"group": "general", "tag": "labor", "valid_for": "1h", "max_uses": 3, "overrides": []string{"name"}}
	a := s.Do(t, s.Token, "POST", "/installers", body, &made)
	if a.StatusCode != 201 || made.KeyInfo == "" || made.MaxUses != 3 || made.Tag != "labor" || made.ExpiresAt.Before(time.Now()) || len(made.Commands) == 0 || !strings.Contains(made.Commands[0].Command, made.KeyInfo) {
		t.Fatalf("%d %+v", a.StatusCode, made)
	}
	var text json.RawMessage
	s.Do(t, s.Token, "GET", "/installers", nil, &text)
	if !strings.Contains(string(text), made.UID) || strings.Contains(string(text), made.KeyInfo) || strings.Contains(string(text), "key_info") {
		t.Errorf("list %s", text)
	}
	for _, wrong := range []map[string]any{{"valid_for": "9m"}, {"valid_for": "9000h"}, {"valid_for": "soon"}, {"max_uses": -1}, {"overrides": []string{"id"}}, {"group": "nowhere"}} {
		var p api.Problem
		if a := s.Do(t, s.Token, "POST", "/installers", wrong, &p); a.StatusCode != 422 || p.Code == "" {
			t.Errorf("%v: %d %+v", wrong, a.StatusCode, p)
		}
	}
	if a := s.Do(t, s.Token, "DELETE", "/installers/"+made.UID, nil, nil); a.StatusCode != 204 {
		t.Errorf("revoked: %d", a.StatusCode)
	}
	var p api.Problem
	refused(t, "unknown key", s.Do(t, s.Token, "DELETE", "/installers/unknown", nil, &p), p, 404, "not_found")
}

// listen opens a stream of events and returns a function that waits for one.
func listen(t *testing.T, s *sitetest.Site, token string) func(event string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	r := s.Request(t, "GET", "/api/v1/events", nil).WithContext(ctx)
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := s.HTTP().Do(r)
	if err != nil || answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%v, %v", answer, err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	lines.Scan() // retry
	return func(event string) string {
		for found := false; lines.Scan(); {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && found {
				return data
			}
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				found = name == event
			}
		}
		t.Errorf("no event %s: %v", event, lines.Err())
		return "{}"
	}
}

func TestEvents(t *testing.T) {
	s := sitetest.Start(t)
	max := s.AddUser(t, auth.Account{Name: "max", Role: auth.RoleRepresentative})
	admin, rep := listen(t, s, s.Token), listen(t, s, max)
	secret := s.Join(t, "secret", "user:admin", nil)
	agent := s.Join(t, "desk", "", nil)
	var c api.Client
	if json.Unmarshal([]byte(admin("client")), &c); c.ID != secret.ID.String() {
		t.Errorf("the administrator hears of %q first", c.Name)
	}
	if json.Unmarshal([]byte(rep("client")), &c); c.ID != agent.ID.String() {
		t.Errorf("the representative hears of %q first", c.Name)
	}
	for _, next := range []func(string) string{admin, rep} {
		if counts := next("counts"); !strings.Contains(counts, `"total":`) {
			t.Errorf("counts %s", counts)
		}
	}
	id := agent.ID.String()
	if a := s.Do(t, s.Token, "PATCH", "/clients/"+id, map[string]string{"group": "user:admin"}, nil); a.StatusCode != 200 {
		t.Errorf("moved: %d", a.StatusCode)
	}
	if data := rep("client_removed"); !strings.Contains(data, id) {
		t.Errorf("moved out of sight: %s", data)
	}
	agent.Tunnel.Close("switched off")
	for {
		if json.Unmarshal([]byte(admin("client")), &c); t.Failed() || c.ID == id && c.Status == store.StateOffline {
			break
		}
	}
}

// TestTooManyStreams: one account cannot take the site up with streams of
// events, and what ended does not count.
func TestTooManyStreams(t *testing.T) {
	s := sitetest.Start(t)
	ask := func(ctx context.Context) *http.Response {
		r := s.Request(t, "GET", "/api/v1/events", nil).WithContext(ctx)
		r.Header.Set("Authorization", "Bearer "+s.Token)
		answer, err := s.HTTP().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { answer.Body.Close() })
		return answer
	}
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	for i := range 65 {
		if answer := ask(ctx); (answer.StatusCode == 200) != (i < 64) {
			t.Fatalf("stream %d: %d", i+1, answer.StatusCode)
		}
	}
	hangUp()
	limit, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for ask(limit).StatusCode != 200 { // the site notices soon
		if limit.Err() != nil {
			t.Fatal("no stream after all others ended")
		}
	}
}
