package api_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"jump/installer/stamp"
	"jump/site"
	"jump/site/api"
	"jump/site/auth"
	"jump/site/sitetest"
	"jump/site/store"
)

// withPackages returns a site that has packages for some platforms.
func withPackages(t *testing.T, platforms ...string) *sitetest.Site {
	dir := t.TempDir()
	sitetest.PutPackages(t, dir, platforms...)
	return sitetest.Start(t, func(o *site.Options) { o.Packages = dir })
}

func createInstaller(t *testing.T, s *sitetest.Site, body map[string]any) api.NewInstaller {
	t.Helper()
	var made api.NewInstaller
	if a := s.Do(t, s.Token, "POST", "/installers", body, &made); a.StatusCode != 201 {
		t.Fatalf("create: %d", a.StatusCode)
	}
	return made
}

// fetch downloads an installer as curl does.
func fetch(t *testing.T, s *sitetest.Site, uid, platform, keyInfo string) (*http.Response, []byte) {
	t.Helper()
	r := s.Request(t, "POST", "/api/v1/install/"+uid+"/"+platform, url.Values{"key_info": {keyInfo}}.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := s.HTTP().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, content
}

// label reads what a downloaded file was stamped with.
func label(t *testing.T, name string, content []byte) stamp.Label {
	t.Helper()
	if strings.HasSuffix(name, ".bin") {
		_, line, _ := strings.Cut(string(content), "\nlabel=")
		text, _, _ := strings.Cut(line, " ")
		l, err := stamp.ParseLabel(text)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	l, found, err := stamp.OfExecutable(path)
	if err != nil || !found {
		t.Fatalf("%s has no label: %v", name, err)
	}
	return l
}

func TestDownload(t *testing.T) {
	s := withPackages(t, "linux-x64", "win64-exe", "win64-msi", "mac")
	made := createInstaller(t, s, map[string]any{"platform": "linux-x64", "mode": "service", "tag": "it's"})
	if made.FileName != "bomgar-scc-"+made.UID+".bin" || made.Mode != "service" || made.State != "valid" || made.URL != s.URL()+"/install/"+made.UID+"#"+made.KeyInfo {
		t.Errorf("%+v", made)
	}
	for platform, name := range map[string]string{
		"linux-x64": made.FileName, "win64-exe": "bomgar-scc-" + made.UID + ".exe",
		"mac": "bomgar-scc-" + made.UID + "-" + made.KeyInfo + "-service.pkg",
	} {
		a, content := fetch(t, s, made.UID, platform, made.KeyInfo)
		if a.StatusCode != 200 || a.ContentLength != int64(len(content)) || a.Header.Get("Content-Disposition") != `attachment; filename="`+name+`"` || a.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%s: %d %v, %d bytes", platform, a.StatusCode, a.Header, len(content))
		}
		if l := label(t, name, content); l.Key.String() != made.KeyInfo || l.Mode != "service" {
			t.Errorf("%s: %v", platform, l)
		}
	}
	if a, content := fetch(t, s, made.UID, "win64-msi", made.KeyInfo); string(content) != sitetest.Template("win64-msi") || !strings.Contains(a.Header.Get("Content-Disposition"), "bomgar-scc-win64.msi") {
		t.Errorf("%v %q", a.Header, content)
	}
	r := s.Request(t, "POST", "/api/v1/install/"+made.UID+"/linux-x64", map[string]string{"key_info": made.KeyInfo})
	r.Header.Set("Origin", "null") // a form on a page that sends no referrer
	if a := s.Send(t, r, nil); a.StatusCode != 200 {
		t.Errorf("as JSON: %d", a.StatusCode)
	}
	entries, err := s.Store.AuditEntries(t.Context(), 0, 10)
	if err != nil || len(entries) != 6 || entries[0].Action != "installer_download" || entries[0].Object != made.UID || entries[0].Details != "linux-x64" || entries[0].From == "" {
		t.Errorf("%+v, %v", entries, err)
	}
	for _, e := range entries {
		if strings.Contains(fmt.Sprint(e), made.KeyInfo) {
			t.Errorf("the key is in the entry %+v", e)
		}
	}
}

// output collects a log.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// TestDownloadRefused: whatever is wrong is one clear answer, and says nothing
// to whoever does not hold the key.
func TestDownloadRefused(t *testing.T) {
	before := slog.Default()
	log := &output{}
	slog.SetDefault(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	s := withPackages(t, "linux-x64")
	good, other, revoked, expired, used := createInstaller(t, s, map[string]any{}), createInstaller(t, s, map[string]any{}), createInstaller(t, s, map[string]any{}), createInstaller(t, s, map[string]any{}), createInstaller(t, s, map[string]any{"max_uses": 1})
	s.Do(t, s.Token, "DELETE", "/installers/"+revoked.UID, nil, nil)
	expire(t, s, expired.UID)
	useUp(t, s, used.UID)
	for what, c := range map[string]struct {
		uid, platform, key string
		status             int
		code               string
	}{
		"no such installer": {"nobody", "linux-x64", good.KeyInfo, 404, "key_unknown"},
		"another's key":     {good.UID, "linux-x64", other.KeyInfo, 404, "key_unknown"},
		"no key":            {good.UID, "linux-x64", "", 404, "key_unknown"},
		"nonsense":          {good.UID, "linux-x64", "<script>", 404, "key_unknown"},
		"no package":        {good.UID, "win64-exe", good.KeyInfo, 404, "no_package"},
		"no such platform":  {good.UID, "amiga", good.KeyInfo, 404, "no_package"},
		"a path":            {good.UID, "..%2Flinux-x64", good.KeyInfo, 404, "no_package"},
		"revoked":           {revoked.UID, "linux-x64", revoked.KeyInfo, 410, "key_revoked"},
		"expired":           {expired.UID, "linux-x64", expired.KeyInfo, 410, "key_expired"},
		"used up":           {used.UID, "linux-x64", used.KeyInfo, 410, "key_used_up"},
	} {
		r := s.Request(t, "POST", "/api/v1/install/"+c.uid+"/"+c.platform, map[string]string{"key_info": c.key})
		var p api.Problem
		refused(t, what, s.Send(t, r, &p), p, c.status, c.code)
	}
	for what, r := range map[string]*http.Request{
		"in the address": s.Request(t, "POST", "/api/v1/install/"+good.UID+"/linux-x64?key_info="+good.KeyInfo, "{}"),
		"not JSON":       s.Request(t, "POST", "/api/v1/install/"+good.UID+"/linux-x64", "{"),
		"huge":           s.Request(t, "POST", "/api/v1/install/"+good.UID+"/linux-x64", map[string]string{"key_info": strings.Repeat("a", 100<<10)}),
	} {
		var p api.Problem
		if a := s.Send(t, r, &p); a.StatusCode < 400 || a.StatusCode > 499 || p.Code == "" {
			t.Errorf("%s: %d %+v", what, a.StatusCode, p)
		}
	}
	for _, made := range []api.NewInstaller{good, other, revoked, expired, used} {
		if strings.Contains(log.String(), made.KeyInfo) {
			t.Errorf("a key is in the log:\n%s", log)
		}
	}
}

func expire(t *testing.T, s *sitetest.Site, uid string) {
	t.Helper()
	past := time.Now().Add(-time.Minute)
	if _, err := s.Store.ExtendKey(t.Context(), uid, store.KeyTerms{ExpiresAt: &past}); err != nil {
		t.Fatal(err)
	}
}

func useUp(t *testing.T, s *sitetest.Site, uid string) {
	t.Helper()
	if _, _, err := s.Store.Enrol(t.Context(), store.Enrolment{KeyUID: uid, ID: [32]byte{1}, Group: "general"}); err != nil {
		t.Fatal(err)
	}
}

// TestManyTries: who guesses is slowed down, and a fleet behind one address is
// not.
func TestManyTries(t *testing.T) {
	s := withPackages(t, "linux-x64")
	made := createInstaller(t, s, map[string]any{})
	for n := range 150 {
		if a, _ := fetch(t, s, made.UID, "linux-x64", made.KeyInfo); a.StatusCode != 200 {
			t.Fatalf("download %d: %d", n, a.StatusCode)
		}
	}
	for n := 0; ; n++ {
		a, _ := fetch(t, s, made.UID, "linux-x64", "guess")
		if a.StatusCode == http.StatusTooManyRequests && a.Header.Get("Retry-After") != "" {
			break
		}
		if a.StatusCode != http.StatusNotFound || n > 150 {
			t.Fatalf("guess %d: %d", n, a.StatusCode)
		}
	}
}

// TestInstallPage: an installer that never was looks like one whose time is over.
func TestInstallPage(t *testing.T) {
	s := withPackages(t, "linux-x64", "linux-headless-x64", "win64-exe")
	made := createInstaller(t, s, map[string]any{"platform": "linux-headless-x64", "group": "user:admin", "tag": "secret tag", "comments": "secret comments", "name": "secret name"})
	look := func(uid, system string) (p api.Install, text string) {
		r := s.Request(t, "GET", "/api/v1/install/"+uid, nil)
		r.Header.Set("Sec-CH-UA-Platform", `"`+system+`"`)
		r.Header.Set("Accept-Language", "de")
		answer, err := s.HTTP().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		b, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		r = r.Clone(t.Context())
		s.Send(t, r, &p)
		return p, string(b)
	}
	p, text := look(made.UID, "Windows")
	if !p.Usable || p.DefaultPlatform != "win64-exe" || p.SiteName != "Jump" || p.ExpiresAt == nil || len(p.Platforms) != 12 || strings.Contains(text, "secret") || strings.Contains(text, "admin") {
		t.Errorf("%s", text)
	}
	if p, _ := look(made.UID, "Linux"); p.DefaultPlatform != "linux-headless-x64" {
		t.Errorf("on Linux: %s", p.DefaultPlatform)
	}
	_, never := look("nobody", "Linux")
	expire(t, s, made.UID)
	p, over := look(made.UID, "Linux")
	if p.Usable || p.ReasonCode != "key_expired" || !strings.Contains(p.Reason, "abgelaufen") || over != never {
		t.Errorf("expired: %s\nnever: %s", over, never)
	}
	s.Do(t, s.Token, "DELETE", "/installers/"+made.UID, nil, nil)
	if p, _ := look(made.UID, "Linux"); p.Usable || p.ReasonCode != "key_revoked" {
		t.Errorf("revoked: %+v", p)
	}
}

func TestPlatforms(t *testing.T) {
	s := withPackages(t, "linux-x64", "win64-msi")
	var list api.PlatformList
	r := s.Request(t, "GET", "/api/v1/platforms", nil)
	r.Header.Set("Authorization", "Bearer "+s.Token)
	r.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0")
	s.Send(t, r, &list)
	there := map[string]bool{}
	for _, p := range list.Items {
		there[p.ID] = p.Available && p.Size > 0
	}
	if len(there) != 12 || !there["linux-x64"] || !there["win64-msi"] || there["mac"] || list.DefaultPlatform != "win64-msi" {
		t.Errorf("%+v", list)
	}
	if made := createInstaller(t, s, map[string]any{"platform": "mac"}); len(made.Commands) < 4 {
		t.Errorf("commands %+v", made.Commands)
	}
	var p api.Problem
	refused(t, "no such platform", s.Do(t, s.Token, "POST", "/installers", map[string]string{"platform": "amiga"}, &p), p, 422, "invalid")
	refused(t, "no such mode", s.Do(t, s.Token, "POST", "/installers", map[string]string{"mode": "root"}, &p), p, 422, "invalid")
}

// TestInstallersOfOthers: an administrator may change all, everybody else the
// own; and a key does not die with the account that made it.
func TestInstallersOfOthers(t *testing.T) {
	s := withPackages(t, "linux-x64")
	may := []auth.Permission{auth.PermissionDeploy}
	eva := s.AddUser(t, auth.Account{Name: "eva", Role: auth.RoleRepresentative, Permissions: may})
	max := s.AddUser(t, auth.Account{Name: "max", Role: auth.RoleRepresentative, Permissions: may})
	var made api.NewInstaller
	s.Do(t, eva, "POST", "/installers", map[string]any{"max_uses": 5}, &made)
	extend := map[string]any{"valid_for": "8760h", "max_uses": 0}
	var p api.Problem
	refused(t, "extend another's", s.Do(t, max, "PATCH", "/installers/"+made.UID, extend, &p), p, 404, "not_found")
	refused(t, "mail another's", s.Do(t, max, "POST", "/installers/"+made.UID+"/mail", map[string]any{"key_info": made.KeyInfo, "recipients": []string{"a@example.com"}}, &p), p, 404, "not_found")
	refused(t, "revoke another's", s.Do(t, max, "DELETE", "/installers/"+made.UID, nil, &p), p, 404, "not_found")
	refused(t, "too long", s.Do(t, eva, "PATCH", "/installers/"+made.UID, map[string]any{"valid_for": "8761h"}, &p), p, 422, "invalid")
	if err := s.Gate.Remove(t.Context(), "eva"); err != nil {
		t.Fatal(err)
	}
	if a, _ := fetch(t, s, made.UID, "linux-x64", made.KeyInfo); a.StatusCode != 200 {
		t.Errorf("after the account is gone: %d", a.StatusCode)
	}
	key, err := s.Keys.Find(t.Context(), made.UID)
	if err != nil || s.Keys.Usable(key) != nil {
		t.Errorf("%+v, %v", key, err)
	}
	var after api.Installer
	if a := s.Do(t, s.Token, "PATCH", "/installers/"+made.UID, extend, &after); a.StatusCode != 200 || after.MaxUses != 0 || time.Until(after.ExpiresAt) < 364*24*time.Hour || after.CreatedBy != "eva" {
		t.Errorf("extended by an administrator: %d %+v", a.StatusCode, after)
	}
}

func TestLimits(t *testing.T) {
	s := sitetest.Start(t)
	s.Join(t, "one", "", nil)
	var l api.Limits
	if a := s.Do(t, s.Token, "PUT", "/settings/limits", map[string]int{"max_clients": 1000, "max_active": 25}, &l); a.StatusCode != 200 || l != (api.Limits{MaxClients: 1000, MaxActive: 25, Clients: 1, Active: 1}) {
		t.Errorf("%d %+v", a.StatusCode, l)
	}
	var p api.Problem
	refused(t, "negative", s.Do(t, s.Token, "PUT", "/settings/limits", map[string]int{"max_clients": -1, "max_active": 0}, &p), p, 422, "invalid")
	rep := s.AddUser(t, auth.Account{Name: "eva", Role: auth.RoleRepresentative})
	for _, path := range []string{"/settings/limits", "/settings/mail"} {
		refused(t, path+" of a representative", s.Do(t, rep, "GET", path, nil, &p), p, 403, "denied")
	}
}
