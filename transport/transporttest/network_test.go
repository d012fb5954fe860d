package transporttest_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/transporttest"
)

// pair makes a tunnel on a network of its own, or on n.
func pair(t *testing.T, n *transporttest.Network) transporttest.Pair {
	t.Helper()
	l, err := n.Listen(transporttest.Key("site"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	agent, err := n.Dialer(transporttest.Key("agent"), transporttest.ID("site")).Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	site, err := l.Accept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { agent.Close("test over"); site.Close("test over") })
	return transporttest.Pair{Agent: agent, Site: site}
}

func TestTunnel(t *testing.T) {
	transporttest.TestTunnel(t, func(t *testing.T) transporttest.Pair { return pair(t, transporttest.NewNetwork()) })
}

func TestTunnelSimulated(t *testing.T) {
	transporttest.TestTunnelSimulated(t, func(t *testing.T) transporttest.Pair { return pair(t, transporttest.NewNetwork()) })
}

func TestDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := transporttest.NewNetwork()
		d := n.Dialer(transporttest.Key("agent"), transporttest.ID("site"))
		if _, err := d.Dial(t.Context()); err == nil || !strings.Contains(err.Error(), "no answer") {
			t.Errorf("nobody listens: %v", err)
		}
		l, err := n.Listen(transporttest.Key("impostor"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Dial(t.Context()); !errors.Is(err, transport.ErrWrongPeer) {
			t.Errorf("an impostor listens: %v", err)
		}
		if _, err := n.Listen(transporttest.Key("site")); err == nil {
			t.Error("two listen")
		}
		l.Close()
		if _, err := l.Accept(t.Context()); !errors.Is(err, transport.ErrClosed) {
			t.Errorf("Accept after Close: %v", err)
		}
		n.Cut()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := d.Dial(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("cut: %v", err)
		}
		if n.Dials() != 3 {
			t.Errorf("%d dials", n.Dials())
		}
	})
}

// TestCut: a short cut loses nothing, a long one ends the tunnel.
func TestCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := transporttest.NewNetwork()
		p := pair(t, n)
		s, err := p.Agent.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n.Cut()
		if _, err := s.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(transporttest.IdleTimeout - time.Second)
		n.Restore()
		got, err := p.Site.Accept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(got, make([]byte, 5)); err != nil {
			t.Error(err)
		}
		n.Cut()
		start := time.Now()
		<-p.Site.Context().Done()
		if since := time.Since(start); since != transporttest.IdleTimeout {
			t.Errorf("ended after %v", since)
		}
		if _, err := got.Read(make([]byte, 1)); !errors.Is(err, transport.ErrClosed) {
			t.Errorf("read: %v", err)
		}
	})
}

// TestCloseDuringCut: the peer learns of it when the network is back.
func TestCloseDuringCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := transporttest.NewNetwork()
		p := pair(t, n)
		n.Cut()
		p.Agent.Close("bye")
		if p.Agent.Context().Err() == nil || p.Site.Context().Err() != nil {
			t.Error("Close ends this side at once, and the other not")
		}
		n.Restore()
		<-p.Site.Context().Done()
	})
}
