package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"sync"
	"time"

	"jump/site/auth"
	"jump/site/message"
	"jump/transport/wire"
)

// A ticket opens one channel over WebTransport, for which browsers send neither
// cookies nor headers. It is worth as much as the sign-in that asked for it, once
// and for ticketLife.
const (
	ticketLife     = 30 * time.Second
	ticketsPerUser = 32 // that wait to be used; one more takes the place of the oldest
	ticketsInAll   = 4096
)

// ticket is what a secret opens.
type ticket struct {
	user    auth.User
	session string
	channel string
	until   time.Time
}

// tickets are those that wait to be used, by the hash of their secrets. The zero
// value has none.
type tickets struct {
	mu   sync.Mutex
	open map[[sha256.Size]byte]ticket
}

// issue returns the secret of a new ticket.
func (x *tickets) issue(t ticket, now time.Time) (string, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sweepLocked(t.user.Name, now)
	if len(x.open) >= ticketsInAll {
		return "", message.Refused(wire.CodeOverloaded)
	}
	secret := auth.NewID()
	if x.open == nil {
		x.open = map[[sha256.Size]byte]ticket{}
	}
	t.until = now.Add(ticketLife)
	x.open[sha256.Sum256([]byte(secret))] = t
	return secret, nil
}

// sweepLocked forgets what is too old, and a user's oldest if there are too many.
func (x *tickets) sweepLocked(user string, now time.Time) {
	var oldest [sha256.Size]byte
	count := 0
	for key, t := range x.open {
		if !now.Before(t.until) {
			delete(x.open, key)
			continue
		}
		if t.user.Name != user {
			continue
		}
		if count++; count == 1 || t.until.Before(x.open[oldest].until) {
			oldest = key
		}
	}
	if count >= ticketsPerUser {
		delete(x.open, oldest)
	}
}

// use returns whose ticket a secret is, if it is for that channel. No ticket can
// be used twice, not even in vain.
func (x *tickets) use(secret, session, channel string, now time.Time) (auth.User, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	key := sha256.Sum256([]byte(secret))
	t, ok := x.open[key]
	delete(x.open, key)
	if !ok || !now.Before(t.until) || t.session != session || t.channel != channel {
		return auth.User{}, auth.ErrSignedOut
	}
	return t.user, nil
}

// drop forgets the tickets that were given for the same sign-in as u's.
func (x *tickets) drop(u auth.User) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for key, t := range x.open {
		if t.user.SameSignIn(u) {
			delete(x.open, key)
		}
	}
}

// byTicket tells who asks for a channel with a ticket, as of now.
func (s *Server) byTicket(r *http.Request) (auth.User, error) {
	then, err := s.tickets.use(r.URL.Query().Get("ticket"), r.PathValue("id"), r.PathValue("channel"), time.Now())
	if err != nil {
		return auth.User{}, err
	}
	return s.Gate.Current(r.Context(), then)
}

type ticketRequest struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Channel string `json:"channel" enum:"screen,shell,exec,files"`
	}
}

// Ticket is what a browser needs to open a channel over WebTransport.
type Ticket struct {
	Ticket string   `json:"ticket" doc:"The query parameter ticket of the channel's address, once and within 30 s"`
	Hashes []string `json:"certificate_hashes" doc:"SHA-256 of the certificates that the site may show for it, in base64"`
}

// takeTicket prepares a channel over WebTransport.
func (s *Server) takeTicket(ctx context.Context, in *ticketRequest) (*answer[Ticket], error) {
	if s.Hashes == nil {
		return nil, message.Refused(wire.CodeUnsupported)
	}
	by := callerOf(ctx)
	if _, err := s.Sessions.Session(by.user, in.ID); err != nil {
		return nil, err
	}
	hashes, err := s.Hashes()
	if err != nil {
		return nil, err
	}
	secret, err := s.tickets.issue(ticket{user: by.user, session: in.ID, channel: in.Body.Channel}, time.Now())
	if err != nil {
		return nil, err
	}
	out := Ticket{Ticket: secret, Hashes: []string{}}
	for _, h := range hashes {
		out.Hashes = append(out.Hashes, base64.StdEncoding.EncodeToString(h))
	}
	return &answer[Ticket]{out}, nil
}
