package sessions_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"jump/site"
	"jump/site/api"
	"jump/site/auth"
	"jump/site/sessions"
	"jump/site/sitetest"
	"jump/transport"
	"jump/transport/webtransport"
	"jump/transport/wire"
)

// start begins a session and fails the test if that does not work.
func start(t testing.TB, s *sitetest.Site, token string, id wire.ID) api.Session {
	t.Helper()
	var x api.Session
	if a := s.Do(t, token, "POST", "/sessions", map[string]string{"client_id": id.String()}, &x); a.StatusCode != 201 {
		t.Fatalf("start: %d", a.StatusCode)
	}
	return x
}

// refusal is why a session does not start.
func refusal(t *testing.T, s *sitetest.Site, token string, id wire.ID) string {
	t.Helper()
	var p api.Problem
	s.Do(t, token, "POST", "/sessions", map[string]string{"client_id": id.String()}, &p)
	return fmt.Sprint(p.Status, " ", p.Code)
}

// channel is the representative's end of a WebSocket, or of a WebTransport session.
type channel struct {
	io.ReadWriter
	conn *websocket.Conn // nil over WebTransport
	lane *webtransport.Conn
	read *wire.Reader
}

// way is how a channel is opened.
type way func(t testing.TB, s *sitetest.Site, path string) *channel

// eachWay runs a test over both ways: what holds for one holds for the other.
func eachWay(t *testing.T, test func(t *testing.T, open way)) {
	t.Run("WebSocket", func(t *testing.T) { test(t, open) })
	t.Run("WebTransport", func(t *testing.T) { test(t, openLane) })
}

// dial opens a channel. Change alters the request's header first.
func dial(t testing.TB, s *sitetest.Site, path string, change func(http.Header)) (*channel, *http.Response, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	h := http.Header{"Authorization": {"Bearer " + s.Token}}
	if change != nil {
		change(h)
	}
	conn, answer, err := websocket.Dial(ctx, "wss"+strings.TrimPrefix(s.URL(), "https")+"/api/v1/sessions/"+path,
		&websocket.DialOptions{HTTPClient: s.HTTP(), HTTPHeader: h, Subprotocols: []string{sessions.Subprotocol}})
	if err != nil {
		return nil, answer, err
	}
	t.Cleanup(func() { conn.CloseNow() })
	conn.SetReadLimit(-1)
	stream := websocket.NetConn(ctx, conn, websocket.MessageBinary)
	return &channel{stream, conn, nil, wire.NewReader(stream, wire.MaxFrame)}, answer, nil
}

func open(t testing.TB, s *sitetest.Site, path string) *channel {
	t.Helper()
	c, _, err := dial(t, s, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *channel) send(t testing.TB, kind wire.Type, v any) {
	t.Helper()
	if err := wire.Send(c, kind, v); err != nil {
		t.Fatal(err)
	}
}

func (c *channel) next(t testing.TB, want wire.Type) []byte {
	t.Helper()
	kind, body, err := c.read.Next()
	if err != nil || kind != want {
		t.Fatalf("message 0x%02x %.100q, %v; want 0x%02x", uint8(kind), body, err, uint8(want))
	}
	return body
}

// closed waits for the end and returns how the site closed.
func (c *channel) closed(t testing.TB) (code websocket.StatusCode, reason string) {
	t.Helper()
	for {
		_, _, err := c.read.Next()
		var end websocket.CloseError
		if errors.As(err, &end) {
			return end.Code, end.Reason
		}
		var shut *webtransport.CloseError
		if errors.As(err, &shut) {
			c.lane.Close(shut.Code, "") // as a browser does
			return websocket.StatusCode(shut.Code), shut.Reason
		}
		if errors.Is(err, io.EOF) {
			return websocket.StatusNormalClosure, ""
		}
		if err != nil {
			t.Fatalf("not closed in good order: %v", err)
		}
	}
}

var shell = &wire.ShellStart{Columns: 80, Rows: 24, Term: "xterm-256color"}

func TestShell(t *testing.T) { eachWay(t, shellGoes) }

func shellGoes(t *testing.T, open way) {
	s := sitetest.Start(t)
	opens := make(chan *wire.Open, 1)
	agent := s.Join(t, "desk", "", func(stream transport.Stream, o *wire.Open) {
		opens <- o
		sitetest.Echo(stream, o)
	})
	x := start(t, s, s.Token, agent.ID)
	if x.ClientName != "desk" || len(x.Channels) != 3 || len(x.Rights) != 5 || x.User != sitetest.Admin {
		t.Errorf("session %+v", x)
	}
	c := open(t, s, x.ID+"/shell")
	c.send(t, wire.TypeShellStart, shell)
	c.next(t, wire.TypeOpened)
	o := <-opens
	if o.Session != x.ID || o.Representative != sitetest.Admin || o.Shell == nil || *o.Shell != *shell || o.Screen != nil {
		t.Errorf("open %+v", o)
	}
	text := strings.Repeat("Grüße ", 40_000) // more than one buffer, not aligned to messages
	if err := wire.Write(c, wire.TypeInput, []byte(text)); err != nil {
		t.Fatal(err)
	}
	if got := c.next(t, wire.TypeInput); string(got) != text {
		t.Errorf("%d bytes came back, not %d", len(got), len(text))
	}
	if a := s.Do(t, s.Token, "DELETE", "/sessions/"+x.ID, nil, nil); a.StatusCode != 204 {
		t.Errorf("end: %d", a.StatusCode)
	}
	if code, reason := c.closed(t); code != sessions.StatusSessionEnded || reason != "session_ended" {
		t.Errorf("closed with %d %q", code, reason)
	}
	var p api.Problem
	if s.Do(t, s.Token, "GET", "/sessions/"+x.ID, nil, &p); p.Code != "session_ended" {
		t.Errorf("after the end: %+v", p)
	}
	audited(t, s, x.ID, "session_start", "channel_open", "session_end")
}

// audited checks what was written down about a session.
func audited(t *testing.T, s *sitetest.Site, session string, want ...string) {
	t.Helper()
	entries, err := s.Store.AuditEntries(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if e.Session == session {
			got = append([]string{e.Action}, got...)
			if e.From == "" && e.Action != "session_end" { // which is the site's own doing
				t.Errorf("%s from nowhere", e.Action)
			}
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("audit entries %v, want %v", got, want)
	}
}

func TestFirstMessage(t *testing.T) {
	s := sitetest.Start(t)
	agent := s.Join(t, "desk", "", nil)
	x := start(t, s, s.Token, agent.ID)
	tests := []struct {
		what, channel string
		bytes         []byte
	}{
		{"another kind", "shell", wire.Append(nil, wire.TypeExecStart, nil)},
		{"no CBOR", "exec", wire.Append(nil, wire.TypeExecStart, []byte("garbage"))},
		{"no command", "exec", wire.Append(nil, wire.TypeExecStart, []byte{0xa1, 0x01, 0x80})},
		{"a terminal of 0 columns", "shell", wire.Append(nil, wire.TypeShellStart, []byte{0xa3, 0x01, 0x00, 0x02, 0x18, 0x18, 0x03, 0x60})},
		{"16 MiB", "screen", wire.AppendHeader(nil, wire.TypeScreenStart, wire.MaxFrame)},
		{"an open of its own", "shell", wire.Append(nil, wire.TypeOpen, []byte{0xa0})},
	}
	for _, test := range tests {
		c := open(t, s, x.ID+"/"+test.channel)
		if _, err := c.Write(test.bytes); err != nil {
			t.Fatal(err)
		}
		var refused wire.Refused
		if err := wire.Unmarshal(c.next(t, wire.TypeRefused), &refused); err != nil || refused.Code != wire.CodeMalformed {
			t.Errorf("%s: %+v, %v", test.what, refused, err)
		}
	}
	c := open(t, s, x.ID+"/shell")
	c.conn.Write(t.Context(), websocket.MessageText, []byte("hello"))
	if kind, _, err := c.read.Next(); err == nil && kind != wire.TypeRefused {
		t.Errorf("a text message was answered with 0x%02x", uint8(kind))
	}
}

func TestUpgradeRefused(t *testing.T) {
	s := sitetest.Start(t)
	agent := s.Join(t, "desk", "", nil)
	eva := s.AddUser(t, auth.Account{Name: "eva", Role: auth.RoleRepresentative})
	x := start(t, s, s.Token, agent.ID)
	tests := []struct {
		what, path string
		change     func(http.Header)
		status     int
	}{
		{"nobody", x.ID + "/shell", func(h http.Header) { h.Del("Authorization") }, 401},
		{"a page of another site", x.ID + "/shell", func(h http.Header) { h.Set("Origin", "https://evil.example") }, 403},
		{"a cookie without an origin", x.ID + "/shell", func(h http.Header) {
			secret, _, err := s.Gate.SignIn(t.Context(), sitetest.Admin, sitetest.Password, netip.MustParseAddr("192.0.2.1"))
			if err != nil {
				t.Fatal(err)
			}
			h.Del("Authorization")
			h.Set("Cookie", api.CookieName+"="+secret)
		}, 403},
		{"somebody else's session", x.ID + "/shell", func(h http.Header) { h.Set("Authorization", "Bearer "+eva) }, 404},
		{"an unknown session", "unknown/shell", nil, 404},
		{"an unknown channel", x.ID + "/telepathy", nil, 404},
	}
	for _, test := range tests {
		_, answer, err := dial(t, s, test.path, test.change)
		if err == nil || answer == nil || answer.StatusCode != test.status {
			t.Errorf("%s: %v, %v", test.what, answer, err)
		}
	}
	if a := s.Do(t, s.Token, "GET", "/sessions/"+x.ID+"/shell", nil, nil); a.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("without an upgrade: %d", a.StatusCode)
	}
	page := func(h http.Header) { h.Set("Origin", s.URL()) }
	if _, _, err := dial(t, s, x.ID+"/shell", page); err != nil {
		t.Errorf("the site's own page: %v", err)
	}
}

func TestRefusedStarts(t *testing.T) {
	s := sitetest.Start(t)
	eva := s.AddUser(t, auth.Account{Name: "eva", Role: auth.RoleRepresentative})
	agent := s.Join(t, "desk", "user:admin", nil)
	if got := refusal(t, s, eva, agent.ID); got != "404 M7" {
		t.Errorf("of another's personal group: %s", got)
	}
	if got := refusal(t, s, s.Token, wire.ID{}); got != "404 M7" {
		t.Errorf("of nobody: %s", got)
	}
	watch := s.Bus.Subscribe(t.Context())
	agent.Say(t, wire.Status{Hostname: "desk", Disabled: true})
	<-watch
	if got := refusal(t, s, s.Token, agent.ID); got != "409 M16" {
		t.Errorf("disabled by its user: %s", got)
	}
	agent.Tunnel.Close("switched off")
	<-watch
	if got := refusal(t, s, s.Token, agent.ID); got != "409 M8" {
		t.Errorf("offline: %s", got)
	}
	if _, err := s.Store.MarkUninstalled(t.Context(), agent.ID); err != nil {
		t.Fatal(err)
	}
	if got := refusal(t, s, s.Token, agent.ID); got != "410 M9" {
		t.Errorf("uninstalled: %s", got)
	}
}

func TestAgentLost(t *testing.T) { eachWay(t, agentLost) }

func agentLost(t *testing.T, open way) {
	s := sitetest.Start(t)
	agent := s.Join(t, "desk", "", nil)
	x := start(t, s, s.Token, agent.ID)
	c := open(t, s, x.ID+"/shell")
	c.send(t, wire.TypeShellStart, shell)
	c.next(t, wire.TypeOpened)
	agent.Tunnel.Close("power cut")
	if code, reason := c.closed(t); code != sessions.StatusClientLost || reason != "M14" {
		t.Errorf("closed with %d %q", code, reason)
	}
}

// TestSiteStops: a representative learns that the site restarts, and an agent
// is told only when the channels are closed.
func TestSiteStops(t *testing.T) { eachWay(t, siteStops) }

func siteStops(t *testing.T, open way) {
	s := sitetest.Start(t)
	agent := s.Join(t, "desk", "", nil)
	c := open(t, s, start(t, s, s.Token, agent.ID).ID+"/shell")
	c.send(t, wire.TypeShellStart, shell)
	c.next(t, wire.TypeOpened)
	stopped := make(chan struct{})
	go func() {
		s.Stop()
		close(stopped)
	}()
	select {
	case <-agent.Goodbye:
		t.Error("the agent was sent away while a channel was open")
	case <-time.After(time.Second): // in which the representative does not answer
	}
	if code, reason := c.closed(t); code != websocket.StatusServiceRestart || reason != "restarting" {
		t.Errorf("closed with %d %q", code, reason)
	}
	<-agent.Goodbye
	<-stopped
}

func TestExitArrives(t *testing.T) { eachWay(t, exitArrives) }

func exitArrives(t *testing.T, open way) {
	s := sitetest.Start(t)
	agent := s.Join(t, "desk", "", func(stream transport.Stream, o *wire.Open) {
		wire.Send(stream, wire.TypeOpened, &wire.Opened{Rights: o.Rights})
		wire.Write(stream, wire.TypeOutput, make([]byte, wire.MaxData))
		wire.Send(stream, wire.TypeExit, &wire.Exit{Status: 7})
		stream.CloseWrite()
		io.Copy(io.Discard, stream)
	})
	x := start(t, s, s.Token, agent.ID)
	c := open(t, s, x.ID+"/exec")
	c.send(t, wire.TypeExecStart, &wire.ExecStart{Args: []string{"true"}})
	c.next(t, wire.TypeOpened)
	c.next(t, wire.TypeOutput)
	var exit wire.Exit
	if err := wire.Unmarshal(c.next(t, wire.TypeExit), &exit); err != nil || exit.Status != 7 {
		t.Errorf("%+v, %v", exit, err)
	}
	if code, _ := c.closed(t); code != websocket.StatusNormalClosure {
		t.Errorf("closed with %d", code)
	}
}

func TestViewOnly(t *testing.T) { eachWay(t, viewOnly) }

func viewOnly(t *testing.T, open way) {
	s := sitetest.Start(t)
	opens := make(chan *wire.Open, 1)
	agent := s.Join(t, "desk", "", func(stream transport.Stream, o *wire.Open) {
		opens <- o
		sitetest.Echo(stream, o)
	})
	var x api.Session
	s.Do(t, s.Token, "POST", "/sessions", map[string]any{"client_id": agent.ID.String(), "view_only": true}, &x)
	if strings.Join(x.Channels, " ") != "screen" || len(x.Rights) != 1 {
		t.Errorf("session %+v", x)
	}
	c := open(t, s, x.ID+"/screen")
	c.send(t, wire.TypeScreenStart, &wire.ScreenStart{Format: 1})
	c.next(t, wire.TypeOpened)
	if o := <-opens; o.Rights != wire.RightView || !o.Screen.Options.ViewOnly {
		t.Errorf("open %+v", o)
	}
	if _, answer, err := dial(t, s, x.ID+"/shell", nil); err == nil || answer.StatusCode != 403 {
		t.Errorf("a shell in a session without that right: %v, %v", answer, err)
	}
}

// TestLinger: a session without channels ends by itself.
func TestLinger(t *testing.T) {
	s := sitetest.Start(t, func(o *site.Options) { o.Linger = 50 * time.Millisecond })
	agent := s.Join(t, "desk", "", nil)
	events := s.Bus.Subscribe(t.Context())
	x := start(t, s, s.Token, agent.ID)
	limit := time.After(20 * time.Second)
	for {
		select {
		case e := <-events:
			if change, ok := e.Data.(api.SessionEvent); ok && change.Session.ID == x.ID && change.State == sessions.StateEnded {
				return
			}
		case <-limit:
			t.Fatal("the session does not end")
		}
	}
}

func TestOverload(t *testing.T) { eachWay(t, overload) }

func overload(t *testing.T, open way) {
	s := sitetest.Start(t)
	hold, held := make(chan struct{}), make(chan struct{}, sessions.StartsAtOnce)
	agent := s.Join(t, "desk", "", func(stream transport.Stream, o *wire.Open) {
		held <- struct{}{}
		<-hold
		sitetest.Echo(stream, o)
	})
	release := sync.OnceFunc(func() { close(hold) })
	defer release()
	x := start(t, s, s.Token, agent.ID)
	for range sessions.StartsAtOnce {
		open(t, s, x.ID+"/shell").send(t, wire.TypeShellStart, shell)
	}
	for range sessions.StartsAtOnce {
		<-held
	}
	if got := refusal(t, s, s.Token, agent.ID); got != "503 M11" {
		t.Errorf("the twenty-first start: %s", got)
	}
	release()
}

// TestBackpressure: an agent that says more than its viewer reads has to wait.
func TestBackpressure(t *testing.T) { eachWay(t, backpressure) }

func backpressure(t *testing.T, open way) {
	s := sitetest.Start(t)
	const total = 64 << 20
	var mu sync.Mutex
	sent, stalled := 0, make(chan struct{})
	agent := s.Join(t, "desk", "", func(stream transport.Stream, o *wire.Open) {
		wire.Send(stream, wire.TypeOpened, &wire.Opened{Rights: o.Rights})
		chunk := wire.Append(nil, wire.TypeOutput, make([]byte, 60<<10))
		for n := 0; n < total; n += len(chunk) {
			stream.SetDeadline(time.Now().Add(2 * time.Second))
			if _, err := stream.Write(chunk); err != nil {
				close(stalled)
				return
			}
			mu.Lock()
			sent += len(chunk)
			mu.Unlock()
		}
	})
	x := start(t, s, s.Token, agent.ID)
	c := open(t, s, x.ID+"/exec")
	c.send(t, wire.TypeExecStart, &wire.ExecStart{Args: []string{"yes"}})
	c.next(t, wire.TypeOpened)
	select {
	case <-stalled:
		mu.Lock()
		defer mu.Unlock()
		if sent > total/2 {
			t.Errorf("%d bytes were taken while nobody read", sent)
		}
	case <-time.After(30 * time.Second):
		t.Error("the agent was never slowed down")
	}
}
