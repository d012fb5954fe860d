package quic

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/quic-go/quic-go"

	"jump/transport"
	"jump/transport/identity"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// phone is an agent that listens for calls of Key("site").
func phone(t *testing.T) (*Calls, netip.AddrPort) {
	t.Helper()
	pc, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	c, err := ListenCalls(pc, transporttest.Key("agent"), transporttest.ID("site"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, pc.LocalAddr().(*net.UDPAddr).AddrPort()
}

func caller(t *testing.T, name string) *Caller {
	t.Helper()
	c, err := NewCaller(transporttest.Key(name))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCalledTunnel: a tunnel that the site has dialled is like any other.
func TestCalledTunnel(t *testing.T) {
	transporttest.TestTunnel(t, func(t *testing.T) transporttest.Pair {
		c, at := phone(t)
		site, err := caller(t, "site").Call(t.Context(), transporttest.ID("agent"), at)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { site.Close("test over") })
		agent, err := c.Accept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { agent.Close("test over") })
		return transporttest.Pair{Agent: agent, Site: site}
	})
}

// taken reports whether the agent took a tunnel within a moment.
func taken(t *testing.T, c *Calls) bool {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := c.Accept(ctx)
	return err == nil
}

// TestStrangerCalls: who knows the names of both, and has another key than the
// site, gets through no handshake.
func TestStrangerCalls(t *testing.T) {
	c, at := phone(t)
	stranger := caller(t, "stranger")
	stranger.site = transporttest.ID("site") // for the knock
	tunnel, err := stranger.Call(t.Context(), transporttest.ID("agent"), at)
	if err == nil { // the agent's no comes after the dialler's yes (RFC 8446 section 4.4.2)
		<-tunnel.Context().Done()
	}
	if taken(t, c) {
		t.Error("a stranger was taken in")
	}
}

// TestWrongAgent: the site tells another agent at that address from the one it
// wants.
func TestWrongAgent(t *testing.T) {
	c, at := phone(t)
	site := caller(t, "site")
	pc, err := net.ListenUDP("udp4", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	tr := &quic.Transport{Conn: newKnocker(pc, newKnockKey(transporttest.ID("agent"), transporttest.ID("site")))}
	defer tr.Close()
	_, err = tr.Dial(t.Context(), net.UDPAddrFromAddrPort(at), identity.Dial(site.cert, transporttest.ID("other"), wire.CallALPN), config())
	if !errors.Is(err, transport.ErrWrongPeer) || !strings.Contains(err.Error(), transporttest.ID("agent").String()) {
		t.Errorf("called somebody else: %v", err)
	}
	if taken(t, c) {
		t.Error("the agent was taken for another")
	}
}

// TestUnknownToStrangers: nothing comes back to who does not knock, whatever is
// sent, and a knock that is garbled or for another agent is none.
func TestUnknownToStrangers(t *testing.T) {
	c, at := phone(t)
	pc := socket(t)
	key := newKnockKey(transporttest.ID("agent"), transporttest.ID("site"))
	garbled := key.make()
	garbled[0] ^= 1
	for _, b := range [][]byte{
		nil, []byte("x"), garbled, newKnockKey(transporttest.ID("other"), transporttest.ID("site")).make(),
		[]byte(strings.Repeat("\xc0\x00\x00\x00\x01\x08", 250)), []byte(strings.Repeat("\xc0\x0a\x0a\x0a\x0a\x08", 250)),
	} {
		if _, err := pc.WriteTo(b, net.UDPAddrFromAddrPort(at)); err != nil {
			t.Fatal(err)
		}
	}
	tr := &quic.Transport{Conn: pc}
	defer tr.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	site := caller(t, "site")
	_, err := tr.Dial(ctx, net.UDPAddrFromAddrPort(at), identity.Dial(site.cert, transporttest.ID("agent"), wire.CallALPN), config())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a handshake without a knock: %v", err)
	}
	tunnel, err := site.Call(t.Context(), transporttest.ID("agent"), at)
	if err != nil {
		t.Fatalf("the site itself after all that: %v", err)
	}
	defer tunnel.Close("over")
	if !taken(t, c) {
		t.Error("the site's call was not taken")
	}
}

// TestOtherProtocol: what listens for calls is no site, even to an agent that
// pins this very key.
func TestOtherProtocol(t *testing.T) {
	_, at := phone(t)
	site := caller(t, "site")
	pc, err := net.ListenUDP("udp4", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	tr := &quic.Transport{Conn: newKnocker(pc, newKnockKey(transporttest.ID("agent"), transporttest.ID("site")))}
	defer tr.Close()
	_, err = tr.Dial(t.Context(), net.UDPAddrFromAddrPort(at), identity.Dial(site.cert, transporttest.ID("agent"), wire.ALPN), config())
	if err == nil || errors.Is(err, transport.ErrWrongPeer) {
		t.Errorf("an ordinary tunnel to an agent that listens: %v", err)
	}
}

// TestGuests: there is room for few, and a knock makes room.
func TestGuests(t *testing.T) {
	key := newKnockKey(transporttest.ID("agent"), transporttest.ID("site"))
	g := &guests{key: key, seen: map[netip.AddrPort]time.Time{}}
	at := func(port int) net.Addr { return &net.UDPAddr{IP: net.IPv4(192, 0, 2, 1), Port: port} }
	for port := range maxGuests + 10 {
		if g.admits(key.make(), at(port)) {
			t.Error("a knock is passed on")
		}
		if !g.admits([]byte("x"), at(port)) || g.admits([]byte("x"), at(port+1)) {
			t.Errorf("port %d: not by who has knocked", port)
		}
	}
	if len(g.seen) > maxGuests {
		t.Errorf("%d guests", len(g.seen))
	}
}

func FuzzKnock(f *testing.F) {
	key := newKnockKey(transporttest.ID("agent"), transporttest.ID("site"))
	f.Add(key.make())
	f.Add([]byte(nil))
	f.Add(make([]byte, knockSize))
	f.Fuzz(func(t *testing.T, b []byte) {
		if key.fits(b) && len(b) != knockSize {
			t.Errorf("%x", b)
		}
	})
}
