package mail

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func newPost() *Post { return New(&memory{values: map[string][]byte{}}, "::1") }

func TestSettings(t *testing.T) {
	p := newPost()
	secret := "correct horse"
	first := Settings{Host: "mail.example.com", User: "jump", From: "jump@example.com"}
	if err := p.Set(t.Context(), first, &secret); err != nil {
		t.Fatal(err)
	}
	s, had, err := p.Settings(t.Context())
	if err != nil || !had || s.Password != "" || s.Security != SecurityStartTLS || s.address() != "mail.example.com:587" {
		t.Errorf("%+v, %v, %v", s, had, err)
	}
	full, err := p.settings(t.Context())
	if err != nil || full.Password != secret {
		t.Errorf("kept %q, %v", full.Password, err)
	}
	for _, text := range []string{fmt.Sprint(full), fmt.Sprintf("%+v %#v %s", full, full, &full)} {
		if strings.Contains(text, secret) {
			t.Errorf("the password is in %q", text)
		}
	}
	first.FromName = "Jump" // the same server: the password stays
	if err := p.Set(t.Context(), first, nil); err != nil {
		t.Error(err)
	}
	if full, _ = p.settings(t.Context()); full.Password != secret || full.FromName != "Jump" {
		t.Errorf("%v with %q", full, full.Password)
	}
	elsewhere := first // whoever may change settings does not get to see the password
	elsewhere.Host = "evil.example.com"
	if err := p.Set(t.Context(), elsewhere, nil); !errors.Is(err, ErrSettings) {
		t.Errorf("another server with the old password: %v", err)
	}
	if err := p.Set(t.Context(), Settings{}, nil); err != nil {
		t.Error(err)
	}
	if full, _ = p.settings(t.Context()); full.Password != "" || full.Host != "" {
		t.Errorf("switched off: %v with %q", full, full.Password)
	}
}

func TestSettingsRefused(t *testing.T) {
	long := strings.Repeat("x", 2000)
	for what, change := range map[string]func(*Settings){
		"a path":            func(s *Settings) { s.Host = "mail.example.com/x" },
		"two lines":         func(s *Settings) { s.Host = "a\r\nb" },
		"a port":            func(s *Settings) { s.Port = 65536 },
		"no encryption":     func(s *Settings) { s.Security = SecurityNone },
		"other encryption":  func(s *Settings) { s.Security = "ssl3" },
		"no sender":         func(s *Settings) { s.From = "" },
		"a named sender":    func(s *Settings) { s.From = "Jump <jump@example.com>" },
		"a header":          func(s *Settings) { s.From = "jump@example.com\r\nBcc: x@example.com" },
		"a header in names": func(s *Settings) { s.FromName = "Jump\r\nBcc: x@example.com" },
		"a long user":       func(s *Settings) { s.User = long },
		"a password alone":  func(s *Settings) { s.User = "" },
	} {
		s, secret := Settings{Host: "mail.example.com", User: "jump", From: "jump@example.com"}, "secret"
		change(&s)
		if err := newPost().Set(t.Context(), s, &secret); !errors.Is(err, ErrSettings) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestLimits(t *testing.T) {
	p := newPost()
	p.dial = silence
	now := time.Now()
	p.now = func() time.Time { return now }
	if err := p.Set(t.Context(), Settings{Host: "mail.example.com", From: "jump@example.com"}, nil); err != nil {
		t.Fatal(err)
	}
	send := func(account string, n int) error {
		var to []string
		for i := range n {
			to = append(to, fmt.Sprintf("a%d@example.com", i))
		}
		_, err := p.Send(t.Context(), account, Letter{}, to)
		return err
	}
	var many *TooManyError
	for n, want := range map[int]error{0: ErrAddress, MaxRecipients + 1: ErrAddress} {
		if err := send("eva", n); !errors.Is(err, want) {
			t.Errorf("%d recipients: %v", n, err)
		}
	}
	for range hourly / MaxRecipients {
		if err := send("eva", MaxRecipients); errors.As(err, &many) {
			t.Fatal(err)
		}
	}
	if err := send("eva", 10); !errors.As(err, &many) || many.RetryAfter > 5*time.Minute {
		t.Errorf("too many: %v", err)
	}
	if err := send("max", 10); errors.As(err, &many) {
		t.Error("one account's letters count against another")
	}
	now = now.Add(5 * time.Minute)
	if err := send("eva", 10); errors.As(err, &many) {
		t.Error(err)
	}
}

// FuzzAddress: what is accepted as an address stands in a header and in a
// command without a second meaning.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"a@example.com", "a b@example.com", "<a@b>", "a@b\r\nBcc: c@d", `"a\"b"@c`, "a@[127.0.0.1]", "ä@example.com", "a@b,c@d", "(x)a@b", "a@b>", "@", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if checkAddress(s) != nil {
			return
		}
		if strings.ContainsAny(s, "\r\n\t <>,;:\"()[]\\") || strings.Count(s, "@") != 1 || len(s) > maxAddress {
			t.Errorf("%q is accepted", s)
		}
	})
}
