package agent

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jump/agent/config"
	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// peer is an agent's tunnel at the site.
type peer struct {
	t *testing.T
	transport.Tunnel
	control transport.Stream
	reader  *wire.Reader
	hello   wire.Hello
}

// outcome is what Run returned.
type outcome struct {
	reason Reason
	err    error
}

// running is an agent under test.
type running struct {
	t       *testing.T
	net     *transporttest.Network
	options Options
	stop    context.CancelFunc
	ended   chan outcome
	site    transport.Listener // nil: away

	mu       sync.Mutex
	presence []Presence
	kept     config.Learned
}

// start runs an agent in the bubble of t, with defaults that change may change.
func start(t *testing.T, change func(*Options)) *running {
	t.Helper()
	r := &running{t: t, net: transporttest.NewNetwork(), ended: make(chan outcome, 1)}
	r.listen()
	r.run(change)
	return r
}

// startAway is start while the site is away.
func startAway(t *testing.T) *running {
	t.Helper()
	r := &running{t: t, net: transporttest.NewNetwork(), ended: make(chan outcome, 1)}
	r.run(nil)
	return r
}

func (r *running) listen() {
	l, err := r.net.Listen(transporttest.Key("site"))
	if err != nil {
		r.t.Fatal(err)
	}
	r.site = l
}

// away lets nobody answer any more, until next.
func (r *running) away() {
	r.site.Close()
	r.site = nil
}

func (r *running) run(change func(*Options)) {
	t := r.t
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r.stop = cancel
	r.options = Options{
		Dialer:       r.net.Dialer(transporttest.Key("agent"), transporttest.ID("site")),
		Key:          transporttest.Key("agent"),
		Version:      "1.2.3",
		Capabilities: []wire.Kind{wire.KindExec},
		Serve:        func(context.Context, transport.Stream, *wire.Open) {},
		Status:       func(context.Context) wire.Status { return wire.Status{Hostname: "pc"} },
		Keep:         r.keep,
		Report:       r.report,
	}
	if change != nil {
		change(&r.options)
	}
	go func() {
		reason, err := Run(ctx, r.options)
		r.ended <- outcome{reason, err}
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-r.ended:
		case <-time.After(time.Minute):
			t.Error("the agent does not end")
		}
	})
}

func (r *running) keep(l config.Learned) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept = l
	return nil
}

func (r *running) report(p Presence) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.presence = append(r.presence, p)
}

func (r *running) learned() config.Learned {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept
}

func (r *running) reports() []Presence {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Presence(nil), r.presence...)
}

// result waits for the end of Run.
func (r *running) result() outcome {
	o := <-r.ended
	r.ended <- o // for Cleanup
	return o
}

// next waits until an agent has come, and reads its Hello.
func (r *running) next() *peer {
	r.t.Helper()
	if r.site == nil {
		r.listen()
	}
	tunnel, err := r.site.Accept(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	p := &peer{t: r.t, Tunnel: tunnel}
	r.t.Cleanup(func() { p.Close("test over") })
	if p.control, err = p.Accept(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	p.reader = wire.NewReader(p.control, wire.MaxControl)
	p.read(wire.TypeHello, &p.hello)
	return p
}

// welcomed is next, and a Welcome.
func (r *running) welcomed(s wire.Settings) *peer {
	r.t.Helper()
	p := r.next()
	p.send(wire.TypeWelcome, wire.Welcome{Protocol: 1, Version: "1", Name: "the pc", Settings: s, Join: &wire.Join{Counter: 5, MAC: []byte("mac")}})
	return p
}

func (p *peer) send(kind wire.Type, v any) {
	p.t.Helper()
	if err := wire.Send(p.control, kind, v); err != nil {
		p.t.Errorf("send 0x%02x: %v", uint8(kind), err)
	}
}

func (p *peer) raw(b []byte) {
	p.t.Helper()
	if _, err := p.control.Write(b); err != nil {
		p.t.Errorf("write: %v", err)
	}
}

// read waits for a message of that type, answers pings and skips the rest.
func (p *peer) read(want wire.Type, v any) {
	p.t.Helper()
	for {
		kind, body, err := p.reader.Next()
		if err != nil {
			p.t.Fatalf("waiting for 0x%02x: %v", uint8(want), err)
		}
		if kind == wire.TypePing && want != wire.TypePing {
			wire.Write(p.control, wire.TypePong, body)
		}
		if kind != want {
			continue
		}
		if v != nil {
			if err := wire.Unmarshal(body, v); err != nil {
				p.t.Fatal(err)
			}
		}
		return
	}
}

// answer answers pings until the tunnel ends or the site falls silent.
func (p *peer) answer() {
	go func() {
		for {
			kind, body, err := p.reader.Next()
			if err != nil {
				return
			}
			if kind == wire.TypePing && wire.Write(p.control, wire.TypePong, body) != nil {
				return
			}
		}
	}()
}

// gone waits for the end of the tunnel and returns why, and after how long.
func (p *peer) gone() (time.Duration, string) {
	start := time.Now()
	<-p.Context().Done()
	return time.Since(start), context.Cause(p.Context()).Error()
}

// open begins a conversation with these bytes.
func (p *peer) open(first []byte) transport.Stream {
	p.t.Helper()
	s, err := p.Tunnel.Open(p.t.Context())
	if err == nil {
		_, err = s.Write(first)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { s.Close() })
	return s
}

// exec is an Open that every agent under test understands.
func exec(t *testing.T, args ...string) []byte {
	t.Helper()
	body, err := wire.Marshal(wire.Open{Kind: wire.KindExec, Session: "s", Rights: wire.RightExec, Exec: &wire.ExecStart{Args: args}})
	if err != nil {
		t.Fatal(err)
	}
	return wire.Append(nil, wire.TypeOpen, body)
}

// refusal reads a Refused and the end of the stream.
func refusal(t *testing.T, s transport.Stream) wire.Refused {
	t.Helper()
	kind, body, err := wire.NewReader(s, wire.MaxControl).Next()
	var r wire.Refused
	if err == nil {
		err = wire.Unmarshal(body, &r)
	}
	if err != nil || kind != wire.TypeRefused {
		t.Fatalf("type 0x%02x, %v; want Refused", uint8(kind), err)
	}
	if n, err := s.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("after Refused: %d bytes, %v", n, err)
	}
	return r
}

// bubble runs a test in simulated time.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}
