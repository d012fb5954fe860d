package ways

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/transporttest"
)

// world is a site with two ways to it, each over a network of its own.
type world struct {
	t         *testing.T
	quic, tls *transporttest.Network
	listeners map[*transporttest.Network]transport.Listener
	changes   chan struct{}
	network   atomic.Value // string
	deaf      atomic.Bool  // no tunnel answers Renew
	dialer    *Dialer
}

// renewable is a tunnel that answers Renew as its world says.
type renewable struct {
	transport.Tunnel
	w *world
}

func (r renewable) Renew(context.Context) error {
	if r.w.deaf.Load() {
		return errors.New("no answer")
	}
	return nil
}

// over dials on a network of the world.
type over struct {
	w *world
	n *transporttest.Network
}

func (o over) Dial(ctx context.Context) (transport.Tunnel, error) {
	t, err := o.n.Dialer(transporttest.Key("agent"), transporttest.ID("site")).Dial(ctx)
	if err != nil {
		return nil, err
	}
	return renewable{t, o.w}, nil
}

func inWorld(t *testing.T, test func(t *testing.T, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, quic: transporttest.NewNetwork(), tls: transporttest.NewNetwork(), changes: make(chan struct{}, 1),
			listeners: map[*transporttest.Network]transport.Listener{}}
		w.network.Store("home")
		for _, n := range []*transporttest.Network{w.quic, w.tls} {
			l, err := n.Listen(transporttest.Key("site"))
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			w.listeners[n] = l
		}
		w.dialer = New(Config{
			Ways: func(context.Context) []Way {
				return []Way{{Name: "QUIC", Dialer: over{w, w.quic}, Direct: true}, {Name: "TLS", Dialer: over{w, w.tls}, Direct: true}}
			},
			Network: func() string { return w.network.Load().(string) },
			Changes: w.changes,
		})
		test(t, w)
	})
}

// dial returns the agent's end of a tunnel, and the site's.
func (w *world) dial(way string) (agent, site transport.Tunnel) {
	w.t.Helper()
	agent, err := w.dialer.Dial(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { agent.Close("test over") })
	got := agent.(*watched)
	if name := got.all[got.way].Name; name != way {
		w.t.Fatalf("found over %s, want %s", name, way)
	}
	for {
		site = w.accept(map[string]*transporttest.Network{"QUIC": w.quic, "TLS": w.tls}[way])
		if site.Context().Err() == nil {
			return agent, site
		}
	}
}

func (w *world) accept(n *transporttest.Network) transport.Tunnel {
	w.t.Helper()
	site, err := w.listeners[n].Accept(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return site
}

func (w *world) takes(want time.Duration, what func()) {
	w.t.Helper()
	begun := time.Now()
	what()
	if took := time.Since(begun); took != want {
		w.t.Errorf("took %v, want %v", took, want)
	}
}

// ends waits for a tunnel's end and returns why.
func ends(t transport.Tunnel) string {
	<-t.Context().Done()
	return context.Cause(t.Context()).Error()
}

// TestFallback: UDP is blocked; the second time nobody waits for it.
func TestFallback(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.quic.Cut()
		var agent transport.Tunnel
		w.takes(headStart, func() { agent, _ = w.dial("TLS") })
		agent.Close("again")
		w.takes(0, func() { agent, _ = w.dial("TLS") })
		agent.Close("again")
		w.tls.Cut()
		w.quic.Restore()
		w.takes(knownStart, func() { w.dial("QUIC") }) // what was known is no more
	})
}

// TestKnown: the way that led to the site the last time has longer for itself,
// and once it is known that it does not any more, no way has.
func TestKnown(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		var agent transport.Tunnel
		w.takes(0, func() { agent, _ = w.dial("QUIC") })
		agent.Close("again")
		w.quic.Cut()
		w.takes(knownStart, func() { agent, _ = w.dial("TLS") })
		agent.Close("again")
		time.Sleep(retries[0])
		w.takes(headStart, func() { w.dial("TLS") }) // the best is tried again first
	})
}

func TestNoWay(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.quic.Cut()
		w.tls.Cut()
		_, err := w.dialer.Dial(t.Context())
		if err == nil || !strings.Contains(err.Error(), "QUIC: ") || !strings.Contains(err.Error(), "TLS: ") {
			t.Errorf("the error does not name both ways: %v", err)
		}
	})
}

// TestReturn: UDP is blocked and comes back. The tunnel moves to it after 15
// minutes, without a pause: the new one is there already.
func TestReturn(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.quic.Cut()
		agent, _ := w.dial("TLS")
		w.quic.Restore()
		w.takes(15*time.Minute, func() {
			if why := ends(agent); !strings.Contains(why, "switching to QUIC") {
				t.Errorf("ended: %s", why)
			}
		})
		dials := w.quic.Dials()
		w.takes(0, func() { w.dial("QUIC") })
		if w.quic.Dials() != dials {
			t.Error("dialled once more")
		}
	})
}

// TestUnwanted: a tunnel that was made ready is closed if nobody comes for it.
func TestUnwanted(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.quic.Cut()
		agent, _ := w.dial("TLS")
		w.quic.Restore()
		ends(agent)
		w.takes(readyTime, func() { ends(w.accept(w.quic)) })
		w.dial("QUIC")
	})
}

// TestTries: while UDP stays blocked it is tried rarely.
func TestTries(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.quic.Cut()
		w.dial("TLS")
		time.Sleep(time.Minute)
		before := w.quic.Dials()
		time.Sleep(72 * time.Hour)
		if n := w.quic.Dials() - before; n != 4 { // 0:15, 1:15, 25:15, 49:15
			t.Errorf("tried %d times in three days", n)
		}
	})
}

// TestConversation: nothing moves under a conversation, and something does soon
// after it.
func TestConversation(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.quic.Cut()
		agent, site := w.dial("TLS")
		w.quic.Restore()
		s, err := site.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		talk, err := agent.Accept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Hour)
		if err := agent.Context().Err(); err != nil {
			t.Fatal("ended under a conversation")
		}
		w.takes(0, func() {
			talk.Close()
			ends(agent)
		})
	})
}

// TestSwitches: two are at least 10 minutes apart, however often the network
// changes.
func TestSwitches(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		agent, _ := w.dial("QUIC")
		w.quic.Cut()
		ends(agent)
		agent, _ = w.dial("TLS")
		w.quic.Restore()
		w.takes(switchPause, func() {
			go func() {
				for range 60 {
					w.changes <- struct{}{}
					time.Sleep(time.Second)
				}
			}()
			ends(agent)
		})
	})
}

// TestChange: a tunnel that survives a change of networks goes on, another one
// ends at once.
func TestChange(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		agent, _ := w.dial("QUIC")
		w.changes <- struct{}{}
		time.Sleep(time.Hour)
		if agent.Context().Err() != nil {
			t.Fatal("ended although the peer answers")
		}
		w.deaf.Store(true)
		w.network.Store("")
		w.changes <- struct{}{}
		time.Sleep(time.Minute)
		if agent.Context().Err() != nil {
			t.Fatal("ended although there may be another network in a moment")
		}
		w.network.Store("home")
		w.takes(0, func() {
			w.changes <- struct{}{}
			ends(agent)
		})
	})
}

// TestNetworks: what is known of one network says nothing about another.
func TestNetworks(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.quic.Cut()
		agent, _ := w.dial("TLS")
		agent.Close("moving")
		w.network.Store("cafe")
		w.quic.Restore()
		w.takes(0, func() { agent, _ = w.dial("QUIC") })
		agent.Close("moving back")
		w.network.Store("home")
		w.dial("TLS")
	})
}

// TestSilence: a network on which QUIC tunnels die young has another way first.
func TestSilence(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for range maxSilent {
			agent, _ := w.dial("QUIC")
			w.quic.Cut()
			ends(agent)
			w.quic.Restore()
		}
		agent, _ := w.dial("TLS")
		w.takes(15*time.Minute, func() { ends(agent) })
		w.dial("QUIC")
	})
}
