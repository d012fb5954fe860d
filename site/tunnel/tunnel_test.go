package tunnel

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jump/installer/stamp"
	"jump/site/bus"
	"jump/site/clients"
	"jump/site/deploy"
	"jump/site/store"
	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// site is a whole site as far as tunnels go, on a network in memory.
type site struct {
	t       *testing.T
	store   *store.Store
	bus     bus.Local
	keys    *deploy.Keys
	clients *clients.Registry
	server  *Server
	network *transporttest.Network
	dialer  func(agent ed25519.PrivateKey) transport.Dialer
	stop    func() // and wait
}

// start runs a site in the bubble of t; it ends with the test.
func start(t *testing.T) *site {
	t.Helper()
	network := transporttest.NewNetwork()
	listener, err := network.Listen(transporttest.Key("site"))
	if err != nil {
		t.Fatal(err)
	}
	s := startOn(t, listener)
	s.network = network
	s.dialer = func(agent ed25519.PrivateKey) transport.Dialer {
		return network.Dialer(agent, transporttest.ID("site"))
	}
	return s
}

// startOn runs a site whose tunnels come from that listener.
func startOn(t *testing.T, l transport.Listener) *site {
	t.Helper()
	s := &site{t: t}
	s.open(filepath.Join(t.TempDir(), "site.db"))
	identity := transporttest.Key("site")
	var err error
	if s.keys, err = deploy.New(s.store, identity.Public().(ed25519.PublicKey), "https://site.example:443"); err != nil {
		t.Fatal(err)
	}
	s.server = NewServer(Config{Clients: s.clients, Keys: s.keys, Identity: identity, Version: "1.2.3",
		Settings: wire.Settings{StatusEvery: 30}, Log: testLog(t)})
	s.serve(l)
	return s
}

func (s *site) open(path string) {
	var err error
	if s.store, err = store.Open(s.t.Context(), path); err != nil {
		s.t.Fatal(err)
	}
	if s.clients, err = clients.New(s.t.Context(), s.store, &s.bus, testLog(s.t)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) serve(listener transport.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := s.server.Serve(ctx, listener); err != nil {
			s.t.Error(err)
		}
	})
	wait.Go(func() {
		if err := s.clients.Run(ctx); err != nil {
			s.t.Error(err)
		}
	})
	s.stop = sync.OnceFunc(func() {
		cancel()
		wait.Wait()
	})
	s.t.Cleanup(func() {
		s.stop()
		if err := s.store.Close(); err != nil {
			s.t.Error(err)
		}
	})
}

func (s *site) key(r deploy.Request) deploy.Created {
	s.t.Helper()
	made, err := s.keys.Create(s.t.Context(), r)
	if err != nil {
		s.t.Fatal(err)
	}
	return made
}

// agent is the other end of a tunnel, as the protocol's text has it.
type agent struct {
	t       *testing.T
	id      wire.ID
	tunnel  transport.Tunnel
	control transport.Stream
	reader  *wire.Reader
}

func (s *site) dial(name string) *agent {
	s.t.Helper()
	tunnel, err := s.dialer(transporttest.Key(name)).Dial(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	control, err := tunnel.Open(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { tunnel.Close("the test is over") })
	return &agent{s.t, transporttest.ID(name), tunnel, control, wire.NewReader(control, wire.MaxControl)}
}

// hello returns a Hello, with an enrolment if info is not empty.
func (a *agent) hello(info string) *wire.Hello {
	a.t.Helper()
	h := &wire.Hello{Protocol: wire.Version, Version: "1.0.0", Status: wire.Status{Hostname: "pc", Screen: true},
		Capabilities: []wire.Kind{wire.KindScreen, wire.KindShell, wire.KindExec}}
	if info == "" {
		return h
	}
	key, err := stamp.Parse(info)
	if err != nil {
		a.t.Fatal(err)
	}
	text := wire.EnrolmentText(key.ID[:], a.id, a.tunnel.Peer().Binding)
	h.Enrolment = &wire.Enrolment{KeyID: key.ID[:], Signature: ed25519.Sign(key.Signer(), text)}
	return h
}

func (a *agent) send(kind wire.Type, v any) {
	a.t.Helper()
	if err := wire.Send(a.control, kind, v); err != nil {
		a.t.Fatal(err)
	}
}

// next reads a message into v, which must be of that type.
func (a *agent) next(want wire.Type, v any) {
	a.t.Helper()
	kind, body, err := a.reader.Next()
	if err != nil || kind != want {
		a.t.Fatalf("got type 0x%02x, %v; want 0x%02x", uint8(kind), err, uint8(want))
	}
	if err := wire.Unmarshal(body, v); err != nil {
		a.t.Fatal(err)
	}
}

func (a *agent) welcome(h *wire.Hello) wire.Welcome {
	a.t.Helper()
	a.send(wire.TypeHello, h)
	var w wire.Welcome
	a.next(wire.TypeWelcome, &w)
	return w
}

func (a *agent) refused(h *wire.Hello) wire.Refused {
	a.t.Helper()
	a.send(wire.TypeHello, h)
	var r wire.Refused
	a.next(wire.TypeRefused, &r)
	a.tunnel.Close("refused")
	return r
}

// connect enrols an agent of that name.
func (s *site) connect(name string) (*agent, wire.Welcome) {
	s.t.Helper()
	a := s.dial(name)
	return a, a.welcome(a.hello(s.key(deploy.Request{}).Info))
}

func (s *site) get(id wire.ID) clients.Client {
	s.t.Helper()
	c, err := s.clients.Get(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// bubble runs a test with simulated time. The site is stopped inside of it.
func bubble(t *testing.T, f func(t *testing.T, s *site)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, start(t)) })
}

func TestEnrol(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		info := s.key(deploy.Request{Name: "Reception", Tag: "lobby", MaxUses: 1}).Info
		a := s.dial("one")
		w := a.welcome(a.hello(info))
		if w.Name != "Reception" || w.Version != "1.2.3" || w.Settings.StatusEvery != 30 || w.Join.Counter != 1 || w.Protocol != 1 {
			t.Errorf("welcome %+v", w)
		}
		if c := s.get(a.id); c.State() != store.StateOnline || len(c.Channels()) != 3 || c.Tag != "lobby" {
			t.Errorf("client %+v", c)
		}
		a.tunnel.Close("network lost")
		synctest.Wait()
		again := s.dial("one")
		again.welcome(again.hello(info)) // its first Welcome never arrived, say
		if keys, err := s.keys.List(t.Context()); err != nil || keys[0].Uses != 1 {
			t.Errorf("keys %+v, %v", keys, err)
		}
		if page, err := s.clients.List(t.Context(), store.Query{}); err != nil || page.Counts.Total != 1 {
			t.Errorf("clients %+v, %v", page, err)
		}
	})
}

func TestRefusals(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		good, revoked := s.key(deploy.Request{}), s.key(deploy.Request{})
		once := s.key(deploy.Request{MaxUses: 1, Overrides: []string{}})
		short := s.key(deploy.Request{ValidFor: 10 * time.Minute})
		if err := s.keys.Revoke(t.Context(), revoked.UID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		wish := s.dial("wish")
		overriding := wish.hello(once.Info)
		overriding.Enrolment.Wishes.Tag = "other"
		if r := wish.refused(overriding); r.Code != wire.CodeOverride || !r.Final || r.Hint == "" {
			t.Errorf("override: %+v", r)
		}
		first := s.dial("first")
		stolen := first.hello(once.Info)
		first.welcome(stolen)
		for _, c := range []struct {
			name  string
			hello func(a *agent) *wire.Hello
			want  wire.Code
		}{
			{"no key", func(a *agent) *wire.Hello { return a.hello("") }, wire.CodeNotEnrolled},
			{"used up", func(a *agent) *wire.Hello { return a.hello(once.Info) }, wire.CodeKeyUsedUp},
			{"revoked", func(a *agent) *wire.Hello { return a.hello(revoked.Info) }, wire.CodeKeyRevoked},
			{"expired", func(a *agent) *wire.Hello { return a.hello(short.Info) }, wire.CodeKeyExpired},
			{"replayed", func(*agent) *wire.Hello { return stolen }, wire.CodeKeyUnknown},
			{"name too long", func(a *agent) *wire.Hello {
				h := a.hello(good.Info)
				h.Enrolment.Wishes.Name = string(make([]rune, wire.MaxName+1))
				return h
			}, wire.CodeMalformed},
			{"protocol 0", func(a *agent) *wire.Hello { h := a.hello(good.Info); h.Protocol = 0; return h }, wire.CodeMalformed},
		} {
			a := s.dial(c.name)
			if r := a.refused(c.hello(a)); r.Code != c.want {
				t.Errorf("%s: %+v", c.name, r)
			}
		}
		if page, err := s.clients.List(t.Context(), store.Query{}); err != nil || page.Counts.Total != 1 {
			t.Errorf("clients %+v, %v", page, err)
		}
	})
}

// TestUsedUpRace: as many get in as the key says, however many try at once.
func TestUsedUpRace(t *testing.T) {
	const uses = 20
	bubble(t, func(t *testing.T, s *site) {
		info := s.key(deploy.Request{MaxUses: uses}).Info
		var mu sync.Mutex
		answers := map[wire.Type]int{}
		var wait sync.WaitGroup
		for i := range uses + 1 {
			a := s.dial(string(rune('a' + i)))
			wait.Go(func() {
				a.send(wire.TypeHello, a.hello(info))
				kind, _, err := a.reader.Next()
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				answers[kind]++
			})
		}
		wait.Wait()
		if answers[wire.TypeWelcome] != uses || answers[wire.TypeRefused] != 1 {
			t.Errorf("answers %v", answers)
		}
	})
}

func TestMalformedHello(t *testing.T) {
	for name, bytes := range map[string][]byte{
		"no CBOR":       wire.Append(nil, wire.TypeHello, []byte("GET / HTTP/1.1")),
		"empty":         wire.Append(nil, wire.TypeHello, nil),
		"another type":  wire.Append(nil, wire.TypeStatus, []byte{0xa0}),
		"too long":      wire.AppendHeader(nil, wire.TypeHello, wire.MaxControl+1),
		"not text":      wire.Append(nil, wire.TypeHello, []byte("\xa2\x01\x01\x02\x61\xff")),
		"bomb of pairs": wire.Append(nil, wire.TypeHello, []byte("\xbb\xff\xff\xff\xff\xff\xff\xff\xff")),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, s *site) {
				a := s.dial("one")
				if _, err := a.control.Write(bytes); err != nil {
					t.Fatal(err)
				}
				var r wire.Refused
				a.next(wire.TypeRefused, &r)
				if r.Code != wire.CodeMalformed {
					t.Errorf("refused %+v", r)
				}
				<-a.tunnel.Context().Done() // though this side does not close it
			})
		})
	}
}

// TestSilentHandshake: who says nothing is dropped after ten seconds, with or
// without a control stream.
func TestSilentHandshake(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		began := time.Now()
		mute, slow := s.dial("mute"), s.dial("slow")
		if _, err := slow.control.Write([]byte{byte(wire.TypeHello), 0}); err != nil {
			t.Fatal(err)
		}
		<-mute.tunnel.Context().Done()
		if took := time.Since(began); took != helloTimeout {
			t.Errorf("closed after %v", took)
		}
		<-slow.tunnel.Context().Done()
		if took := time.Since(began); took > helloTimeout+lingerTimeout {
			t.Errorf("closed after %v", took)
		}
	})
}

func TestGate(t *testing.T) {
	g := gate{total: 3, each: 2, inside: map[string]int{}}
	for i, c := range []struct {
		from string
		want bool
	}{{"a", true}, {"a", true}, {"a", false}, {"b", true}, {"c", false}} {
		if got := g.enter(c.from); got != c.want {
			t.Errorf("%d: %s enters: %v", i, c.from, got)
		}
	}
	g.leave("a")
	if !g.enter("c") || len(g.inside) != 3 {
		t.Errorf("after one left: %v", g.inside)
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string][2]string{
		"203.0.113.9:5":          {"203.0.113.9", "203.0.113.9"},
		"[::ffff:203.0.113.9]:5": {"203.0.113.9", "203.0.113.9"},
		"[2001:db8::1]:5":        {"2001:db8::1", "2001:db8::/64"},
		"[fe80::1%eth0]:5":       {"fe80::1", "fe80::/64"},
		"somewhere":              {"", ""},
	} {
		if got := address(text(in)); got != want[0] || network(got) != want[1] {
			t.Errorf("%s: %q, %q", in, got, network(got))
		}
	}
	if address(nil) != "" {
		t.Error("no address has one")
	}
}

type text string

func (text) Network() string  { return "udp" }
func (s text) String() string { return string(s) }

func TestJoinKey(t *testing.T) {
	k := newJoinKey(transporttest.Key("site"))
	one, two := transporttest.ID("one"), transporttest.ID("two")
	j := k.issue(one, 7)
	for name, c := range map[string]struct {
		id   wire.ID
		j    *wire.Join
		want uint64
	}{
		"own": {one, j, 7}, "another's": {two, j, 0}, "none": {one, nil, 0},
		"raised": {one, &wire.Join{Counter: 8, MAC: j.MAC}, 0}, "no MAC": {one, &wire.Join{Counter: 7}, 0},
	} {
		if got := k.check(c.id, c.j); got != c.want {
			t.Errorf("%s: %d", name, got)
		}
	}
	if newJoinKey(transporttest.Key("other")).check(one, j) != 0 {
		t.Error("another site accepts it")
	}
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil && !errors.Is(err, transport.ErrClosed) {
		t.Fatal(err)
	}
	return string(b)
}
