package quic

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"

	"jump/transport"
	"jump/transport/limit"
	"jump/transport/transporttest"
)

func TestTunnelOverLoopback(t *testing.T) {
	transporttest.TestTunnel(t, func(t *testing.T) transporttest.Pair {
		pc := socket(t)
		return connect(t, pc, newDialer(t, pc.LocalAddr(), nil))
	})
}

func socket(t *testing.T) net.PacketConn {
	t.Helper()
	pc, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	return pc
}

func listen(t *testing.T, pc net.PacketConn, name string, opts ...Option) *Listener {
	t.Helper()
	l, err := Listen(pc, transporttest.Key(name), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// connect lets the dialer dial Key("site") on pc.
func connect(t *testing.T, pc net.PacketConn, d transport.Dialer) transporttest.Pair {
	t.Helper()
	l := listen(t, pc, "site")
	defer l.Close()
	return meet(t, l, d)
}

func meet(t *testing.T, l *Listener, d transport.Dialer) transporttest.Pair {
	t.Helper()
	agent, err := d.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { agent.Close("test over") })
	site, err := l.Accept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { site.Close("test over") })
	return transporttest.Pair{Agent: agent, Site: site}
}

func newDialer(t *testing.T, to net.Addr, change func(*Config)) transport.Dialer {
	t.Helper()
	at := to.(*net.UDPAddr).AddrPort()
	c := Config{Host: at.Addr().Unmap().String(), Port: at.Port(), Site: transporttest.ID("site"), Key: transporttest.Key("agent")}
	if change != nil {
		change(&c)
	}
	d, err := NewDialer(c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWrongPin(t *testing.T) {
	pc := socket(t)
	listen(t, pc, "impostor")
	tunnel, err := newDialer(t, pc.LocalAddr(), nil).Dial(t.Context())
	if !errors.Is(err, transport.ErrWrongPeer) || tunnel != nil {
		t.Errorf("dialled an impostor: %v, %v", tunnel, err)
	}
	if !strings.Contains(err.Error(), transporttest.ID("impostor").String()) {
		t.Errorf("the error does not say who it was: %v", err)
	}
}

// TestAdmit: the second connection of a second is refused, and the agent can
// tell it from a site that is gone.
func TestAdmit(t *testing.T) {
	pc := socket(t)
	l := listen(t, pc, "site", Admit(limit.NewAdmission(0.001)))
	d := newDialer(t, pc.LocalAddr(), nil)
	p := meet(t, l, d)
	if _, err := d.Dial(t.Context()); err == nil || !strings.Contains(err.Error(), "refuses") {
		t.Errorf("second connection: %v", err)
	}
	if err := p.Agent.Context().Err(); err != nil {
		t.Errorf("the first suffers: %v", err)
	}
}

// TestGarbage sends what is no QUIC, and what is a little.
func TestGarbage(t *testing.T) {
	pc := socket(t)
	l := listen(t, pc, "site")
	from := socket(t)
	for _, s := range []string{"", "x", "GET / HTTP/1.1\r\n\r\n", strings.Repeat("\xff", 1200), strings.Repeat("\xc0\x00\x00\x00\x01\x08", 250)} {
		if _, err := from.WriteTo([]byte(s), pc.LocalAddr()); err != nil {
			t.Fatal(err)
		}
	}
	meet(t, l, newDialer(t, pc.LocalAddr(), nil))
}

// TestListenerClose: accepted tunnels live on without it.
func TestListenerClose(t *testing.T) {
	pc := socket(t)
	l := listen(t, pc, "site")
	p := meet(t, l, newDialer(t, pc.LocalAddr(), nil))
	for range 2 {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := l.Accept(t.Context()); !errors.Is(err, transport.ErrClosed) {
		t.Errorf("Accept after Close: %v", err)
	}
	s, err := p.Site.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write([]byte("still here")); err != nil {
		t.Error(err)
	}
	if _, err := p.Agent.Accept(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	pc := socket(t)
	l := listen(t, pc, "site")
	asked := ""
	named := func(answer []netip.Addr, err error) func(*Config) {
		return func(c *Config) {
			c.Host = "support.example.com"
			c.Resolve = func(_ context.Context, host string) ([]netip.Addr, error) {
				asked = host
				return answer, err
			}
		}
	}
	mapped := netip.MustParseAddr("::ffff:127.0.0.1")
	meet(t, l, newDialer(t, pc.LocalAddr(), named([]netip.Addr{mapped}, nil)))
	if asked != "support.example.com" {
		t.Errorf("asked for %q", asked)
	}
	unknown := errors.New("no such host")
	if _, err := newDialer(t, pc.LocalAddr(), named(nil, unknown)).Dial(t.Context()); !errors.Is(err, unknown) {
		t.Errorf("unknown name: %v", err)
	}
	if _, err := newDialer(t, pc.LocalAddr(), named(nil, nil)).Dial(t.Context()); err == nil {
		t.Error("a name without an address was dialled")
	}
}

func TestNoSocket(t *testing.T) {
	full := errors.New("too many open files")
	d := newDialer(t, socket(t).LocalAddr(), func(c *Config) {
		c.ListenPacket = func(string) (net.PacketConn, error) { return nil, full }
	})
	if _, err := d.Dial(t.Context()); !errors.Is(err, full) {
		t.Error(err)
	}
}

func TestBudget(t *testing.T) {
	shared := limit.NewBudget(100)
	b := newBudget(shared)
	if !b.grow(nil, 60) || b.grow(nil, 41) || !b.grow(nil, 40) || b.grow(nil, 1) {
		t.Error("100 bytes are not 60 and 40")
	}
	b.release(nil)
	b.release(nil)
	if shared.Left() != 100 || len(b.grown) != 0 {
		t.Errorf("%d bytes left after all was given back", shared.Left())
	}
}

func TestDerivedKeys(t *testing.T) {
	site := transporttest.Key("site")
	a := derive(site, "a")
	if a != derive(site, "a") || a == derive(site, "b") || a == derive(transporttest.Key("agent"), "a") {
		t.Error("keys must depend on identity and purpose, and on nothing else")
	}
	if a == [32]byte(site.Seed()) {
		t.Error("the identity itself is handed out")
	}
}
