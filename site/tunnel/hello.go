package tunnel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jump/site/clients"
	"jump/site/copies"
	"jump/site/deploy"
	"jump/site/store"
	"jump/transport"
	"jump/transport/wire"
)

// serve holds one tunnel from its handshake to its end.
func (s *Server) serve(life context.Context, t transport.Tunnel) {
	ctx, cancel := context.WithCancel(life)
	defer cancel()
	// What waits for this tunnel's agent must not wait longer than it lives.
	defer context.AfterFunc(t.Context(), cancel)()
	defer t.Close("over")
	began := s.now()
	from := network(address(t.Peer().Addr))
	if !s.gate.enter(from) {
		t.Close("too many connections at once")
		return
	}
	l, err := s.greet(ctx, t, began)
	s.gate.leave(from)
	if err != nil {
		s.log.Info("tunnel refused", "client", wire.IDOf(t.Peer().Key).String(), "from", t.Peer().Addr.String(), "reason", err)
		return
	}
	s.hold(ctx, l)
}

// greet reads Hello and answers it. An error says why there is no Welcome; the
// agent has been told then.
func (s *Server) greet(ctx context.Context, t transport.Tunnel, began time.Time) (*link, error) {
	limited, cancel := context.WithTimeout(ctx, helloTimeout)
	defer cancel()
	stream, err := t.Accept(limited)
	if err != nil {
		return nil, fmt.Errorf("no control stream: %w", err)
	}
	limit, _ := limited.Deadline()
	if err := stream.SetDeadline(limit); err != nil {
		return nil, err
	}
	reader := wire.NewReader(stream, wire.MaxControl)
	hello, err := readHello(reader)
	var l *link
	if err == nil {
		heard := time.Now()
		l, err = s.admit(limited, newLink(t, stream, reader), hello, began)
		s.pace(time.Since(heard))
	}
	if err != nil {
		return nil, refuse(ctx, t, stream, err)
	}
	return l, nil
}

func readHello(r *wire.Reader) (*wire.Hello, error) {
	kind, body, err := r.Next()
	if err == nil && kind != wire.TypeHello {
		err = fmt.Errorf("type 0x%02x in place of Hello", uint8(kind))
	}
	var hello wire.Hello
	if err == nil {
		err = wire.Unmarshal(body, &hello)
	}
	if err != nil {
		return nil, &wire.Refused{Code: wire.CodeMalformed, Text: "The site does not understand this client.", Hint: err.Error()}
	}
	return &hello, nil
}

// admit turns a link that said Hello into one that the registry knows.
func (s *Server) admit(ctx context.Context, l *link, hello *wire.Hello, began time.Time) (*link, error) {
	peer := l.tunnel.Peer()
	id := wire.IDOf(peer.Key)
	if err := s.recognize(ctx, peer, hello); err != nil {
		return nil, err
	}
	l.client, l.joins, l.server = id, s.joins, s
	settings := s.currentSettings()
	protocol := min(hello.Protocol, wire.Version)
	c, joined, err := s.clients.Join(ctx, id, l, store.Connection{
		PublicIP: address(peer.Addr), Version: hello.Version, Protocol: protocol, At: began,
		Capabilities: hello.Capabilities, Facts: hello.Status, Reach: hello.Reach, Patience: patience(settings), Join: s.joins.check(id, hello.Join),
	})
	if err != nil {
		return nil, s.fate(id, err)
	}
	l.connection, l.copy = c.Connection, joined.Number
	s.log.Info("client connected", "client", id.String(), "name", c.Name, "from", peer.Addr.String(), "version", hello.Version)
	l.begins(c.Passive, hello.Reach)
	l.send(wire.TypeWelcome, wire.Welcome{
		Protocol: protocol, Version: s.version, Name: c.Name,
		Settings: l.settings(), Join: s.joins.issue(id, joined.Issued[len(joined.Issued)-1]),
	})
	return l, nil
}

// recognize returns nil if the agent is a client, or has become one.
func (s *Server) recognize(ctx context.Context, p transport.Peer, hello *wire.Hello) error {
	_, err := s.clients.Get(ctx, wire.IDOf(p.Key))
	if !errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrRemoved) {
		return err
	}
	if hello.Renewal != nil {
		return s.renew(ctx, p, hello)
	}
	if s.joins.check(wire.IDOf(p.Key), hello.Join) != 0 {
		return s.readopt(ctx, p, hello)
	}
	if hello.Enrolment == nil {
		return &wire.Refused{Code: wire.CodeNotEnrolled, Text: "The site does not know this client.",
			Hint: "Install it again with a new installer.", RetryAfter: 300}
	}
	c, created, err := s.keys.Admit(ctx, p, hello.Enrolment, hello.Status)
	if created {
		s.log.Info("client enrolled", "client", c.ID.String(), "name", c.Name, "group", c.Group, "key", c.KeyUID)
	}
	return err
}

// readopt takes in a client whose join state says that it was welcome here: it
// was enrolled after the backup that the site's database is. Without this a
// restored site would have to be visited by every client that is younger than
// its backup, since an agent shows its enrolment only until it is welcomed.
func (s *Server) readopt(ctx context.Context, p transport.Peer, hello *wire.Hello) error {
	c, created, err := s.clients.Readopt(ctx, store.Enrolment{ID: wire.IDOf(p.Key), PublicKey: p.Key, Group: store.GeneralGroup, Facts: hello.Status})
	if created {
		s.log.Warn("a client that the database does not know was taken in again", "client", c.ID.String(), "name", c.Name, "group", c.Group)
	}
	return deploy.Answer(err) // for want of room (requirement B12)
}

// refuse tells the agent why, waits until it has read that, and returns err.
func refuse(ctx context.Context, t transport.Tunnel, stream transport.Stream, err error) error {
	kind, message := refusal(err)
	if stream.SetDeadline(time.Now().Add(lingerTimeout)) != nil || wire.Send(stream, kind, message) != nil || stream.CloseWrite() != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lingerTimeout)
	defer cancel()
	select { // a polite agent closes the tunnel
	case <-ctx.Done():
	case <-t.Context().Done():
	}
	return err
}

// refusal returns the message that says no.
func refusal(err error) (wire.Type, any) {
	var refused *wire.Refused
	switch {
	case errors.As(err, &refused):
		return wire.TypeRefused, *refused
	case errors.Is(err, store.ErrRemoved):
		return wire.TypeRemoved, wire.Removed{Reason: "This client was removed from the site."}
	case errors.Is(err, copies.ErrTooMany):
		return wire.TypeRefused, wire.Refused{Code: wire.CodeQuarantined, Text: "Too many computers show the key of this client.",
			Hint: "An administrator of the site has to say which one is the original.", RetryAfter: 3600}
	case errors.Is(err, clients.ErrSuperseded):
		return wire.TypeGoodbye, wire.Goodbye{Code: wire.CodeRestarting}
	}
	// What exactly went wrong is for the log of the site, not for strangers.
	return wire.TypeRefused, wire.Refused{Code: wire.CodeInternal, Text: "An internal error occurred on the site.",
		Hint: "Its log says more.", RetryAfter: 30}
}
