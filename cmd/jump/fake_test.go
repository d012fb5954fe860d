package main

import (
	"encoding/json"
	"encoding/pem"
	"image"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"jump/capture/frame"
	"jump/cmd/jump/internal/apiclient"
	"jump/transport/wire"
)

// fakeSite is the part of a site's API that the command line uses, with three
// clients and no agents: what they would say, it says itself.
type fakeSite struct {
	*httptest.Server
	mu      sync.Mutex
	tokens  map[string]string // id → token
	clients []apiclient.Client
	open    map[string]string // session → client
}

const (
	goodToken = "jump_good"
	online    = "aaaabbbbccccddddeeeeffffgggghhhhiiiijjjjkkkkllllmmmq"
	offline   = "aaaazzzzccccddddeeeeffffgggghhhhiiiijjjjkkkkllllmmmq"
	liar      = "bbbbbbbbccccddddeeeeffffgggghhhhiiiijjjjkkkkllllmmmq"
)

func newFakeSite(t *testing.T) *fakeSite {
	seen := time.Now().Add(-3 * time.Hour)
	f := &fakeSite{
		tokens: map[string]string{"1": goodToken},
		open:   map[string]string{},
		clients: []apiclient.Client{
			{ID: online, Name: "web one", Hostname: "web1", Status: "online", Group: apiclient.Group{Code: "general", Name: "General"}, Channels: []string{"screen", "shell", "exec"}},
			{ID: offline, Name: "twin", Status: "offline", Group: apiclient.Group{Code: "general", Name: "General"}, Tag: "old", LastSeenAt: &seen},
			{ID: liar, Name: "twin", Hostname: "\x1b[31mroot\u202e", Status: "disabled", Group: apiclient.Group{Code: "general", Name: "General"}},
		},
	}
	f.Server = httptest.NewTLSServer(f.routes())
	t.Cleanup(f.Close)
	return f
}

// writeCA writes the certificate that the site shows to a file.
func (f *fakeSite) writeCA(path string) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.Certificate().Raw}), 0o600)
}

func (f *fakeSite) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/site", func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, map[string]any{"name": "Fake", "version": "0"})
	})
	mux.HandleFunc("POST /api/v1/login", f.login)
	mux.HandleFunc("POST /api/v1/logout", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	mux.HandleFunc("POST /api/v1/tokens", f.createToken)
	for pattern, serve := range map[string]http.HandlerFunc{
		"DELETE /api/v1/tokens/{id}":       f.deleteToken,
		"GET /api/v1/me":                   me,
		"GET /api/v1/clients":              f.list,
		"GET /api/v1/clients/{id}":         f.get,
		"PATCH /api/v1/clients/{id}":       f.patch,
		"DELETE /api/v1/clients/{id}":      f.delete,
		"POST /api/v1/installers":          createInstaller,
		"POST /api/v1/sessions":            f.start,
		"DELETE /api/v1/sessions/{id}":     f.end,
		"GET /api/v1/sessions/{id}/{kind}": f.channel,
	} {
		mux.HandleFunc(pattern, f.signedIn(serve))
	}
	return mux
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func no(w http.ResponseWriter, status int, code wire.Code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(apiclient.Problem{Status: status, Code: code, Detail: detail, Hint: "This is a hint."})
}

func (f *fakeSite) signedIn(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, token := range f.tokens {
			if r.Header.Get("Authorization") == "Bearer "+token {
				serve(w, r)
				return
			}
		}
		no(w, 401, "signed_out", "You are not signed in.")
	}
}

func (f *fakeSite) login(w http.ResponseWriter, r *http.Request) {
	var in struct{ Name, Password string }
	_ = json.NewDecoder(r.Body).Decode(&in)
	if in.Password != "correct horse" {
		no(w, 401, "sign_in_failed", "The name or the password is wrong.")
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "__Host-jump", Value: in.Name, Secure: true, HttpOnly: true, Path: "/"})
	me(w, r)
}

func me(w http.ResponseWriter, _ *http.Request) {
	reply(w, 200, apiclient.Me{Name: "anna", Role: "admin", Permissions: []string{"view", "exec"}})
}

func (f *fakeSite) createToken(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie("__Host-jump"); err != nil || c.Value == "" || r.Header.Get("Origin") != f.URL {
		no(w, 401, "signed_out", "You are not signed in.")
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tokens["2"] = "jump_second"
	reply(w, 201, apiclient.Token{ID: "2", Name: "x", Token: "jump_second"})
}

func (f *fakeSite) deleteToken(w http.ResponseWriter, r *http.Request) {
	delete(f.tokens, r.PathValue("id"))
	w.WriteHeader(204)
}

// list gives one client a page, so that the pages are followed.
func (f *fakeSite) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	at, items := 0, []apiclient.Client{}
	for _, c := range f.clients {
		if strings.Contains(c.Name, q.Get("search")) && (q.Get("status") == "" || c.Status == q.Get("status")) && c.ID > q.Get("cursor") {
			items = append(items, c)
		}
	}
	next := ""
	if len(items) > 1 {
		items, next = items[:1], items[at].ID
	}
	reply(w, 200, map[string]any{"items": items, "next": next})
}

func (f *fakeSite) find(w http.ResponseWriter, r *http.Request) *apiclient.Client {
	for i := range f.clients {
		if f.clients[i].ID == r.PathValue("id") {
			return &f.clients[i]
		}
	}
	no(w, 404, wire.CodeClientGone, "The Jump Client does not exist.")
	return nil
}

func (f *fakeSite) get(w http.ResponseWriter, r *http.Request) {
	if c := f.find(w, r); c != nil {
		reply(w, 200, c)
	}
}

func (f *fakeSite) patch(w http.ResponseWriter, r *http.Request) {
	c := f.find(w, r)
	if c == nil {
		return
	}
	var in apiclient.Change
	_ = json.NewDecoder(r.Body).Decode(&in)
	for _, set := range []struct{ to, from *string }{{&c.Name, in.Name}, {&c.Tag, in.Tag}, {&c.Comments, in.Comments}, {&c.Group.Code, in.Group}} {
		if set.from != nil {
			*set.to = *set.from
		}
	}
	reply(w, 200, c)
}

func (f *fakeSite) delete(w http.ResponseWriter, r *http.Request) {
	if c := f.find(w, r); c != nil {
		f.clients = slices.DeleteFunc(f.clients, func(x apiclient.Client) bool { return x.ID == r.PathValue("id") })
		w.WriteHeader(204)
	}
}

func createInstaller(w http.ResponseWriter, r *http.Request) {
	var in apiclient.NewInstaller
	_ = json.NewDecoder(r.Body).Decode(&in)
	if in.ValidFor == "1m" {
		no(w, 422, "invalid", "The validity is too short.")
		return
	}
	reply(w, 201, apiclient.Installer{UID: "u1", KeyInfo: "keykeykey", Tag: in.Tag, MaxUses: in.MaxUses,
		ExpiresAt: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), Commands: map[string]string{"run": "jumpclient run --key-info keykeykey"}})
}

func (f *fakeSite) start(w http.ResponseWriter, r *http.Request) {
	var in struct {
		ClientID string `json:"client_id"`
	}
	_ = json.NewDecoder(r.Body).Decode(&in)
	if in.ClientID != online {
		no(w, 409, wire.CodeClientOffline, "The Jump Client is offline.")
		return
	}
	f.open["s1"] = in.ClientID
	reply(w, 201, apiclient.Session{ID: "s1", ClientID: in.ClientID})
}

func (f *fakeSite) end(w http.ResponseWriter, r *http.Request) {
	delete(f.open, r.PathValue("id"))
	w.WriteHeader(204)
}

func (f *fakeSite) channel(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{apiclient.Subprotocol}})
	if err != nil {
		return
	}
	f.mu.Unlock() // signedIn holds it; a conversation takes its time
	defer f.mu.Lock()
	conn := websocket.NetConn(r.Context(), ws, websocket.MessageBinary)
	defer conn.Close()
	in := wire.NewReader(conn, wire.MaxFrame)
	t, body, err := in.Next()
	if err != nil {
		return
	}
	switch t {
	case wire.TypeExecStart:
		var start wire.ExecStart
		if wire.Unmarshal(body, &start) == nil {
			fakeExec(ws, conn, in, start.Args)
		}
	case wire.TypeShellStart:
		_ = wire.Send(conn, wire.TypeOpened, wire.Opened{})
		echo(conn, in)
		_ = wire.Send(conn, wire.TypeExit, wire.Exit{Status: 7})
	case wire.TypeScreenStart:
		fakeScreen(conn, in, body)
	}
}

// fakeExec knows the programs cat, fail, missing and lost.
func fakeExec(ws *websocket.Conn, conn io.Writer, in *wire.Reader, args []string) {
	if args[0] == "denied" {
		_ = wire.Send(conn, wire.TypeRefused, wire.Refused{Code: wire.CodeDenied, Text: "A right is missing."})
		return
	}
	_ = wire.Send(conn, wire.TypeOpened, wire.Opened{Rights: wire.RightExec})
	_ = wire.Write(conn, wire.TypePing, []byte("12345678"))
	switch args[0] {
	case "cat":
		echo(conn, in)
		_ = wire.Send(conn, wire.TypeExit, wire.Exit{})
	case "fail":
		_ = wire.Write(conn, wire.TypeOutput, []byte("out\n"))
		_ = wire.Write(conn, wire.TypeErrors, []byte("err\n"))
		_ = wire.Send(conn, wire.TypeExit, wire.Exit{Status: 42})
	case "missing":
		_ = wire.Send(conn, wire.TypeExit, wire.Exit{Status: 127, Text: "missing: not found"})
	case "lost":
		ws.Close(4000, "M14")
	}
}

// fakeScreen shows two displays: the first is red, then approximately green,
// then exactly blue, one after the other as they are acknowledged; the second
// is white.
func fakeScreen(conn io.Writer, in *wire.Reader, body []byte) {
	var start wire.ScreenStart
	if wire.Unmarshal(body, &start) != nil || start.Codecs != 0 {
		_ = wire.Send(conn, wire.TypeRefused, wire.Refused{Code: wire.CodeUnsupported, Text: "Exact pixels only."})
		return
	}
	_ = wire.Send(conn, wire.TypeOpened, wire.Opened{Rights: wire.RightView})
	_ = wire.Send(conn, wire.TypeDisplays, wire.Displays{Format: frame.Version, Coding: wire.CodingNone, Epoch: 1, Displays: []wire.Display{
		{ID: 0, Width: 4, Height: 3, Primary: true}, {ID: 1, X: 4, Width: 2, Height: 2}}})
	_ = wire.Send(conn, wire.TypeNotice, wire.Notice{Code: wire.CodeScreenLost, Text: "The screen is being reopened."})
	for i, f := range []struct {
		display, flags uint8
		colour         uint32
	}{{0, 0, 0xff0000}, {1, frame.FlagExact, 0xffffff}, {0, 0, 0xff0000}, {0, 0, 0x00ff00}, {0, frame.FlagExact, 0x0000ff}} {
		size := image.Pt(4, 3)
		if f.display == 1 {
			size = image.Pt(2, 2)
		}
		plain := frame.AppendFill(nil, image.Rectangle{Max: size}, f.colour)
		h := frame.Header{Sequence: uint32(i + 1), Epoch: 1, Display: f.display, Flags: f.flags, Plain: uint32(len(plain)), Packed: uint32(len(plain))}
		_ = wire.Write(conn, wire.TypeFrame, append(h.Append(nil), plain...))
		t, body, err := in.Next()
		if ack, e := wire.ParseAck(body); err != nil || e != nil || t != wire.TypeAck || ack.Sequence != h.Sequence {
			return // the viewer is told nothing more, and fails
		}
	}
	_, _, _ = in.Next() // until the viewer leaves
}

// echo sends all input back until its end.
func echo(conn io.Writer, in *wire.Reader) {
	for {
		t, body, err := in.Next()
		if err != nil || t == wire.TypeInput && len(body) == 0 {
			return
		}
		if t == wire.TypeInput {
			_ = wire.Write(conn, wire.TypeOutput, body)
		}
	}
}
