package tls

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"jump/transport/transporttest"
)

// pipes is a listener in memory.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	a, b := net.Pipe()
	p.conns <- b
	return a, nil
}

// TestTunnelSimulated is the conformance test with simulated time.
func TestTunnelSimulated(t *testing.T) {
	transporttest.TestTunnelSimulated(t, func(t *testing.T) transporttest.Pair {
		p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		l, err := Listen(p, transporttest.Key("site"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		// A connection that ends says so, and gives up on a peer who does not
		// listen after 5 seconds: the bubble must not end before.
		t.Cleanup(func() { <-time.After(time.Minute) })
		return meet(t, l, newDialer(t, p.Addr(), func(c *Config) { c.Connect = p.dial }))
	})
}
