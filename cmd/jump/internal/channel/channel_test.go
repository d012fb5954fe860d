package channel

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"jump/transport/wire"
)

// dial opens an exec channel to something that answers in place of a site. It
// is given the raw stream after the first message was read.
func dial(t *testing.T, site func(*websocket.Conn, io.ReadWriter)) (*Channel, error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer ws.CloseNow()
		conn := websocket.NetConn(r.Context(), ws, websocket.MessageBinary)
		if kind, _, err := wire.NewReader(conn, wire.MaxControl).Next(); err == nil && kind == wire.TypeExecStart {
			site(ws, conn)
		}
	}))
	t.Cleanup(server.Close)
	ws, _, err := websocket.Dial(t.Context(), server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.CloseNow() })
	return Open(t.Context(), ws, wire.TypeExecStart, wire.ExecStart{Args: []string{"true"}}, wire.MaxData)
}

func TestOpenFails(t *testing.T) {
	for _, c := range []struct {
		name, want string
		site       func(*websocket.Conn, io.ReadWriter)
	}{
		{"refused", "Not today. Try tomorrow.", func(_ *websocket.Conn, s io.ReadWriter) {
			_ = wire.Send(s, wire.TypeRefused, wire.Refused{Code: wire.CodeDenied, Text: "Not today.", Hint: "Try tomorrow."})
		}},
		{"no answer", "no answer came", func(ws *websocket.Conn, _ io.ReadWriter) { ws.Close(websocket.StatusNormalClosure, "") }},
		{"session over", "the session was ended", func(ws *websocket.Conn, _ io.ReadWriter) { ws.Close(4001, "session_ended") }},
		{"client lost", "connection to the Jump Client was lost", func(ws *websocket.Conn, _ io.ReadWriter) { ws.Close(4000, "M14") }},
		{"another message", "message 0x23 instead", func(_ *websocket.Conn, s io.ReadWriter) { _ = wire.Write(s, wire.TypeOutput, nil) }},
		{"a garbled refusal", "decode", func(_ *websocket.Conn, s io.ReadWriter) { _ = wire.Write(s, wire.TypeRefused, []byte("no")) }},
		{"a message over the limit", "longer than its limit", func(_ *websocket.Conn, s io.ReadWriter) {
			_, _ = s.Write(wire.AppendHeader(nil, wire.TypeOpened, wire.MaxFrame))
		}},
	} {
		if _, err := dial(t, c.site); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// opened answers yes and goes on with then.
func opened(then func(*websocket.Conn, io.ReadWriter)) func(*websocket.Conn, io.ReadWriter) {
	return func(ws *websocket.Conn, s io.ReadWriter) {
		_ = wire.Send(s, wire.TypeOpened, wire.Opened{})
		then(ws, s)
	}
}

func TestExecEnds(t *testing.T) {
	for _, c := range []struct {
		name string
		want wire.Code // empty: an Exit
		site func(*websocket.Conn, io.ReadWriter)
	}{
		{"in good order", "", func(_ *websocket.Conn, s io.ReadWriter) {
			_ = wire.Write(s, wire.Type(0x7f), []byte("from the future"))
			_ = wire.Write(s, wire.TypeOutput, []byte("out"))
			_ = wire.Send(s, wire.TypeExit, wire.Exit{Status: 3})
		}},
		{"client lost", wire.CodeNotConnected, func(ws *websocket.Conn, _ io.ReadWriter) { ws.Close(4000, "") }},
		{"session over", wire.CodeSessionEnded, func(ws *websocket.Conn, _ io.ReadWriter) { ws.Close(4001, "session_ended") }},
		{"without a word", wire.CodeNotConnected, func(ws *websocket.Conn, _ io.ReadWriter) { ws.Close(websocket.StatusNormalClosure, "") }},
		{"in the middle of a message", wire.CodeNotConnected, func(ws *websocket.Conn, s io.ReadWriter) {
			_, _ = s.Write(wire.AppendHeader(nil, wire.TypeOutput, 10))
			ws.Close(websocket.StatusNormalClosure, "")
		}},
	} {
		ch, err := dial(t, opened(c.site))
		if err != nil {
			t.Fatal(c.name, err)
		}
		var out bytes.Buffer
		exit, err := ch.Exec(Streams{Out: &out, Err: io.Discard})
		ended, _ := errors.AsType[*Ended](err)
		switch {
		case c.want == "" && (err != nil || exit.Status != 3 || out.String() != "out"):
			t.Errorf("%s: %+v, %q, %v", c.name, exit, &out, err)
		case c.want != "" && (ended == nil || ended.Code != c.want):
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestScreenRefusesWhatIsMalformed(t *testing.T) {
	one := wire.Displays{Format: 1, Epoch: 1, Displays: []wire.Display{{Width: 8, Height: 8}}}
	for name, site := range map[string]func(io.ReadWriter){
		"a frame before the displays": func(s io.ReadWriter) { _ = wire.Write(s, wire.TypeFrame, make([]byte, 28)) },
		"garbled displays":            func(s io.ReadWriter) { _ = wire.Write(s, wire.TypeDisplays, []byte("x")) },
		"no display":                  func(s io.ReadWriter) { _ = wire.Send(s, wire.TypeDisplays, wire.Displays{Format: 1}) },
		"an unknown format":           func(s io.ReadWriter) { one := one; one.Format = 9; _ = wire.Send(s, wire.TypeDisplays, one) },
		"a short frame": func(s io.ReadWriter) {
			_ = wire.Send(s, wire.TypeDisplays, one)
			_ = wire.Write(s, wire.TypeFrame, []byte("short"))
		},
		"a garbled notice": func(s io.ReadWriter) { _ = wire.Write(s, wire.TypeNotice, []byte("x")) },
	} {
		ch, err := dial(t, opened(func(_ *websocket.Conn, s io.ReadWriter) {
			site(s)
			_, _ = io.Copy(io.Discard, s) // until the viewer leaves
		}))
		if err != nil {
			t.Fatal(name, err)
		}
		screen := ch.Screen(func(wire.Notice) {})
		if err := screen.Next(); err == nil || screen.Frames() != 0 {
			t.Errorf("%s: %v, %d frames", name, err, screen.Frames())
		}
		screen.Close()
		ch.Close()
	}
}
