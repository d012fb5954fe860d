package quic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// TestMove: a tunnel follows its computer to other addresses, again and again,
// and a transfer goes on as if nothing had happened.
func TestMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := new(internet)
		port := 50000
		pc := i.endpoint(t, siteAddr)
		l := listen(t, pc, "site")
		p := meet(t, l, newDialer(t, pc.LocalAddr(), func(c *Config) {
			c.ListenPacket = func(string) (net.PacketConn, error) {
				port++
				return i.endpoint(t, fmt.Sprintf("198.51.100.7:%d", port)), nil
			}
		}))
		agent, site := transferring(t, p)
		for n := range maxPaths - 1 {
			time.Sleep(time.Second)
			if err := renew(t, p.Agent); err != nil {
				t.Fatalf("move %d: %v", n, err)
			}
			i.RemoveNode(udp(fmt.Sprintf("198.51.100.7:%d", port-1)))
			time.Sleep(40 * time.Second) // longer than the idle timeout
			echo(t, agent, site, fmt.Sprintf("after move %d", n))
		}
		if err := renew(t, p.Agent); !errors.Is(err, errMovedTooOften) {
			t.Errorf("the last move: %v", err)
		}
		echo(t, agent, site, "still there")
	})
}

func renew(t *testing.T, agent transport.Tunnel) error {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	return agent.(transport.Renewer).Renew(ctx)
}

// transferring returns both ends of a conversation.
func transferring(t *testing.T, p transporttest.Pair) (agent, site transport.Stream) {
	t.Helper()
	agent, err := p.Agent.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	say(t, agent, wire.TypeHello, 100)
	if site, err = p.Site.Accept(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(site, make([]byte, 104)); err != nil {
		t.Fatal(err)
	}
	return agent, site
}

// echo sends a text each way.
func echo(t *testing.T, a, b transport.Stream, text string) {
	t.Helper()
	for _, ends := range [][2]transport.Stream{{a, b}, {b, a}} {
		if err := errors.Join(a.SetDeadline(time.Now().Add(10*time.Second)), b.SetDeadline(time.Now().Add(10*time.Second))); err != nil {
			t.Fatal(err)
		}
		if _, err := ends[0].Write([]byte(text)); err != nil {
			t.Fatalf("write %q: %v", text, err)
		}
		got := make([]byte, len(text))
		if _, err := io.ReadFull(ends[1], got); err != nil || string(got) != text {
			t.Fatalf("read %q: %v", got, err)
		}
	}
}

// TestRebinding: a NAT that forgets and maps the agent to another port, again
// and again, costs nothing but the packets on their way.
func TestRebinding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := new(internet)
		agent, site := transferring(t, i.pair(t))
		for k := range 30 {
			i.rebind(udp(fmt.Sprintf("203.0.113.1:%d", 1024+k)))
			echo(t, agent, site, fmt.Sprintf("after rebinding %d", k))
			time.Sleep(10 * time.Second)
		}
	})
}
