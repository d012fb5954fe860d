package agent

import (
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// at is a listener with an address as sockets have it.
type at struct{ transport.Listener }

func (at) Addr() net.Addr { return &net.UDPAddr{IP: net.IPv6unspecified, Port: 5832} }

// callable lets an agent listen on a network of its own.
func callable(n *transporttest.Network) func(*Options) {
	return func(o *Options) {
		o.Listen = func() (transport.Listener, error) {
			l, err := n.Listen(transporttest.Key("agent"))
			return at{l}, err
		}
		o.Addresses = func() []netip.Addr { return []netip.Addr{netip.MustParseAddr("::ffff:192.0.2.7")} }
	}
}

// called makes the site call, and reads Hello on it.
func (r *running) called(n *transporttest.Network) *peer {
	r.t.Helper()
	tunnel, err := n.Dialer(transporttest.Key("site"), transporttest.ID("agent")).Dial(r.t.Context())
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

func (p *peer) letGo(after uint32) {
	p.t.Helper()
	p.send(wire.TypeGoodbye, wire.Goodbye{Code: wire.CodeCheckedIn, RetryAfter: after})
	p.gone()
}

// TestPassive: an order, a check-in, a call, and the order to be active again.
func TestPassive(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := transporttest.NewNetwork()
		r := start(t, callable(n))
		p := r.welcomed(wire.Settings{})
		if h := p.hello.Reach; h == nil || !h.Allowed || h.Port != 0 {
			t.Errorf("an active agent says %+v", h)
		}
		begin := time.Now()
		p.send(wire.TypeSettings, wire.Settings{Passive: true})
		var reach wire.Reach
		p.read(wire.TypeReach, &reach)
		if reach.Port != 5832 || len(reach.Addresses) != 1 || reach.Addresses[0] != "192.0.2.7" || time.Since(begin) > time.Second {
			t.Errorf("it listens at %+v after %v", reach, time.Since(begin))
		}
		p.letGo(900)
		begin = time.Now()
		p = r.welcomed(wire.Settings{Passive: true})
		if took := time.Since(begin); took < 15*time.Minute || took > 16*time.Minute || p.hello.Reach.Port != 5832 {
			t.Errorf("checked in after %v with %+v", took, p.hello.Reach)
		}
		p.letGo(900)
		if all := r.reports(); !slices.ContainsFunc(all, func(p Presence) bool { return p.Waiting }) {
			t.Errorf("reported %+v", all)
		}
		p = r.called(n)
		p.send(wire.TypeWelcome, wire.Welcome{Protocol: 1, Version: "1", Settings: wire.Settings{}})
		reach = wire.Reach{}
		p.read(wire.TypeReach, &reach)
		if reach.Port != 0 {
			t.Errorf("active again, it listens at %+v", reach)
		}
		if l, err := n.Listen(transporttest.Key("agent")); err != nil {
			t.Errorf("the socket is still there: %v", err)
		} else {
			l.Close()
		}
	})
}

// TestCalledAgain: the site knows of no tunnel when it calls, so the one that
// the agent has is dead; a call that is hung up at once was a mistake.
func TestCalledAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := transporttest.NewNetwork()
		r := start(t, callable(n))
		p := r.welcomed(wire.Settings{Passive: true})
		p.read(wire.TypeReach, nil)
		p.answer()
		tunnel, err := n.Dialer(transporttest.Key("site"), transporttest.ID("agent")).Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		tunnel.Close("the client has come by itself")
		<-time.After(2 * oldTunnel)
		if p.Context().Err() != nil {
			t.Error("a call that was hung up cost the tunnel")
		}
		q := r.called(n)
		if p.Context().Err() == nil {
			t.Error("two tunnels at once")
		}
		q.send(wire.TypeWelcome, wire.Welcome{Protocol: 1, Version: "1", Settings: wire.Settings{Passive: true}})
	})
}

// TestNeverListens: the owner of the computer has the last word.
func TestNeverListens(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		p := r.welcomed(wire.Settings{Passive: true})
		if h := p.hello.Reach; h == nil || h.Allowed || h.Port != 0 {
			t.Errorf("it says %+v", h)
		}
		p.answer()
		<-time.After(time.Hour)
		if p.Context().Err() != nil {
			t.Error("it has left")
		}
	})
}
