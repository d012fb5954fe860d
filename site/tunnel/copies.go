package tunnel

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"time"

	"jump/site/clients"
	"jump/site/copies"
	"jump/site/deploy"
	"jump/site/store"
	"jump/transport"
	"jump/transport/wire"
)

// Alive implements clients.Link. A tunnel whose agent has left it for another
// may stand for a while, but nobody answers there.
func (l *link) Alive(ctx context.Context) bool {
	ping := make([]byte, pingSize)
	rand.Read(ping)
	answer := make(chan struct{})
	l.mu.Lock()
	l.probes[string(ping)] = answer
	l.mu.Unlock()
	defer l.answered(ping) // or it would be kept
	l.put(message{kind: wire.TypePing, body: ping})
	late := time.NewTimer(probeTimeout)
	defer late.Stop()
	select {
	case <-answer:
		return true
	case <-late.C:
	case <-ctx.Done():
	case <-l.tunnel.Context().Done():
	}
	return false
}

// answered tells who waits for the Pong with that payload.
func (l *link) answered(payload []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if waits, ok := l.probes[string(payload)]; ok {
		delete(l.probes, string(payload))
		close(waits)
	}
}

// Renew implements clients.Link.
func (l *link) Renew(copy uint64) { l.last(wire.TypeRefused, l.joins.copied(l.client, copy)) }

// copied tells a copy to become a client of its own.
func (k joinKey) copied(id wire.ID, copy uint64) wire.Refused {
	return wire.Refused{Code: wire.CodeCopied, Text: "This client is a copy of another, and is to make a key of its own.",
		Hint: "It does so by itself, if its version can; or install it again.", RetryAfter: 3600, Permit: k.permit(id, copy)}
}

// fate turns what was decided about a copy into the answer to its Hello.
func (s *Server) fate(id wire.ID, err error) error {
	var fated *clients.FateError
	switch {
	case !errors.As(err, &fated):
		return err
	case fated.Fate == copies.FateRenew:
		no := s.joins.copied(id, fated.Number)
		return &no
	}
	return store.ErrRemoved
}

// renew makes a client of its own out of a copy that shows its permit. The
// permit says which copy, the signature that it has the key of the client of
// which it is one; the key that this tunnel proves is its name from now on.
func (s *Server) renew(ctx context.Context, p transport.Peer, hello *wire.Hello) error {
	r, id := hello.Renewal, wire.IDOf(p.Key)
	old := wire.ID(r.Old)
	c, err := s.clients.Get(ctx, old)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || !hmac.Equal(r.Permit.MAC, s.joins.permit(old, r.Permit.Number).MAC) ||
		!ed25519.Verify(c.PublicKey, wire.RenewalText(old, id, r.Permit), r.Signature) {
		return notRenewed()
	}
	made, created, err := s.clients.Renew(ctx, old, r.Permit.Number, store.Enrolment{ID: id, PublicKey: p.Key, Facts: hello.Status})
	switch {
	case errors.Is(err, store.ErrRemoved):
		return err
	case errors.Is(err, store.ErrNotFound):
		return notRenewed()
	}
	if created {
		s.log.Info("a copy became a client of its own", "client", id.String(), "copy_of", old.String(), "name", made.Name)
	}
	return deploy.Answer(err) // for want of room (requirement B12)
}

// notRenewed is final for who was never welcomed: it shows the same again.
func notRenewed() error {
	return &wire.Refused{Code: wire.CodeNotEnrolled, Text: "The site does not know this client, nor the one of which it is a copy.",
		Hint: "Install it again with a new installer.", RetryAfter: 300}
}
