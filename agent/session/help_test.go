package session_test

import (
	"context"
	"image"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"jump/agent/session"
	"jump/capture/capturetest"
	"jump/capture/decode"
	"jump/capture/encode"
	"jump/capture/frame"
	"jump/capture/video/videotest"
	"jump/platform/input"
	"jump/platform/program"
	"jump/platform/terminal"
	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

const allRights = wire.RightView | wire.RightControl | wire.RightShell | wire.RightExec | wire.RightFiles

// device writes down what is done to it.
type device struct {
	mu     sync.Mutex
	done   []any
	closed bool
	err    error         // what every call returns
	gate   chan struct{} // not nil: every call waits for it
}

type (
	pointed  struct{ x, y, buttons int }
	turned   struct{ dx, dy int }
	pressed  struct{ sym, usage uint32 }
	released struct{ sym, usage uint32 }
	typed    string
	letGo    struct{}
)

func (d *device) note(v any) error {
	if d.gate != nil {
		<-d.gate
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = append(d.done, v)
	return d.err
}

func (d *device) Pointer(x, y int, b uint16) error { return d.note(pointed{x, y, int(b)}) }
func (d *device) Wheel(dx, dy int) error           { return d.note(turned{dx, dy}) }
func (d *device) Text(s string) error              { return d.note(typed(s)) }
func (d *device) ReleaseAll() error                { return d.note(letGo{}) }
func (d *device) Key(sym uint32, usage uint16, down bool) error {
	if down {
		return d.note(pressed{sym, uint32(usage)})
	}
	return d.note(released{sym, uint32(usage)})
}
func (d *device) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	return nil
}

func (d *device) all() []any {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]any(nil), d.done...)
}

var quiet = slog.New(slog.DiscardHandler)

// host returns a machine with that screen and device.
func host(s *capturetest.Screen, d *device) *session.Host {
	return &session.Host{
		Ceiling: allRights, Capture: s.Open, Log: quiet,
		Input:    func() (input.Device, error) { return d, nil },
		Video:    slowVideo,
		Terminal: terminal.Start, Program: program.Start, Files: true,
	}
}

// slowVideo is an encoder that takes a while.
func slowVideo(_ wire.Codecs, ready func()) encode.Video {
	return &videotest.Video{Within: 7 * time.Millisecond, Ready: ready}
}

// begin lets a host serve a conversation and returns the site's end of it.
func begin(t *testing.T, h *session.Host, open *wire.Open) *peer {
	t.Helper()
	agent, site := tunnel(t)
	p := &peer{t: t, ended: make(chan struct{})}
	var err error
	if p.stream, err = site.Open(context.Background()); err != nil {
		t.Fatal(err)
	}
	p.write(wire.TypePing, make([]byte, 8)) // announces the stream
	s, err := agent.Accept(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := wire.NewReader(s, wire.MaxControl).Next(); err != nil {
		t.Fatal(err)
	}
	p.reader = wire.NewReader(p.stream, wire.MaxFrame)
	ctx, cancel := context.WithCancel(context.Background())
	p.stop = cancel
	go func() {
		defer close(p.ended)
		h.Serve(ctx, s, open)
	}()
	t.Cleanup(func() {
		cancel()
		<-p.ended
		agent.Close("test over")
	})
	return p
}

// The ends of a tunnel; a key takes longer than a short conversation.
var siteKey, agentKey, siteID = transporttest.Key("site"), transporttest.Key("agent"), transporttest.ID("site")

func tunnel(t *testing.T) (agent, site transport.Tunnel) {
	t.Helper()
	n := transporttest.NewNetwork()
	l, err := n.Listen(siteKey)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if agent, err = n.Dialer(agentKey, siteID).Dial(context.Background()); err != nil {
		t.Fatal(err)
	}
	if site, err = l.Accept(context.Background()); err != nil {
		t.Fatal(err)
	}
	return agent, site
}

// peer is the representative's side.
type peer struct {
	t      *testing.T
	stream transport.Stream
	reader *wire.Reader
	stop   func()        // as when the agent ends
	ended  chan struct{} // closed when Serve has returned
	seen   *decode.Decoder
	layout wire.Displays
	pause  func() // before each message is read; nil: none
	films  int    // pictures of films that were drawn
}

func (p *peer) send(typ wire.Type, v any) {
	p.t.Helper()
	if err := wire.Send(p.stream, typ, v); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) write(typ wire.Type, body []byte) {
	p.t.Helper()
	if err := wire.Write(p.stream, typ, body); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) next() (wire.Type, []byte) {
	p.t.Helper()
	typ, body, err := p.reader.Next()
	if err != nil {
		p.t.Fatalf("read: %v", err)
	}
	return typ, body
}

// expect reads one message of that type.
func (p *peer) expect(want wire.Type, v any) {
	p.t.Helper()
	typ, body := p.next()
	if typ != want {
		p.t.Fatalf("message 0x%02x, want 0x%02x: %q", uint8(typ), uint8(want), body)
	}
	if err := wire.Unmarshal(body, v); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) opened() wire.Rights {
	p.t.Helper()
	var o wire.Opened
	p.expect(wire.TypeOpened, &o)
	return o.Rights
}

func (p *peer) refused() wire.Refused {
	p.t.Helper()
	var r wire.Refused
	p.expect(wire.TypeRefused, &r)
	if _, _, err := p.reader.Next(); err != io.EOF {
		p.t.Fatalf("after the refusal: %v", err)
	}
	p.stream.Close()
	<-p.ended
	return r
}

// hang waits until the stream ends, whatever still comes.
func (p *peer) hang() {
	for {
		if _, _, err := p.reader.Next(); err != nil {
			<-p.ended
			return
		}
	}
}

// watch reads one message and does what a viewer does; it returns its type.
func (p *peer) watch() wire.Type {
	p.t.Helper()
	if p.pause != nil {
		p.pause()
	}
	typ, body := p.next()
	switch typ {
	case wire.TypeDisplays:
		if err := wire.Unmarshal(body, &p.layout); err != nil {
			p.t.Fatal(err)
		}
		d, err := decode.New(&p.layout)
		if err != nil {
			p.t.Fatal(err)
		}
		player := &videotest.Player{}
		d.SetFilms(func(display uint8, u frame.Unit, to *image.RGBA) error {
			p.films++
			return player.Draw(display, u, to)
		})
		p.seen = d
	case wire.TypeFrame:
		if err := p.seen.Frame(body); err != nil {
			p.t.Fatal(err)
		}
		p.write(wire.TypeAck, wire.Ack{Sequence: p.seen.Last().Sequence}.Append(nil))
	}
	return typ
}

// until watches until the condition holds.
func (p *peer) until(what string, done func() bool) {
	p.t.Helper()
	if err := p.stream.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		p.t.Fatal(err)
	}
	for !done() {
		p.watch()
	}
	if err := p.stream.SetDeadline(time.Time{}); err != nil {
		p.t.Fatal(err)
	}
}

// shows reports whether the viewer has, exactly, what is on the screen.
func (p *peer) shows(s interface {
	Picture(r image.Rectangle) []uint32
}) bool {
	if p.seen == nil {
		return false
	}
	for _, d := range p.layout.Displays {
		at := image.Pt(int(d.X), int(d.Y))
		want := s.Picture(image.Rectangle{Min: at, Max: at.Add(image.Pt(int(d.Width), int(d.Height)))})
		if !p.seen.Exact(d.ID) || len(want) != int(d.Width)*int(d.Height) {
			return false
		}
		for i, w := range want {
			if p.seen.At(d.ID, i%int(d.Width), i/int(d.Width)) != w {
				return false
			}
		}
	}
	return true
}

func screenOpen(rights wire.Rights, o wire.ScreenOptions) *wire.Open {
	return &wire.Open{Kind: wire.KindScreen, Session: "s1", Representative: "anna", Rights: rights,
		Screen: &wire.ScreenStart{Format: frame.Version, Codings: []wire.Coding{99, wire.CodingZstd}, Codecs: wire.CodecJPEG, Options: o}}
}

func shellOpen() *wire.Open {
	return &wire.Open{Kind: wire.KindShell, Rights: allRights, Shell: &wire.ShellStart{Columns: 80, Rows: 24, Term: "vt100"}}
}

func execOpen(args ...string) *wire.Open {
	return &wire.Open{Kind: wire.KindExec, Rights: allRights, Exec: &wire.ExecStart{Args: args}}
}
