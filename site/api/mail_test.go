package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"jump/site/api"
	"jump/site/mail/mailtest"
	"jump/site/sitetest"
)

const mailPassword = "correct horse"

// TestMail: an administrator sets a server, a test letter proves it, and a link
// goes to several people.
func TestMail(t *testing.T) {
	s := withPackages(t, "linux-x64")
	server := mailtest.Start(t, mailtest.Options{Security: "none", Mechanism: "PLAIN", User: "jump", Password: mailPassword})
	made := createInstaller(t, s, map[string]any{"tag": "secret tag"})
	send := map[string]any{"key_info": made.KeyInfo, "recipients": []string{"a@example.com", "refused@example.com", "b@example.com"}, "language": "de", "note": "Bitte heute noch"}
	var p api.Problem
	refused(t, "without a server", s.Do(t, s.Token, "POST", "/installers/"+made.UID+"/mail", send, &p), p, 409, "mail_off")

	settings := map[string]any{"host": "127.0.0.1", "port": server.Port, "security": "none", "user": "jump", "password": "wrong", "from": "jump@example.com"}
	setMail(t, s, settings)
	refused(t, "wrong password", s.Do(t, s.Token, "POST", "/settings/mail/test", map[string]string{"recipient": "a@example.com"}, &p), p, 502, "mail_auth")
	settings["password"] = mailPassword
	setMail(t, s, settings)
	delete(settings, "password")
	settings["from_name"] = "Jump"
	if kept := setMail(t, s, settings); !kept.PasswordSet || kept.FromName != "Jump" {
		t.Errorf("%+v", kept)
	}
	if a := s.Do(t, s.Token, "POST", "/settings/mail/test", map[string]string{"recipient": "admin@example.com"}, nil); a.StatusCode != 204 {
		t.Errorf("test letter: %d", a.StatusCode)
	}
	if l := server.Next(t); l.To[0] != "admin@example.com" || l.User != "jump" {
		t.Errorf("%+v", l)
	}
	var mailed api.Mailed
	if a := s.Do(t, s.Token, "POST", "/installers/"+made.UID+"/mail", send, &mailed); a.StatusCode != 200 || mailed.Sent != 2 || len(mailed.Failed) != 1 || mailed.Failed[0].Recipient != "refused@example.com" || mailed.Failed[0].Code != "mail_refused" {
		t.Errorf("%d %+v", a.StatusCode, mailed)
	}
	for _, to := range []string{"a@example.com", "b@example.com"} {
		l := server.Next(t)
		text := strings.ReplaceAll(strings.ReplaceAll(l.Data, "=\n", ""), "=3D", "=")
		if l.To[0] != to || !strings.Contains(text, made.URL) || !strings.Contains(text, "Bitte heute noch") || strings.Contains(text, "secret") {
			t.Errorf("%s", text)
		}
	}
	entries, err := s.Store.AuditEntries(t.Context(), 0, 20)
	if err != nil || entries[0].Action != "installer_mail" || entries[0].Details != "to a@example.com, b@example.com" {
		t.Errorf("%+v, %v", entries[0], err)
	}
	if text, _ := json.Marshal(entries); strings.Contains(string(text), mailPassword) || strings.Contains(string(text), made.KeyInfo) {
		t.Errorf("a secret is in %s", text)
	}
}

// setMail sets mail settings, and sees that no password comes back.
func setMail(t *testing.T, s *sitetest.Site, settings map[string]any) (m api.MailSettings) {
	t.Helper()
	var text json.RawMessage
	if a := s.Do(t, s.Token, "PUT", "/settings/mail", settings, &text); a.StatusCode != http.StatusOK || strings.Contains(string(text), "wrong") || strings.Contains(string(text), "horse") {
		t.Fatalf("%d %s", a.StatusCode, text)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMailRefused(t *testing.T) {
	s := withPackages(t)
	made, other := createInstaller(t, s, map[string]any{}), createInstaller(t, s, map[string]any{})
	setMail(t, s, map[string]any{"host": "localhost", "port": 1, "security": "none", "from": "jump@example.com"})
	good := []string{"a@example.com"}
	var many []string
	for range 51 {
		many = append(many, "a@example.com")
	}
	for what, c := range map[string]struct {
		body   map[string]any
		status int
		code   string
	}{
		"another's key":  {map[string]any{"key_info": other.KeyInfo, "recipients": good}, 404, "key_unknown"},
		"no recipients":  {map[string]any{"key_info": made.KeyInfo, "recipients": []string{}}, 422, "invalid"},
		"too many":       {map[string]any{"key_info": made.KeyInfo, "recipients": many}, 422, "invalid"},
		"a header":       {map[string]any{"key_info": made.KeyInfo, "recipients": []string{"a@example.com\r\nBcc: b@example.com"}}, 422, "invalid"},
		"a name":         {map[string]any{"key_info": made.KeyInfo, "recipients": []string{"A <a@example.com>"}}, 422, "invalid"},
		"a long note":    {map[string]any{"key_info": made.KeyInfo, "recipients": good, "note": strings.Repeat("x", 2001)}, 422, "invalid"},
		"another tongue": {map[string]any{"key_info": made.KeyInfo, "recipients": good, "language": "fr"}, 422, "invalid"},
		"nobody answers": {map[string]any{"key_info": made.KeyInfo, "recipients": good}, 502, "mail_unreachable"},
	} {
		var p api.Problem
		refused(t, what, s.Do(t, s.Token, "POST", "/installers/"+made.UID+"/mail", c.body, &p), p, c.status, c.code)
	}
	for what, body := range map[string]map[string]any{
		"no encryption": {"host": "mail.example.com", "security": "none", "from": "jump@example.com"},
		"no sender":     {"host": "mail.example.com"},
		"a line end":    {"host": "mail.example.com\r\n", "from": "jump@example.com"},
	} {
		var p api.Problem
		refused(t, what, s.Do(t, s.Token, "PUT", "/settings/mail", body, &p), p, 422, "invalid")
	}
}
