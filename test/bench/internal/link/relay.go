package link

import (
	"io"
	"net"
	"sync"
	"time"
)

// Relay is a running line.
type Relay struct {
	closers []io.Closer
	once    sync.Once
}

// Close ends it.
func (r *Relay) Close() error {
	r.once.Do(func() {
		for _, c := range r.closers {
			c.Close()
		}
	})
	return nil
}

// TCP relays connections from one address to another. A full queue holds the
// sender up, as a line does to TCP in the end.
func TCP(from, to string, line Line) (*Relay, error) {
	l, err := net.Listen("tcp", from)
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				near.Close()
				continue
			}
			go pump(near, far, line)
			go pump(far, near, line)
		}
	}()
	return &Relay{closers: []io.Closer{l}}, nil
}

// pump carries one direction of a connection.
func pump(from, to net.Conn, line Line) {
	lane := newLane(line)
	defer close(lane.queue)
	go func() {
		lane.deliver(func(b []byte) error { _, err := to.Write(b); return err })
		to.Close()
	}()
	b := make([]byte, 4096)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		for !lane.send(b[:n]) {
			time.Sleep(time.Millisecond)
		}
	}
}

// UDP relays datagrams from one client to an address. What overflows the queue
// is lost.
func UDP(from, to string, line Line) (*Relay, error) {
	near, err := net.ListenPacket("udp", from)
	if err != nil {
		return nil, err
	}
	address, err := net.ResolveUDPAddr("udp", to)
	if err != nil {
		near.Close()
		return nil, err
	}
	far, err := net.DialUDP("udp", nil, address)
	if err != nil {
		near.Close()
		return nil, err
	}
	u := &datagrams{near: near, far: far, up: newLane(line), down: newLane(line)}
	go u.read()
	go u.answer()
	go u.up.deliver(func(b []byte) error { _, err := far.Write(b); return err })
	go u.down.deliver(u.toClient)
	return &Relay{closers: []io.Closer{near, far}}, nil
}

type datagrams struct {
	near     net.PacketConn
	far      *net.UDPConn
	up, down *lane

	mu     sync.Mutex
	client net.Addr // the last that was heard
}

func (u *datagrams) read() {
	b := make([]byte, 1<<16)
	for {
		n, from, err := u.near.ReadFrom(b)
		if err != nil {
			return
		}
		u.mu.Lock()
		u.client = from
		u.mu.Unlock()
		u.up.send(b[:n])
	}
}

func (u *datagrams) answer() {
	b := make([]byte, 1<<16)
	for {
		n, err := u.far.Read(b)
		if err != nil {
			return
		}
		u.down.send(b[:n])
	}
}

func (u *datagrams) toClient(b []byte) error {
	u.mu.Lock()
	to := u.client
	u.mu.Unlock()
	if to != nil {
		u.near.WriteTo(b, to)
	}
	return nil
}
