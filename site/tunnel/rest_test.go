package tunnel

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"jump/site/store"
	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// listens is how an agent under test says that it can be called.
var listens = &wire.Reach{Allowed: true, Port: 5832, Addresses: []string{"10.0.0.7"}}

// calls lets the site call agents on a network of their own, on which they are
// the ones that listen. It must come before anything else.
func (s *site) calls() *transporttest.Network {
	s.t.Helper()
	n := transporttest.NewNetwork()
	c := NewCaller(func(ctx context.Context, agent wire.ID, _ netip.AddrPort) (transport.Tunnel, error) {
		return n.Dialer(transporttest.Key("site"), agent).Dial(ctx)
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.server.Serve(ctx, c) }()
	s.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Error(err)
		}
	})
	s.clients.CallWith(c)
	return n
}

// passive makes a client passive, which has said how it can be called.
func (s *site) passive(name string) (*agent, *wire.Join) {
	s.t.Helper()
	a, w := s.connect(name)
	a.send(wire.TypeReach, listens)
	disk := a.keeps(w)
	yes := true
	if _, err := s.clients.Update(s.t.Context(), a.id, store.Change{Passive: &yes}); err != nil {
		s.t.Fatal(err)
	}
	var told wire.Settings
	if a.next(wire.TypeSettings, &told); !told.Passive {
		s.t.Fatalf("told %+v", told)
	}
	return a, disk
}

// letGo waits until the site sends a passive agent away, and returns for how
// long the tunnel stood.
func (a *agent) letGo() time.Duration {
	a.t.Helper()
	start := time.Now()
	for {
		kind, body, err := a.pong()
		var bye wire.Goodbye
		switch {
		case err != nil:
			a.t.Fatal(err)
		case kind != wire.TypeGoodbye:
			continue
		}
		if err := wire.Unmarshal(body, &bye); err != nil || bye.Code != wire.CodeCheckedIn {
			a.t.Fatalf("goodbye %+v, %v", bye, err)
		}
		if every := time.Duration(bye.RetryAfter) * time.Second; every < 13*time.Minute || every > 17*time.Minute {
			a.t.Errorf("come again in %v", every)
		}
		stood := time.Since(start)
		a.tunnel.Close("checked in")
		synctest.Wait()
		return stood
	}
}

// answers is an agent that takes one call: Hello, then one conversation.
func (s *site) answers(n *transporttest.Network, name string, disk *wire.Join) <-chan *agent {
	s.t.Helper()
	l, err := n.Listen(transporttest.Key(name))
	if err != nil {
		s.t.Fatal(err)
	}
	got := make(chan *agent, 1)
	go func() {
		defer l.Close()
		tunnel, err := l.Accept(s.t.Context())
		if err != nil {
			return
		}
		control, err := tunnel.Open(s.t.Context())
		if err != nil {
			s.t.Error(err)
			return
		}
		a := &agent{s.t, transporttest.ID(name), tunnel, control, wire.NewReader(control, wire.MaxControl)}
		h := a.hello("")
		h.Join, h.Reach = disk, listens
		a.keeps(a.welcome(h))
		got <- a
		if stream, err := tunnel.Accept(s.t.Context()); err == nil {
			wire.Send(stream, wire.TypeOpened, wire.Opened{Rights: wire.RightShell})
		}
	}()
	return got
}

var shell = &wire.Open{Kind: wire.KindShell, Session: "s", Rights: wire.RightShell, Shell: &wire.ShellStart{Columns: 80, Rows: 24}}

// TestPassive: the tunnel of a passive client goes, a conversation comes
// through by a call, and the tunnel stays for a while after it.
func TestPassive(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		n := s.calls()
		a, disk := s.passive("one")
		if stood := a.letGo(); stood > 2*checkInTime {
			t.Errorf("the tunnel stood for %v", stood)
		}
		if c := s.get(a.id); c.State() != store.StatePassive || c.Online || len(c.Channels()) == 0 {
			t.Fatalf("shown as %v: %+v", c.State(), c)
		}
		called := s.answers(n, "one", disk)
		stream, _, err := s.clients.Open(t.Context(), a.id, shell)
		if err != nil {
			t.Fatal(err)
		}
		b := <-called
		if c := s.get(a.id); len(c.Copies) != 1 || c.Sessions != 1 {
			t.Errorf("by a call: %+v", c)
		}
		go func() {
			<-time.After(time.Hour)
			stream.Close()
		}()
		if stood := b.letGo() - time.Hour; stood < restAfter || stood > restAfter+5*time.Second {
			t.Errorf("the tunnel stood for %v after the conversation", stood)
		}
	})
}

// TestNotReached: message M15, in the time that it takes; and the client that
// comes by itself meanwhile is the one.
func TestNotReached(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		s.calls()
		a, disk := s.passive("one")
		a.letGo()
		start := time.Now()
		_, _, err := s.clients.Open(t.Context(), a.id, shell)
		var refused *wire.Refused
		if took := time.Since(start); !errors.As(err, &refused) || refused.Code != wire.CodeTimeout || took > 15*time.Second {
			t.Errorf("nobody answered: %v after %v", err, took)
		}
		go func() {
			<-time.After(time.Second)
			b := s.dial("one")
			h := b.hello("")
			h.Join, h.Reach = disk, listens
			b.welcome(h)
			if stream, err := b.tunnel.Accept(t.Context()); err == nil {
				wire.Send(stream, wire.TypeOpened, wire.Opened{Rights: wire.RightShell})
			}
		}()
		stream, _, err := s.clients.Open(t.Context(), a.id, shell)
		if err != nil {
			t.Fatalf("it came by itself: %v", err)
		}
		stream.Close()
	})
}

// TestOrderedActive: a client is called to be told that it is active.
func TestOrderedActive(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		n := s.calls()
		a, disk := s.passive("one")
		a.letGo()
		called := s.answers(n, "one", disk)
		no := false
		if _, err := s.clients.Update(t.Context(), a.id, store.Change{Passive: &no}); err != nil {
			t.Fatal(err)
		}
		b := <-called
		synctest.Wait()
		go b.pong()
		<-time.After(2 * restAfter)
		if c := s.get(a.id); c.State() != store.StateOnline || !c.Online {
			t.Errorf("shown as %v", c.State())
		}
	})
}

// TestAbsent: who does not check in three times is offline, and M8.
func TestAbsent(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		s.calls()
		a, _ := s.passive("one")
		a.letGo()
		<-time.After(3 * wire.DefaultCheckIn)
		if c := s.get(a.id); c.State() != store.StatePassive {
			t.Errorf("too early: %v", c.State())
		}
		<-time.After(2 * time.Minute)
		if c := s.get(a.id); c.State() != store.StateOffline {
			t.Errorf("too late: %v", c.State())
		}
		_, _, err := s.clients.Open(t.Context(), a.id, shell)
		var refused *wire.Refused
		if !errors.As(err, &refused) || refused.Code != wire.CodeClientOffline {
			t.Errorf("to one that is overdue: %v", err)
		}
	})
}

// TestPassiveThatCannotListen keeps its tunnel.
func TestPassiveThatCannotListen(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, w := s.connect("one")
		a.send(wire.TypeReach, &wire.Reach{Allowed: true})
		a.keeps(w)
		yes := true
		if _, err := s.clients.Update(t.Context(), a.id, store.Change{Passive: &yes}); err != nil {
			t.Fatal(err)
		}
		go a.pong()
		<-time.After(time.Hour)
		if a.tunnel.Context().Err() != nil {
			t.Error("it was let go, and nobody can call it")
		}
	})
}
