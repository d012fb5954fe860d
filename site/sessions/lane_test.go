package sessions_test

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"jump/site/api"
	"jump/site/auth"
	"jump/site/sitetest"
	"jump/transport"
	"jump/transport/webtransport"
	"jump/transport/webtransport/webtransporttest"
	"jump/transport/wire"
)

// ticket takes one for a channel, and fails the test if there is none.
func ticket(t testing.TB, s *sitetest.Site, path string) (secret string, hashes [][]byte) {
	t.Helper()
	session, kind, _ := strings.Cut(path, "/")
	var x api.Ticket
	if a := s.Do(t, s.Token, "POST", "/sessions/"+session+"/tickets", map[string]string{"channel": kind}, &x); a.StatusCode != 201 {
		t.Fatalf("ticket: %d", a.StatusCode)
	}
	for _, h := range x.Hashes {
		sum, err := base64.StdEncoding.DecodeString(h)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, sum)
	}
	return x.Ticket, hashes
}

// lane asks for a session over WebTransport.
func lane(t testing.TB, s *sitetest.Site, path, secret, origin string, hashes [][]byte) (*webtransport.Conn, *http.Response) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	conn, answer, err := webtransporttest.Dial(ctx, webtransporttest.Options{
		URL: s.URL() + "/api/v1/sessions/" + path + "?ticket=" + secret, Origin: origin, Hashes: hashes})
	if err != nil {
		t.Fatal(err)
	}
	return conn, answer
}

// plain makes a stream of a session.
type plain struct{ *webtransport.Conn }

func (p plain) Write(b []byte) (int, error) {
	return len(b), p.Conn.Write(b, time.Now().Add(30*time.Second))
}

func openLane(t testing.TB, s *sitetest.Site, path string) *channel {
	t.Helper()
	secret, hashes := ticket(t, s, path)
	conn, answer := lane(t, s, path, secret, s.URL(), hashes)
	if conn == nil {
		t.Fatalf("refused with %d", answer.StatusCode)
	}
	t.Cleanup(conn.Drop)
	return &channel{plain{conn}, nil, conn, wire.NewReader(conn, wire.MaxFrame)}
}

func TestTickets(t *testing.T) {
	s := sitetest.Start(t)
	eva := s.AddUser(t, auth.Account{Name: "eva", Role: auth.RoleRepresentative})
	agent := s.Join(t, "desk", "", nil)
	x := start(t, s, s.Token, agent.ID)
	shellOf := x.ID + "/shell"
	good, hashes := ticket(t, s, shellOf)
	for _, test := range []struct {
		what, path, secret, origin string
		status                     int
	}{
		{"no ticket", shellOf, "", s.URL(), 401},
		{"a wrong one", shellOf, strings.Repeat("a", 52), s.URL(), 401},
		{"a good one", shellOf, good, s.URL(), 200},
		{"a used one", shellOf, good, s.URL(), 401},
		{"one for another channel", x.ID + "/exec", first(ticket(t, s, shellOf)), s.URL(), 401},
		{"a page of another site", shellOf, first(ticket(t, s, shellOf)), "https://evil.example", 403},
		{"a page without an origin", shellOf, first(ticket(t, s, shellOf)), "", 403},
		{"another page of the site", "../events", first(ticket(t, s, shellOf)), s.URL(), 401},
	} {
		conn, answer := lane(t, s, test.path, test.secret, test.origin, hashes)
		if answer.StatusCode != test.status || (conn != nil) != (test.status == 200) {
			t.Errorf("%s: %d, want %d", test.what, answer.StatusCode, test.status)
		}
		if conn != nil {
			conn.Drop()
		}
	}
	var p api.Problem
	if s.Do(t, eva, "POST", "/sessions/"+x.ID+"/tickets", map[string]string{"channel": "shell"}, &p); p.Status != 404 {
		t.Errorf("a ticket for somebody else's session: %+v", p)
	}
	if s.Do(t, "", "POST", "/sessions/"+x.ID+"/tickets", map[string]string{"channel": "shell"}, &p); p.Status != 401 {
		t.Errorf("a ticket for nobody: %+v", p)
	}
}

func first(secret string, _ [][]byte) string { return secret }

// TestTicketRevoked: a ticket is worth nothing when what it was given for is.
func TestTicketRevoked(t *testing.T) {
	s := sitetest.Start(t)
	agent := s.Join(t, "desk", "", nil)
	x := start(t, s, s.Token, agent.ID)
	secret, hashes := ticket(t, s, x.ID+"/shell")
	if err := s.Gate.SetPassword(t.Context(), sitetest.Admin, "another password entirely"); err != nil {
		t.Fatal(err)
	}
	if _, answer := lane(t, s, x.ID+"/shell", secret, s.URL(), hashes); answer.StatusCode != 401 {
		t.Errorf("after a new password: %d", answer.StatusCode)
	}
}

// TestTicketSignedOut: who signs out leaves no ticket behind.
func TestTicketSignedOut(t *testing.T) {
	s := sitetest.Start(t)
	agent := s.Join(t, "desk", "", nil)
	x := start(t, s, s.Token, agent.ID) // of another sign-in, so it goes on
	cookie, _, err := s.Gate.SignIn(t.Context(), sitetest.Admin, sitetest.Password, netip.MustParseAddr("192.0.2.1"))
	if err != nil {
		t.Fatal(err)
	}
	ask := func(path string, body any, out any) {
		r := s.Request(t, "POST", "/api/v1"+path, body)
		r.Header.Set("Origin", s.URL())
		r.Header.Set("Cookie", api.CookieName+"="+cookie)
		s.Send(t, r, out)
	}
	var got api.Ticket
	ask("/sessions/"+x.ID+"/tickets", map[string]string{"channel": "shell"}, &got)
	ask("/logout", nil, nil)
	_, hashes := ticket(t, s, x.ID+"/shell")
	if _, answer := lane(t, s, x.ID+"/shell", got.Ticket, s.URL(), hashes); got.Ticket == "" || answer.StatusCode != 401 {
		t.Errorf("after signing out: %d", answer.StatusCode)
	}
}

// TestParting: an agent hears by a FIN that a representative left in good order,
// and holds the conversation after any other end.
func TestParting(t *testing.T) {
	for what, c := range map[string]struct {
		leave func(c *channel)
		fin   bool
	}{
		"closed":  {func(c *channel) { c.end(1000) }, true},
		"away":    {func(c *channel) { c.end(1001) }, true},
		"another": {func(c *channel) { c.end(3000) }, false},
		"lost":    {func(c *channel) { c.lose() }, false},
	} {
		t.Run(what, func(t *testing.T) {
			eachWay(t, func(t *testing.T, open way) {
				ended := make(chan error, 1)
				s := sitetest.Start(t)
				agent := s.Join(t, "desk", "", func(stream transport.Stream, o *wire.Open) {
					wire.Send(stream, wire.TypeOpened, &wire.Opened{Rights: o.Rights, Token: make([]byte, wire.TokenSize)})
					_, err := io.Copy(io.Discard, stream)
					ended <- err
				})
				ch := open(t, s, start(t, s, s.Token, agent.ID).ID+"/shell")
				ch.send(t, wire.TypeShellStart, &wire.ShellStart{Columns: 80, Rows: 24, Term: "xterm", Lasting: true})
				ch.next(t, wire.TypeOpened)
				c.leave(ch)
				if err := <-ended; (err == nil) != c.fin {
					t.Errorf("the agent's stream ended with %v", err)
				}
			})
		})
	}
}

// end closes with a code.
func (c *channel) end(code uint16) {
	if c.lane != nil {
		c.lane.Close(code, "")
		return
	}
	c.conn.Close(websocket.StatusCode(code), "")
}

// lose ends it without a word.
func (c *channel) lose() {
	if c.lane != nil {
		c.lane.Drop()
		return
	}
	c.conn.CloseNow()
}
