package transporttest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// Pair is one tunnel, seen from both sides.
type Pair struct {
	Agent, Site transport.Tunnel
}

// MakePair makes a new tunnel between Key("agent") and Key("site"). What it
// opens it closes with t.Cleanup.
type MakePair func(t *testing.T) Pair

// patience bounds every wait of a test; it is not reached where all is well.
const patience = 20 * time.Second

// TestTunnel checks everything that the comments of package transport promise.
// Whoever implements a tunnel calls it.
func TestTunnel(t *testing.T, makePair MakePair) {
	for _, p := range promises {
		t.Run(p.name, func(t *testing.T) { p.test(t, makePair) })
	}
}

// TestTunnelSimulated is TestTunnel with simulated time: every test runs in a
// bubble of its own, in which makePair makes its network.
func TestTunnelSimulated(t *testing.T, makePair MakePair) {
	for _, p := range promises {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { p.test(t, makePair) })
		})
	}
}

var promises = []struct {
	name string
	test func(*testing.T, MakePair)
}{
	{"Peers", testPeers},
	{"Conversations", testConversations},
	{"Volume", testVolume},
	{"HalfClose", testHalfClose},
	{"FinishedClose", testFinishedClose},
	{"StreamClose", testStreamClose},
	{"BlockedStreamClose", testBlockedStreamClose},
	{"Deadline", testDeadline},
	{"Backpressure", testBackpressure},
	{"Contexts", testContexts},
	{"TunnelClose", testTunnelClose},
	{"LongReason", testLongReason},
}

func testPeers(t *testing.T, makePair MakePair) {
	a, b := makePair(t), makePair(t)
	for _, c := range []struct {
		who  string
		got  transport.Peer
		want ed25519.PrivateKey
	}{{"agent", a.Site.Peer(), Key("agent")}, {"site", a.Agent.Peer(), Key("site")}} {
		if !c.got.Key.Equal(c.want.Public()) {
			t.Errorf("the %s's key is not the peer's", c.who)
		}
		if c.got.Addr == nil || c.got.Addr.String() == "" {
			t.Errorf("the %s has no address", c.who)
		}
	}
	binding := a.Agent.Peer().Binding
	if len(binding) != wire.BindingSize || !bytes.Equal(binding, a.Site.Peer().Binding) {
		t.Errorf("bindings %x and %x are not the same %d bytes", binding, a.Site.Peer().Binding, wire.BindingSize)
	}
	if bytes.Equal(binding, b.Agent.Peer().Binding) {
		t.Error("two tunnels have the same binding")
	}
}

// testConversations lets both sides begin many at once, and echoes them.
func testConversations(t *testing.T, makePair MakePair) {
	p := makePair(t)
	var all sync.WaitGroup
	for _, c := range [][2]transport.Tunnel{{p.Agent, p.Site}, {p.Site, p.Agent}} {
		const n = 5
		all.Go(func() {
			for range n {
				s := accept(t, c[1])
				all.Go(func() {
					io.Copy(s, s)
					s.CloseWrite()
				})
			}
		})
		for i := range n {
			all.Go(func() {
				text := strings.Repeat(string(rune('a'+i)), 1000)
				s := begin(t, c[0], text)
				check(t, "close for writing", s.CloseWrite())
				if got, err := io.ReadAll(s); err != nil || string(got) != text {
					t.Errorf("echo of %d bytes: %d bytes, %v", len(text), len(got), err)
				}
			})
		}
	}
	all.Wait()
}

func testVolume(t *testing.T, makePair MakePair) {
	a, b := streams(t, makePair(t))
	const size = 1 << 20
	sent := [2][]byte{random(1, size), random(2, size)}
	var all sync.WaitGroup
	for i, s := range []transport.Stream{a, b} {
		all.Go(func() {
			n, err := s.Write(sent[i])
			if n != size || err != nil {
				t.Errorf("wrote %d bytes: %v", n, err)
			}
			check(t, "close for writing", s.CloseWrite())
		})
		all.Go(func() {
			if got, err := io.ReadAll(s); err != nil || !bytes.Equal(got, sent[1-i]) {
				t.Errorf("%d bytes arrived, not what was sent: %v", len(got), err)
			}
		})
	}
	all.Wait()
}

func testHalfClose(t *testing.T, makePair MakePair) {
	a, b := streams(t, makePair(t))
	check(t, "close for writing", a.CloseWrite())
	expect(t, b, "")
	write(t, b, "still here")
	check(t, "close for writing", b.CloseWrite())
	expect(t, a, "still here")
	if n, err := a.Write([]byte("x")); err == nil {
		t.Errorf("wrote %d bytes after CloseWrite", n)
	}
}

// testFinishedClose: what was written before CloseWrite arrives, even if the
// writer is gone when the reader comes.
func testFinishedClose(t *testing.T, makePair MakePair) {
	a, b := streams(t, makePair(t))
	text := strings.Repeat("last words ", 5000)
	write(t, a, text)
	check(t, "close for writing", a.CloseWrite())
	check(t, "close", a.Close())
	waitFor(t, "the peer's write to fail", func() bool { _, err := b.Write(make([]byte, 1024)); return err != nil })
	expect(t, b, text)
}

func testStreamClose(t *testing.T, makePair MakePair) {
	p := makePair(t)
	a, b := streams(t, p)
	check(t, "close", a.Close())
	check(t, "close again", a.Close())
	if n, err := a.Read(make([]byte, 1)); !failed(err) {
		t.Errorf("read after Close: %d, %v", n, err)
	}
	if n, err := a.Write([]byte("x")); err == nil {
		t.Errorf("write after Close: %d, %v", n, err)
	}
	if _, err := io.Copy(io.Discard, b); err == nil {
		t.Error("the peer's read ended as if all had been said")
	}
	waitFor(t, "the peer's write to fail", func() bool { _, err := b.Write(make([]byte, 1024)); return err != nil })
	check(t, "close at the peer", b.Close())
	streams(t, p) // others go on
}

// testBlockedStreamClose closes under a read and a write that are waiting, on
// either side of the stream.
func testBlockedStreamClose(t *testing.T, makePair MakePair) {
	p := makePair(t)
	for _, closer := range []int{0, 1} {
		a, b := streams(t, p)
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := a.Read(make([]byte, 1)); !failed(err) {
				t.Errorf("waiting read: %v", err)
			}
		})
		started := make(chan struct{})
		all.Go(func() {
			_, err := a.Write(make([]byte, 1024))
			close(started)
			for err == nil {
				_, err = a.Write(make([]byte, 64<<10))
			}
		})
		<-started
		check(t, "close", []transport.Stream{a, b}[closer].Close())
		all.Wait()
	}
}

func testDeadline(t *testing.T, makePair MakePair) {
	a, b := streams(t, makePair(t))
	check(t, "set deadline", a.SetDeadline(time.Now().Add(10*time.Millisecond)))
	if _, err := a.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read until a deadline: %v", err)
	}
	if _, err := a.Write(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("write after a deadline: %v", err)
	}
	check(t, "unset deadline", a.SetDeadline(time.Time{}))
	write(t, b, "late")
	check(t, "close for writing", b.CloseWrite())
	expect(t, a, "late")
}

// testBackpressure writes what nobody reads: memory must stay bounded, and
// another conversation must not suffer.
func testBackpressure(t *testing.T, makePair MakePair) {
	p := makePair(t)
	a, _ := streams(t, p)
	check(t, "set deadline", a.SetDeadline(time.Now().Add(300*time.Millisecond)))
	n, err := a.Write(make([]byte, 32<<20))
	if !errors.Is(err, os.ErrDeadlineExceeded) || n > 8<<20 {
		t.Errorf("%d unread bytes were taken: %v", n, err)
	}
	c, d := streams(t, p)
	write(t, d, "not stuck")
	check(t, "close for writing", d.CloseWrite())
	expect(t, c, "not stuck")
}

func testContexts(t *testing.T, makePair MakePair) {
	p := makePair(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := p.Site.Accept(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Accept until its context ends: %v", err)
	}
	if err := p.Site.Context().Err(); err != nil {
		t.Errorf("the tunnel ended with it: %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for n := range 1000 {
		s, err := p.Site.Open(ctx)
		if err == nil {
			_, err = s.Write([]byte("x"))
		}
		if err != nil {
			if !errors.Is(err, context.DeadlineExceeded) || n < 33 {
				t.Errorf("stream %d: %v", n, err)
			}
			return
		}
	}
	t.Error("1000 streams can be open at once")
}

func testTunnelClose(t *testing.T, makePair MakePair) {
	for _, closer := range []int{0, 1} {
		p := makePair(t)
		a, b := streams(t, p)
		var all sync.WaitGroup
		for _, end := range []transport.Tunnel{p.Agent, p.Site} {
			all.Go(func() {
				if _, err := end.Accept(t.Context()); !errors.Is(err, transport.ErrClosed) {
					t.Errorf("waiting Accept: %v", err)
				}
			})
		}
		for _, s := range []transport.Stream{a, b} {
			all.Go(func() {
				if _, err := s.Read(make([]byte, 1)); !errors.Is(err, transport.ErrClosed) {
					t.Errorf("waiting read: %v", err)
				}
			})
		}
		ends := []transport.Tunnel{p.Agent, p.Site}
		check(t, "close", ends[closer].Close("gone fishing"))
		all.Wait()
		testEnded(t, ends[closer], "")
		testEnded(t, ends[1-closer], "gone fishing")
	}
}

func testEnded(t *testing.T, end transport.Tunnel, reason string) {
	t.Helper()
	select {
	case <-end.Context().Done():
	case <-time.After(patience):
		t.Fatal("the tunnel's context does not end")
	}
	if cause := context.Cause(end.Context()); !errors.Is(cause, transport.ErrClosed) || !strings.Contains(cause.Error(), reason) {
		t.Errorf("cause %v, want %v and %q", cause, transport.ErrClosed, reason)
	}
	if _, err := end.Open(t.Context()); !errors.Is(err, transport.ErrClosed) {
		t.Errorf("Open after the end: %v", err)
	}
	if _, err := end.Accept(t.Context()); !errors.Is(err, transport.ErrClosed) {
		t.Errorf("Accept after the end: %v", err)
	}
	check(t, "close again", end.Close("twice"))
}

func testLongReason(t *testing.T, makePair MakePair) {
	p := makePair(t)
	check(t, "close", p.Site.Close(strings.Repeat("long ", 1000)))
	testEnded(t, p.Agent, "long long long")
}

func random(seed uint64, n int) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}
