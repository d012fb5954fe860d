package sitetest

import (
	"context"
	"crypto/ed25519"
	"sync"
	"testing"
	"time"

	"jump/installer/stamp"
	"jump/site/bus"
	"jump/site/clients"
	"jump/site/deploy"
	"jump/site/store"
	"jump/transport"
	"jump/transport/quic"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// Agent is a small Jump Client: it enrols over QUIC, says one status, and holds
// conversations with Serve.
type Agent struct {
	ID      wire.ID
	Tunnel  transport.Tunnel
	Goodbye chan struct{} // closed when the site has said so

	control transport.Stream
	mu      sync.Mutex // of writes to control
}

// Serve answers one conversation after Open was read.
type Serve func(s transport.Stream, open *wire.Open)

// Join enrols an agent with the key transporttest.Key(name) and the hostname
// name, in a group ("" is general), and returns when the site shows it as
// online. Nil is Echo. The agent ends with the test.
func (s *Site) Join(t testing.TB, name, group string, serve Serve) *Agent {
	t.Helper()
	if serve == nil {
		serve = Echo
	}
	key := s.Key(t, deploy.Request{Group: group, CreatedBy: Admin})
	a := dial(t, key, transporttest.Key(name))
	events := s.Bus.Subscribe(t.Context())
	a.enrol(t, key, wire.Status{Hostname: name, System: "linux", Screen: true})
	var all sync.WaitGroup
	all.Go(func() { a.accept(&all, serve) })
	all.Go(a.listen)
	t.Cleanup(func() {
		a.Tunnel.Close("the test is over")
		all.Wait()
	})
	await(t, events, a.ID, store.StateOnline)
	return a
}

// Key makes a deployment key.
func (s *Site) Key(t testing.TB, r deploy.Request) stamp.Key {
	t.Helper()
	made, err := s.Keys.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	key, err := stamp.Parse(made.Info)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func dial(t testing.TB, key stamp.Key, own ed25519.PrivateKey) *Agent {
	t.Helper()
	d, err := quic.NewDialer(quic.Config{Host: key.Host, Port: key.Port, Site: key.Site, Key: own})
	if err != nil {
		t.Fatal(err)
	}
	tunnel, err := d.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &Agent{ID: wire.IDOf(own.Public().(ed25519.PublicKey)), Tunnel: tunnel, Goodbye: make(chan struct{})}
}

// enrol sends Hello and waits for Welcome.
func (a *Agent) enrol(t testing.TB, key stamp.Key, status wire.Status) {
	t.Helper()
	var err error
	if a.control, err = a.Tunnel.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := wire.EnrolmentText(key.ID[:], a.ID, a.Tunnel.Peer().Binding)
	err = wire.Send(a.control, wire.TypeHello, &wire.Hello{
		Protocol: wire.Version, Version: "0.0.0", Status: status,
		Capabilities: []wire.Kind{wire.KindScreen, wire.KindShell, wire.KindExec},
		Enrolment:    &wire.Enrolment{KeyID: key.ID[:], Signature: ed25519.Sign(key.Signer(), text)},
	})
	if err != nil {
		t.Fatal(err)
	}
	kind, body, err := wire.NewReader(a.control, wire.MaxControl).Next()
	if err != nil || kind != wire.TypeWelcome {
		t.Fatalf("the answer to Hello is 0x%02x %q, %v", uint8(kind), body, err)
	}
}

// Say sends another status.
func (a *Agent) Say(t testing.TB, status wire.Status) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := wire.Send(a.control, wire.TypeStatus, &status); err != nil {
		t.Fatal(err)
	}
}

// listen answers the site's pings, until the site says goodbye.
func (a *Agent) listen() {
	r := wire.NewReader(a.control, wire.MaxControl)
	for {
		kind, body, err := r.Next()
		if err != nil {
			return
		}
		switch kind {
		case wire.TypeGoodbye:
			close(a.Goodbye)
			a.Tunnel.Close("goodbye")
			return
		case wire.TypePing:
			a.mu.Lock()
			wire.Write(a.control, wire.TypePong, body)
			a.mu.Unlock()
		}
	}
}

func (a *Agent) accept(all *sync.WaitGroup, serve Serve) {
	for {
		stream, err := a.Tunnel.Accept(context.Background())
		if err != nil {
			return
		}
		all.Go(func() {
			defer stream.Close()
			kind, body, err := wire.NewReader(stream, wire.MaxControl).Next()
			open := &wire.Open{}
			if err == nil && kind == wire.TypeOpen && wire.Unmarshal(body, open) == nil {
				serve(stream, open)
			}
		})
	}
}

// Echo grants what was asked for and sends every message back as it came.
func Echo(s transport.Stream, open *wire.Open) {
	if wire.Send(s, wire.TypeOpened, &wire.Opened{Rights: open.Rights}) != nil {
		return
	}
	r := wire.NewReader(s, wire.MaxFrame)
	for {
		kind, body, err := r.Next()
		if err != nil || wire.Write(s, kind, body) != nil {
			return
		}
	}
}

// await waits until the site says that a client has a state.
func await(t testing.TB, events <-chan bus.Event, id wire.ID, state store.State) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		select {
		case e := <-events:
			if c, ok := e.Data.(clients.Client); ok && c.ID == id && c.State() == state {
				return
			}
		case <-limit:
			t.Fatalf("the client %s does not become %s", id, state)
		}
	}
}

// Leave closes an agent's tunnel and returns when the site shows it as offline.
func (s *Site) Leave(t testing.TB, a *Agent) {
	t.Helper()
	events := s.Bus.Subscribe(t.Context())
	a.Tunnel.Close("switched off")
	await(t, events, a.ID, store.StateOffline)
}
