// Package mail sends the site's letters through an SMTP server: links to
// installers, and a test letter (requirement B2).
//
// It receives nothing, it queues nothing (a letter is taken by the server or
// the sender is told why not), and it is no library for mail: it writes the few
// letters that the site sends.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"unicode"
)

// Security says how the connection to the server is encrypted.
type Security string

// The kinds of security. The strings are part of the API.
const (
	SecurityStartTLS Security = "starttls" // the usual one: without it nothing is sent
	SecurityTLS      Security = "tls"      // from the first byte (RFC 8314)
	SecurityNone     Security = "none"     // for a server on this very computer
)

// Settings say through which server letters go. Without a Host none are sent.
type Settings struct {
	Host     string   `json:"host"`
	Port     int      `json:"port"` // 0: the usual one of the Security
	Security Security `json:"security"`
	User     string   `json:"user"`     // empty: without signing in
	Password string   `json:"password"` // never shown, never logged
	From     string   `json:"from"`     // address
	FromName string   `json:"from_name"`
}

// setting is the name under which the store keeps them.
const setting = "mail"

// ErrSettings says that settings make no sense. The error that wraps it is a
// sentence for people.
var ErrSettings = errors.New("the mail settings cannot be used")

// String prints settings without the password.
func (s Settings) String() string {
	return fmt.Sprintf("%s (%s) as %s from %s", s.address(), s.Security, s.User, s.From)
}

// GoString is String.
func (s Settings) GoString() string { return s.String() }

// address returns HOST:PORT.
func (s Settings) address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.port())) }

func (s Settings) port() int {
	switch {
	case s.Port != 0:
		return s.Port
	case s.Security == SecurityTLS:
		return 465
	case s.Security == SecurityNone:
		return 25
	}
	return 587 // submission, RFC 6409
}

// check completes and checks settings that somebody made.
func (s *Settings) check() error {
	if s.Host == "" {
		*s = Settings{Security: SecurityStartTLS}
		return nil
	}
	if s.Security == "" {
		s.Security = SecurityStartTLS
	}
	return errors.Join(s.checkServer(), s.checkAccount(), checkAddress(s.From))
}

func (s *Settings) checkServer() error {
	switch {
	case len(s.Host) > 253 || strings.ContainsFunc(s.Host, notInHost):
		return errors.New("the host is no DNS name and no IP address")
	case s.Port < 0 || s.Port > 65535:
		return fmt.Errorf("%d is no port", s.Port)
	case s.Security == SecurityNone && !local(s.Host):
		return errors.New("without encryption only a server on this very computer can be used: localhost, 127.0.0.1 or ::1")
	case s.Security != SecurityNone && s.Security != SecurityTLS && s.Security != SecurityStartTLS:
		return errors.New("the security is none of starttls, tls and none")
	}
	return nil
}

func (s *Settings) checkAccount() error {
	for _, x := range []struct {
		what, text string
		most       int
	}{{"user", s.User, 256}, {"password", s.Password, 1024}, {"sender's name", s.FromName, 128}} {
		if len(x.text) > x.most || strings.ContainsFunc(x.text, unicode.IsControl) {
			return fmt.Errorf("the %s has control characters or more than %d bytes", x.what, x.most)
		}
	}
	if s.User == "" && s.Password != "" {
		return errors.New("a password needs a user")
	}
	return nil
}

func notInHost(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.:", r)
}

// local reports whether a host is this computer by its very name.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// maxAddress is the longest address that SMTP carries (RFC 5321 section 4.5.3.1.3).
const maxAddress = 254

// checkAddress accepts bare addresses of ASCII: no names, comments, quotes or
// line ends, which could become something else in a header.
func checkAddress(s string) error {
	parsed, err := mail.ParseAddress(s)
	if err != nil || len(s) > maxAddress || parsed.Address != s || strings.ContainsFunc(s, notInAddress) {
		return fmt.Errorf("%.64q is no mail address", s)
	}
	return nil
}

func notInAddress(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune(`"(),:;<>[\]`, r)
}

// settings returns the settings with their password.
func (p *Post) settings(ctx context.Context) (Settings, error) {
	s := Settings{Security: SecurityStartTLS}
	err := p.store.Setting(ctx, setting, &s)
	return s, err
}

// Settings returns what administrators have set, without the password, and
// whether there is one.
func (p *Post) Settings(ctx context.Context) (Settings, bool, error) {
	s, err := p.settings(ctx)
	had := s.Password != ""
	s.Password = ""
	return s, had, err
}

// Set keeps new settings. A nil password keeps the one before, which must not
// go to another server or account than the one it was given for. The error
// wraps ErrSettings if they make no sense.
func (p *Post) Set(ctx context.Context, s Settings, password *string) error {
	before, err := p.settings(ctx)
	if err != nil {
		return err
	}
	s.Password = ""
	if password != nil {
		s.Password = *password
	}
	if err := s.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrSettings, err)
	}
	if password == nil && s.User != "" && before.Password != "" {
		if !s.sameAccount(before) {
			return fmt.Errorf("%w: server or user changed, so the password must be given again", ErrSettings)
		}
		s.Password = before.Password
	}
	return p.store.SetSetting(ctx, setting, s)
}

// sameAccount reports whether a password would go to the same place.
func (s Settings) sameAccount(t Settings) bool {
	return s.Host == t.Host && s.port() == t.port() && s.Security == t.Security && s.User == t.User
}
