package tls

import (
	"net"
	"testing"

	"jump/transport"
	"jump/transport/transporttest"
)

func TestTunnelOverLoopback(t *testing.T) {
	transporttest.TestTunnel(t, func(t *testing.T) transporttest.Pair {
		l := listen(t, "site", Options{})
		return meet(t, l, newDialer(t, l.Addr(), nil))
	})
}

func listen(t *testing.T, name string, o Options) *Listener {
	t.Helper()
	tcp, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen(tcp, transporttest.Key(name), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.Close()
		l.Others().Close()
		l.working.Wait()
	})
	return l
}

func newDialer(t *testing.T, to net.Addr, change func(*Config)) transport.Dialer {
	t.Helper()
	at := to.(*net.TCPAddr).AddrPort()
	c := Config{Host: at.Addr().String(), Port: at.Port(), Site: transporttest.ID("site"), Key: transporttest.Key("agent")}
	if change != nil {
		change(&c)
	}
	d, err := NewDialer(c)
	if err != nil {
		t.Fatal(err)
	}
	return d
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
