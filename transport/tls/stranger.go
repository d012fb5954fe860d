package tls

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/identity"
)

// Alerts (RFC 8446 section 6) that no site sends to an agent, since both speak
// TLS 1.3 with Ed25519 keys.
const (
	handshakeFailure     tls.AlertError = 40
	protocolVersion      tls.AlertError = 70
	insufficientSecurity tls.AlertError = 71
)

// strange recognizes by how a handshake failed that something else than a site
// has answered: what speaks no TLS, or only older versions. What gets as far
// as a certificate is recognized, and named, by transport/identity.
func strange(err error) error {
	var plain tls.RecordHeaderError
	if errors.As(err, &plain) {
		return fmt.Errorf("%w: what answers does not speak TLS", transport.ErrWrongPeer)
	}
	alert := alertOf(err)
	for _, a := range []tls.AlertError{handshakeFailure, protocolVersion, insufficientSecurity} {
		if alert != nil && alert.Error() == a.Error() { // the type of alerts over TCP is not exported
			return fmt.Errorf("%w: %w (%v)", transport.ErrWrongPeer, errNotAsSite, alert)
		}
	}
	return err
}

// alertOf returns the alert by which the peer has ended a handshake, if it was one.
func alertOf(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		return op.Err
	}
	return nil
}

var errNotAsSite = errors.New("what answers does not speak TLS 1.3 as a site does")

// Times of a look at a stranger.
const (
	lookTime  = 5 * time.Second
	lookPause = 10 * time.Minute // between two, after failures that may be a site's
)

// curiosity knows when the last look was that may have been at a site.
type curiosity struct {
	mu   sync.Mutex
	last time.Time
}

// wants reports whether a handshake failed in a way that something between may
// have caused, which another handshake would show: for certain, or because the
// connection broke, or TLS was not as it should be. That is looked into only now
// and then, for a site that has a lot to do closes connections as well.
func (c *curiosity) wants(err error, now time.Time) bool {
	switch {
	case errors.Is(err, errNotAsSite):
		return true
	case errors.Is(err, transport.ErrWrongPeer), errors.Is(err, errLate), alertOf(err) != nil:
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.last.IsZero() && now.Sub(c.last) < lookPause {
		return false
	}
	c.last = now
	return true
}

// name finds out who is between, if something there speaks TLS as no site does;
// else it returns the error that it was given.
func (d *dialer) name(ctx context.Context, connect Connect, address string, failed error) error {
	if ctx.Err() != nil || !d.curious.wants(failed, time.Now()) {
		return failed
	}
	cs, err := d.look(ctx, connect, address)
	if err != nil || cs.Version >= tls.VersionTLS13 { // which every site speaks
		return failed
	}
	return identity.Stranger(cs, errNotAsSite)
}

var errSeen = errors.New("seen enough")

// look begins a handshake of whatever version there is, to see a certificate,
// and ends it there: it proves no key, sends nothing and accepts nobody.
func (d *dialer) look(ctx context.Context, connect Connect, address string) (cs tls.ConnectionState, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	conn, err := connect(ctx, "tcp", address)
	if err != nil {
		return cs, err
	}
	defer conn.Close()
	err = tls.Client(conn, &tls.Config{
		ServerName: d.tls.ServerName, InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, CipherSuites: allSuites(),
		VerifyConnection: func(seen tls.ConnectionState) error {
			cs = seen
			return errSeen
		},
	}).HandshakeContext(ctx)
	if !errors.Is(err, errSeen) { // it cannot be nil
		return cs, fmt.Errorf("look: %w", err)
	}
	return cs, nil
}

// allSuites are those of which a stranger has one, safe or not.
func allSuites() (all []uint16) {
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		all = append(all, s.ID)
	}
	return all
}
