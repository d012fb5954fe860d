package mail

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"jump/site/mail/mailtest"
	"jump/site/message"
)

// memory is a Store.
type memory struct {
	mu     sync.Mutex
	values map[string][]byte
}

func (m *memory) Setting(_ context.Context, name string, value any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if text, ok := m.values[name]; ok {
		return json.Unmarshal(text, value)
	}
	return nil
}

func (m *memory) SetSetting(_ context.Context, name string, value any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	text, err := json.Marshal(value)
	m.values[name] = text
	return err
}

const (
	user     = "jump"
	password = "correct horse"
)

// post returns a Post for a server.
func post(t *testing.T, s *mailtest.Server, security Security, withUser bool) *Post {
	t.Helper()
	p := New(&memory{values: map[string][]byte{}}, "jump.example.com")
	p.tls.RootCAs = s.Roots
	settings := Settings{Host: "127.0.0.1", Port: s.Port, Security: security, From: "jump@example.com", FromName: `Müller "& Söhne`}
	var secret *string
	if withUser {
		text := password
		settings.User, secret = user, &text
	}
	if err := p.Set(t.Context(), settings, secret); err != nil {
		t.Fatal(err)
	}
	return p
}

var invitation = Letter{
	Language: message.LanguageGerman, Site: "Büro\r\nBcc: everybody@example.com", Sender: "eva\nSubject: x",
	Link: "https://jump.example.com/install/abc#key", Until: time.Date(2026, 12, 24, 18, 0, 0, 0, time.UTC),
	Note: "Guten Morgen <script>alert(1)</script>\n.\nbis \x1b[31mdann\r\n\r\nBcc: x@example.com",
}

// TestServers sends through a real server in every way that there is.
func TestServers(t *testing.T) {
	for _, c := range []struct {
		security  Security
		mechanism string
	}{
		{SecurityStartTLS, "PLAIN"}, {SecurityStartTLS, "LOGIN"}, {SecurityTLS, "PLAIN"}, {SecurityTLS, ""}, {SecurityNone, ""}, {SecurityNone, "LOGIN"},
	} {
		t.Run(string(c.security)+" "+c.mechanism, func(t *testing.T) {
			t.Parallel()
			s := mailtest.Start(t, mailtest.Options{Security: string(c.security), Mechanism: c.mechanism, User: user, Password: password})
			p := post(t, s, c.security, c.mechanism != "")
			to := []string{"a@example.com", "refused@example.com", " b@example.com ", "A@example.com"}
			d, err := p.Send(t.Context(), "eva", invitation, to)
			if err != nil || len(d.Taken) != 2 || len(d.Missed) != 1 || d.Missed[0].To != "refused@example.com" {
				t.Fatalf("%+v, %v", d, err)
			}
			var f *Failure
			if !errors.As(d.Missed[0].Err, &f) || f.Code != message.CodeMailRefused || f.Reply != "550 5.1.1 there is no such mailbox" {
				t.Errorf("missed: %+v", d.Missed[0].Err)
			}
			for _, want := range d.Taken {
				l := s.Next(t)
				if l.From != "jump@example.com" || len(l.To) != 1 || l.To[0] != want || l.Greeted != "jump.example.com" || (l.User == user) != (c.mechanism != "") {
					t.Errorf("%+v", l)
				}
				checkLetter(t, l)
			}
		})
	}
}

// checkLetter reads a letter as a mail program does.
func checkLetter(t *testing.T, l mailtest.Letter) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(l.Data))
	if err != nil {
		t.Fatal(err)
	}
	decoder := &mime.WordDecoder{}
	subject, err := decoder.DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Büro  Bcc: everybody@example.com: Installieren Sie den Jump Client" {
		t.Errorf("subject %q, %v", subject, err)
	}
	if from, err := m.Header.AddressList("From"); err != nil || len(from) != 1 || from[0].Name != `Müller "& Söhne` || from[0].Address != "jump@example.com" {
		t.Errorf("from %v, %v", from, err)
	}
	if to, err := m.Header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != l.To[0] || m.Header.Get("Bcc") != "" {
		t.Errorf("to %v, %v, Bcc %q", to, err, m.Header.Get("Bcc"))
	}
	plain, html := parts(t, m)
	for _, want := range []string{"eva Subject: x bittet Sie", "Büro  Bcc:", "\nhttps://jump.example.com/install/abc#key\n", "24.12.2026, 18:00 Uhr UTC", "<script>", "\n  .\n"} {
		if !strings.Contains(plain, want) {
			t.Errorf("the text lacks %q:\n%s", want, plain)
		}
	}
	for _, want := range []string{`href="https://jump.example.com/install/abc#key"`, "&lt;script&gt;"} {
		if !strings.Contains(html, want) {
			t.Errorf("the HTML lacks %q:\n%s", want, html)
		}
	}
	if strings.Contains(html, "<script") || strings.Contains(plain+html, "\x1b") {
		t.Errorf("not escaped:\n%s\n%s", plain, html)
	}
}

// parts returns the text and the HTML of a letter.
func parts(t *testing.T, m *mail.Message) (plain, html string) {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.ReplaceAll(string(text), "\r\n", "\n"))
	}
	if len(got) != 2 {
		t.Fatalf("%d parts", len(got))
	}
	return got[0], got[1]
}

// TestFailures: each step that fails has its own code.
func TestFailures(t *testing.T) {
	start := func(security, mechanism string) *mailtest.Server {
		return mailtest.Start(t, mailtest.Options{Security: security, Mechanism: mechanism, User: user, Password: password})
	}
	encrypted, open, strict := start("starttls", ""), start("none", ""), start("starttls", "PLAIN")
	nobody := closedPort(t)
	for what, c := range map[string]struct {
		server *mailtest.Server
		change func(*Post, *Settings)
		to     string
		code   string
	}{
		"nobody there":            {open, func(_ *Post, s *Settings) { s.Port = nobody }, "a@example.com", "mail_unreachable"},
		"no STARTTLS":             {open, func(_ *Post, s *Settings) { s.Security = SecurityStartTLS }, "a@example.com", "mail_tls"},
		"TLS where there is none": {open, func(_ *Post, s *Settings) { s.Security = SecurityTLS }, "a@example.com", "mail_tls"},
		"unknown authority":       {encrypted, func(p *Post, _ *Settings) { p.tls.RootCAs = nil }, "a@example.com", "mail_tls"},
		"wrong name":              {encrypted, func(_ *Post, s *Settings) { s.Host = "localhost" }, "a@example.com", "mail_tls"},
		"wrong password":          {strict, func(_ *Post, s *Settings) { s.User, s.Password = user, "guess" }, "a@example.com", "mail_auth"},
		"no sign-in":              {strict, func(*Post, *Settings) {}, "a@example.com", "mail_refused"},
		"sign-in not wanted":      {open, func(_ *Post, s *Settings) { s.User, s.Password = user, "guess" }, "a@example.com", "mail_auth"},
		"refused":                 {open, func(*Post, *Settings) {}, "refused@example.com", "mail_refused"},
		"hangs up":                {open, func(*Post, *Settings) {}, "hangup@example.com", "mail_refused"},
		"the time is over":        {open, func(p *Post, _ *Settings) { p.dial = silence }, "a@example.com", "mail_slow"},
	} {
		security := SecurityStartTLS
		if c.server == open {
			security = SecurityNone
		}
		p := post(t, c.server, security, false)
		s, err := p.settings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c.change(p, &s)
		if err := p.store.SetSetting(t.Context(), setting, s); err != nil {
			t.Fatal(err)
		}
		_, err = p.Send(t.Context(), "eva", invitation, []string{c.to})
		var f *Failure
		if !errors.As(err, &f) || string(f.Code) != c.code {
			t.Errorf("%s: %v, want %s", what, err, c.code)
		} else if strings.Contains(f.Error()+f.Reply, "guess") {
			t.Errorf("%s: the password is in %q", what, f.Error())
		}
	}
}

// silence is a dialer that finds nobody until its time is over.
func silence(ctx context.Context, _, _ string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	<-ctx.Done()
	return nil, ctx.Err()
}

// closedPort returns a port on which nobody listens.
func closedPort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
