package quic

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/quic-go/quic-go/testutils/simnet"

	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

const delay = 10 * time.Millisecond // each way

// internet is a simulated network whose packets can be counted and dropped.
type internet struct {
	simnet.PerfectRouter
	mu    sync.Mutex
	drop  func(n int) bool // nil: nothing; n counts packets
	count int
	bytes int

	// A NAT before the agent: what comes from its address comes from public.
	agent  *simnet.SimulatedLink
	public net.Addr // nil: there is none
}

func (i *internet) SendPacket(p simnet.Packet) error {
	i.mu.Lock()
	i.count++
	i.bytes += len(p.Data)
	lost := i.drop != nil && i.drop(i.count)
	if i.public != nil && p.From.String() == agentAddr {
		p.From = i.public
	}
	i.mu.Unlock()
	if lost {
		return nil
	}
	i.PerfectRouter.SendPacket(p) // nobody there: lost as well
	return nil
}

func (i *internet) lose(drop func(n int) bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.drop = drop
}

func udp(at string) *net.UDPAddr { return net.UDPAddrFromAddrPort(netip.MustParseAddrPort(at)) }

// rebind gives the agent another public address; the one before is gone.
func (i *internet) rebind(to net.Addr) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.public != nil {
		i.RemoveNode(i.public)
	}
	i.public = to
	i.AddNode(to, i.agent)
}

// endpoint takes an address; whoever had it before gets no more packets.
func (i *internet) endpoint(t *testing.T, at string) *simnet.SimConn {
	addr := udp(at)
	link := &simnet.SimulatedLink{UploadPacket: i, Latency: delay}
	c := simnet.NewBlockingSimConn(addr, link)
	i.AddNode(addr, link)
	if at == agentAddr {
		i.agent = link
	}
	link.Start()
	t.Cleanup(func() {
		c.Close()
		link.Close()
	})
	return c
}

const siteAddr, agentAddr = "192.0.2.1:443", "198.51.100.7:50000"

func (i *internet) dialer(t *testing.T, to net.Addr, change func(*Config)) transport.Dialer {
	return newDialer(t, to, func(c *Config) {
		c.ListenPacket = func(string) (net.PacketConn, error) { return i.endpoint(t, agentAddr), nil }
		if change != nil {
			change(c)
		}
	})
}

// pair makes a network and a tunnel on it.
func (i *internet) pair(t *testing.T) transporttest.Pair {
	pc := i.endpoint(t, siteAddr)
	return connect(t, pc, i.dialer(t, pc.LocalAddr(), nil))
}

func TestTunnelOverSimulatedNetwork(t *testing.T) {
	transporttest.TestTunnelSimulated(t, func(t *testing.T) transporttest.Pair { return new(internet).pair(t) })
}

// TestTunnelWithLoss loses every 23rd packet, both ways.
func TestTunnelWithLoss(t *testing.T) {
	transporttest.TestTunnelSimulated(t, func(t *testing.T) transporttest.Pair {
		i := &internet{drop: func(n int) bool { return n%23 == 22 }}
		return i.pair(t)
	})
}

// TestIdle: a tunnel on which nothing is said lives on, and costs little.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := new(internet)
		p := i.pair(t)
		time.Sleep(time.Minute)
		i.mu.Lock()
		before, packets := i.bytes, i.count
		i.mu.Unlock()
		time.Sleep(time.Hour)
		if err := errors.Join(p.Agent.Context().Err(), p.Site.Context().Err()); err != nil {
			t.Errorf("ended: %v", err)
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		const headers = 20 + 8 // of IPv4 and UDP
		cost := i.bytes - before + (i.count-packets)*headers
		t.Logf("%d bytes with headers", cost)
		if cost > 15_000 {
			t.Errorf("an idle hour costs %d bytes", cost)
		}
	})
}

// TestCut: both ends know within 45 s, whenever it happens between two
// keep-alives, and say so.
func TestCut(t *testing.T) {
	for at := range keepAlive / time.Second {
		synctest.Test(t, func(t *testing.T) {
			i := new(internet)
			p := i.pair(t)
			time.Sleep(time.Minute + at*time.Second)
			i.lose(func(int) bool { return true })
			start := time.Now()
			for _, end := range []transport.Tunnel{p.Agent, p.Site} {
				<-end.Context().Done()
				if cause := context.Cause(end.Context()); !errors.Is(cause, transport.ErrSilent) || !errors.Is(cause, transport.ErrClosed) {
					t.Errorf("cause %v", cause)
				}
			}
			if took := time.Since(start); took > 44*time.Second {
				t.Errorf("known after %v", took)
			}
		})
	}
}

// TestIdleWithLoss: a fifth of all packets gets lost either way, and a tunnel
// on which nothing is said lives on for a day.
func TestIdleWithLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chance := rand.New(rand.NewPCG(1, 2))
		i := &internet{drop: func(int) bool { return chance.IntN(5) == 0 }}
		p := i.pair(t)
		time.Sleep(24 * time.Hour)
		if err := errors.Join(p.Agent.Context().Err(), p.Site.Context().Err()); err != nil {
			t.Errorf("ended: %v, %v", context.Cause(p.Agent.Context()), context.Cause(p.Site.Context()))
		}
	})
}

// TestRestart: the site dies without a word and comes back. Its agents ask when
// a keep-alive is not answered, and learn of it by that, because its reset key is
// the same.
func TestRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := new(internet)
		pc := i.endpoint(t, siteAddr)
		d := i.dialer(t, pc.LocalAddr(), nil)
		p := meet(t, listen(t, pc, "site"), d)
		control, err := p.Agent.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		say(t, control, wire.TypeHello, 200)
		time.Sleep(time.Minute)
		again, died := listen(t, i.endpoint(t, siteAddr), "site"), time.Now()
		doubt, _ := transport.Keeps(p.Agent)
		<-doubt
		if took := time.Since(died); took > doubtAfter+lookEvery {
			t.Errorf("in doubt after %v", took)
		}
		say(t, control, wire.TypePing, 8)
		time.Sleep(2*delay + time.Millisecond)
		if cause := context.Cause(p.Agent.Context()); cause == nil || !strings.Contains(cause.Error(), "does not know this tunnel") {
			t.Errorf("cause %v", cause)
		}
		meet(t, again, d)
	})
}

func say(t *testing.T, s transport.Stream, what wire.Type, bytes int) {
	t.Helper()
	if err := wire.Write(s, what, make([]byte, bytes)); err != nil {
		t.Fatal(err)
	}
}

// TestAddresses: a site with a dead address beside its living one is found.
func TestAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := new(internet)
		pc := i.endpoint(t, siteAddr)
		l := listen(t, pc, "site")
		d := i.dialer(t, pc.LocalAddr(), func(c *Config) {
			c.Host = "support.example.com"
			c.Resolve = func(context.Context, string) ([]netip.Addr, error) {
				return []netip.Addr{netip.MustParseAddr("192.0.2.99"), netip.MustParseAddr("192.0.2.1")}, nil
			}
		})
		start := time.Now()
		meet(t, l, d)
		if took := time.Since(start); took > 2*handshakeTimeout+time.Second {
			t.Errorf("found after %v", took)
		}
	})
}

func TestNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := new(internet)
		nobody := net.UDPAddrFromAddrPort(netip.MustParseAddrPort(siteAddr))
		d := i.dialer(t, nobody, nil)
		if _, err := d.Dial(t.Context()); err == nil || !strings.Contains(err.Error(), "no answer over UDP") {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if _, err := d.Dial(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("gave up after %v", took)
		}
	})
}
