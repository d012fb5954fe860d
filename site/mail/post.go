package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/mail"
	"time"

	"jump/internal/limiter"
	"jump/site/message"
)

// Limits of sending.
const (
	MaxRecipients = 50  // of one letter
	hourly        = 200 // letters that one account sends in an hour
	// sendTime bounds a whole sending. Whoever is not served by then is reported
	// as not served.
	sendTime = 25 * time.Second
)

// Store keeps settings (package jump/site/store).
type Store interface {
	Setting(ctx context.Context, name string, value any) error
	SetSetting(ctx context.Context, name string, value any) error
}

// TooManyError says that an account has sent too many letters.
type TooManyError struct{ RetryAfter time.Duration }

func (e *TooManyError) Error() string { return "too many letters were sent from this account" }

// Post sends letters. It is safe for concurrent use.
type Post struct {
	store Store
	name  string // this computer's, as it greets the server
	sent  *limiter.Limiter
	now   func() time.Time
	dial  func(ctx context.Context, network, address string) (net.Conn, error)
	tls   tls.Config
}

// New returns a Post that keeps its settings in s. name is the site's host.
func New(s Store, name string) *Post {
	return &Post{
		store: s, name: greeting(name), sent: limiter.New(time.Hour/hourly, hourly), now: time.Now,
		dial: (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		tls:  tls.Config{MinVersion: tls.VersionTLS12},
	}
}

// greeting is how SMTP writes the name of a computer (RFC 5321 section 4.1.3).
func greeting(host string) string {
	ip := net.ParseIP(host)
	switch {
	case ip == nil:
		return host
	case ip.To4() == nil:
		return "[IPv6:" + host + "]"
	}
	return "[" + host + "]"
}

// Delivery is what became of a letter to several people.
type Delivery struct {
	Taken  []string // those for whom the server took it
	Missed []Undelivered
}

// Undelivered is somebody whom a letter did not reach.
type Undelivered struct {
	To  string
	Err error // a *Failure
}

// Send sends one letter to each of up to MaxRecipients addresses, of which none
// sees the others. If the server took it for none of them the error is a
// *Failure. It is a *TooManyError if the account sent too many in this hour,
// and wraps ErrAddress for what is no address.
func (p *Post) Send(ctx context.Context, account string, l Letter, to []string) (Delivery, error) {
	s, err := p.settings(ctx)
	if err != nil {
		return Delivery{}, err
	}
	if s.Host == "" {
		return Delivery{}, fail(message.CodeMailOff, errors.New("no server is set"))
	}
	to, err = recipients(to)
	if err != nil {
		return Delivery{}, err
	}
	words, err := l.write()
	if err != nil {
		return Delivery{}, err
	}
	if wait := p.sent.Take(account, p.now(), len(to)); wait > 0 {
		return Delivery{}, &TooManyError{wait}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	c, err := p.open(ctx, s)
	if err != nil {
		return Delivery{}, err
	}
	defer c.close()
	return c.deliver(words, mail.Address{Name: s.FromName, Address: s.From}, to, p.now())
}

// ErrAddress says that a recipient is no mail address, or that there are none or
// too many. The error that wraps it is a sentence for people.
var ErrAddress = errors.New("the letter cannot be addressed")
