package simulation

import (
	"net"
	"os"
	"sync"
	"time"
)

// cable carries datagrams between two sockets, and writes down what it carries.
type cable struct {
	mu    sync.Mutex
	plugs [2]*plug
	seen  []datagram
}

// datagram is one that was sent: when, by whom, and its length without headers.
type datagram struct {
	at   time.Time
	from side
	size int
}

const latency = 10 * time.Millisecond // each way

// plug is one end of a cable.
type plug struct {
	cable *cable
	at    side

	mu     sync.Mutex
	queue  [][]byte
	more   chan struct{} // closed when the queue, the deadline or closed has changed
	dead   time.Time     // to read
	closed bool
}

var _ net.PacketConn = (*plug)(nil)

// plug connects a socket to one end, in the place of one that may be there.
func (c *cable) plug(at side) *plug {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plugs[at] = &plug{cable: c, at: at, more: make(chan struct{})}
	return c.plugs[at]
}

// since returns what was carried after a moment.
func (c *cable) since(begin time.Time) (all []datagram) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range c.seen {
		if d.at.After(begin) {
			all = append(all, d)
		}
	}
	return all
}

// addresses of the two ends.
var addresses = [2]*net.UDPAddr{
	atAgent: {IP: net.IPv4(198, 51, 100, 7), Port: 50000},
	atSite:  {IP: net.IPv4(192, 0, 2, 1), Port: 443},
}

func (p *plug) WriteTo(b []byte, _ net.Addr) (int, error) {
	c := p.cable
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, datagram{time.Now(), p.at, len(b)})
	text, to := append([]byte(nil), b...), c.plugs[1-p.at]
	time.AfterFunc(latency, func() { to.change(func() { to.queue = append(to.queue, text) }) })
	return len(b), nil
}

func (p *plug) change(edit func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	edit()
	close(p.more)
	p.more = make(chan struct{})
}

func (p *plug) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		p.mu.Lock()
		queue, more, dead, closed := p.queue, p.more, p.dead, p.closed
		if len(queue) > 0 && !closed {
			p.queue = queue[1:]
		}
		p.mu.Unlock()
		switch {
		case closed:
			return 0, nil, net.ErrClosed
		case len(queue) > 0:
			return copy(b, queue[0]), addresses[1-p.at], nil
		case !dead.IsZero() && !time.Now().Before(dead):
			return 0, nil, os.ErrDeadlineExceeded
		}
		var late <-chan time.Time
		if !dead.IsZero() {
			late = time.After(time.Until(dead))
		}
		select {
		case <-more:
		case <-late:
		}
	}
}

func (p *plug) Close() error {
	p.change(func() { p.closed = true })
	return nil
}

func (p *plug) LocalAddr() net.Addr { return addresses[p.at] }

func (p *plug) SetDeadline(t time.Time) error { return p.SetReadDeadline(t) }

func (p *plug) SetReadDeadline(t time.Time) error {
	p.change(func() { p.dead = t })
	return nil
}

func (p *plug) SetWriteDeadline(time.Time) error { return nil }
