package mux

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/limit"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// link makes a tunnel over a pipe in memory.
func link(t *testing.T, budget *limit.Budget) transporttest.Pair {
	a, b := net.Pipe()
	binding := make([]byte, wire.BindingSize)
	copy(binding, fmt.Sprintf("%p", a))
	peer := func(name string) transport.Peer {
		return transport.Peer{Key: transporttest.Key(name).Public().(ed25519.PublicKey), Addr: a.LocalAddr(), Binding: binding}
	}
	p := transporttest.Pair{
		Agent: New(a, Config{Agent: true, Peer: peer("site"), Budget: budget}),
		Site:  New(b, Config{Peer: peer("agent"), Budget: budget}),
	}
	t.Cleanup(func() {
		for _, end := range []transport.Tunnel{p.Agent, p.Site} {
			end.Close("test over")
			<-end.(*Tunnel).gone
		}
	})
	return p
}

func TestTunnel(t *testing.T) {
	transporttest.TestTunnel(t, func(t *testing.T) transporttest.Pair { return link(t, nil) })
}

func TestTunnelSimulated(t *testing.T) {
	transporttest.TestTunnelSimulated(t, func(t *testing.T) transporttest.Pair { return link(t, nil) })
}

// TestBudget: windows that may not grow change nothing but the speed, and what
// was taken is given back, whether streams end or only the tunnel does.
func TestBudget(t *testing.T) {
	transporttest.TestTunnel(t, func(t *testing.T) transporttest.Pair { return link(t, limit.NewBudget(0)) })
	const all = 64 << 20
	budget := limit.NewBudget(all)
	t.Cleanup(func() {
		if budget.Left() != all {
			t.Errorf("%d of %d bytes left after the end", budget.Left(), all)
		}
	})
	p := link(t, budget)
	for _, finish := range []bool{true, false} {
		from, to := open(t, p)
		done := make(chan error, 1)
		go func() {
			_, err := from.Write(make([]byte, 8<<20))
			if finish {
				err = errors.Join(err, from.CloseWrite())
			}
			done <- err
		}()
		got := make([]byte, 8<<20)
		if _, err := io.ReadFull(to, got); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if !finish && budget.Left() == all {
			t.Error("the window of 8 MiB that were read as they came did not grow")
		}
		if finish {
			to.Read(make([]byte, 1))
			to.CloseWrite()
			from.Read(make([]byte, 1))
		}
	}
}

// open returns both ends of a stream that the site has begun.
func open(t *testing.T, p transporttest.Pair) (site, agent transport.Stream) {
	t.Helper()
	site, err := p.Site.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := site.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	agent, err = p.Agent.Accept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := agent.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	return site, agent
}

// TestManyStreams opens and ends far more than may be open at a time, in every
// way in which a stream can end.
func TestManyStreams(t *testing.T) {
	p := link(t, nil)
	ends := []func(site, agent transport.Stream){
		func(s, a transport.Stream) { s.Close(); a.Close() },
		func(s, a transport.Stream) { a.Close(); s.Close() },
		func(s, a transport.Stream) { s.CloseWrite(); io.ReadAll(a); a.CloseWrite(); io.ReadAll(s) },
		func(s, a transport.Stream) { a.CloseWrite(); a.Close(); s.Close() },
		func(s, a transport.Stream) { s.CloseWrite(); s.Close(); a.Close() },
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for i := range 40 * len(ends) {
		site, agent := open(t, p)
		ends[i%len(ends)](site, agent)
		unused, err := p.Site.Open(ctx)
		if err != nil {
			t.Fatalf("after %d streams: %v", i, err)
		}
		unused.Close()
	}
}

// TestAbandonedBacklog: streams that end before anybody accepted them still
// count, so a peer cannot pile them up.
func TestAbandonedBacklog(t *testing.T) {
	p := link(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	n := 0
	for ; ctx.Err() == nil; n++ {
		s, err := p.Agent.Open(ctx)
		if err != nil {
			break
		}
		s.Write([]byte("x"))
		s.CloseWrite()
		s.Close()
	}
	if n != streamsOfAgent {
		t.Errorf("%d streams were begun that nobody accepted, want %d", n, streamsOfAgent)
	}
	for range n {
		s, err := p.Site.Accept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(s); err != nil || string(got) != "x" {
			t.Errorf("read %q, %v", got, err)
		}
		s.Close()
	}
	if _, err := p.Agent.Open(t.Context()); err != nil {
		t.Error(err)
	}
}

// wiretap counts what is written.
type wiretap struct {
	net.Conn
	bytes, writes int
}

func (w *wiretap) Write(p []byte) (int, error) {
	w.writes++
	w.bytes += len(p)
	return w.Conn.Write(p)
}

// TestIdle: a tunnel on which nothing is said lives on, for next to nothing.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		tap := &wiretap{Conn: a}
		agent, site := New(tap, Config{Agent: true}), New(b, Config{})
		time.Sleep(time.Hour)
		if err := errors.Join(agent.Context().Err(), site.Context().Err()); err != nil {
			t.Errorf("ended: %v", err)
		}
		if most := int(time.Hour/keepAlive+1) * headerSize; tap.bytes > most {
			t.Errorf("an idle hour costs %d bytes", tap.bytes)
		}
		agent.Close("test over")
		site.Close("test over")
	})
}

// TestKeepAlive: the agent pings early until the site has said that it is
// patient.
func TestKeepAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		agent := New(a, Config{Agent: true})
		hears := func(kind byte, after time.Duration) {
			t.Helper()
			var h [headerSize]byte
			start := time.Now()
			if _, err := io.ReadFull(b, h[:]); err != nil || h[0] != kind || time.Since(start) != after {
				t.Errorf("kind %d after %v, %v", h[0], time.Since(start), err)
			}
		}
		hears(byte(kindPing), hastyKeepAlive)
		b.Write(appendHeader(nil, kindPong, 0, 0))
		hears(byte(kindPing), hastyKeepAlive)
		b.Write(appendHeader(nil, kindPing, 0, 0))
		hears(byte(kindPong), 0)
		hears(byte(kindPing), keepAlive)
		b.Close()
		<-agent.Context().Done()
	})
}

// TestSilence: both ends know after the idle timeout, and say so.
func TestSilence(t *testing.T) {
	for _, agent := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			a, b := net.Pipe()
			defer b.Close()
			go io.Copy(io.Discard, b)
			tunnel := New(a, Config{Agent: agent})
			start := time.Now()
			<-tunnel.Context().Done()
			if took := time.Since(start); took != idleTimeout {
				t.Errorf("known after %v", took)
			}
			if cause := context.Cause(tunnel.Context()); !errors.Is(cause, transport.ErrClosed) || !strings.Contains(cause.Error(), "no sign of life") {
				t.Errorf("cause %v", cause)
			}
			tunnel.Close("")
		})
	}
}

// TestStuck: a peer that says things and takes nothing in is given up, too, and
// Close does not wait for it.
func TestStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		defer b.Close()
		tunnel := New(a, Config{Agent: true})
		stop := make(chan struct{})
		defer close(stop)
		go chatter(b, stop)
		s, err := tunnel.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write([]byte("hello?")); err != nil {
			t.Fatal(err)
		}
		<-tunnel.Context().Done()
		if cause := context.Cause(tunnel.Context()); !errors.Is(cause, transport.ErrClosed) || !strings.Contains(cause.Error(), "takes nothing in") {
			t.Errorf("cause %v", cause)
		}
	})
}

// chatter says pong every second and reads nothing.
func chatter(to io.Writer, stop <-chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			to.Write(appendHeader(nil, kindPong, 0, 0))
		case <-stop:
			return
		}
	}
}

func TestRenew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := link(t, nil)
		for _, end := range []transport.Tunnel{p.Agent, p.Site} {
			if err := end.(transport.Renewer).Renew(t.Context()); err != nil {
				t.Error(err)
			}
		}
		a, b := net.Pipe()
		defer b.Close()
		go io.Copy(io.Discard, b)
		mute := New(a, Config{Agent: true})
		defer mute.Close("")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := mute.Renew(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a peer that says nothing: %v", err)
		}
	})
}

func TestCloseWithoutAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		defer b.Close()
		tunnel := New(a, Config{})
		start := time.Now()
		tunnel.Close("nobody listens")
		if took := time.Since(start); took != 0 {
			t.Errorf("Close took %v", took)
		}
		<-tunnel.gone
		if took := time.Since(start); took != linger {
			t.Errorf("the end took %v", took)
		}
	})
}
