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

// UDP relays datagrams to an address, for every client over a line of its own.
// What overflows the queue is lost.
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
	u := &datagrams{near: near, to: address, line: line, clients: map[string]*lane{}}
	go u.read()
	return &Relay{closers: []io.Closer{near, u}}, nil
}

// datagrams are the lines of all clients. One goroutine reads what they send.
type datagrams struct {
	near    net.PacketConn
	to      *net.UDPAddr
	line    Line
	clients map[string]*lane // up, by the client's address

	mu  sync.Mutex
	far []*net.UDPConn
}

// Close ends the lines. The one that reads ends with the socket.
func (u *datagrams) Close() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, far := range u.far {
		far.Close()
	}
	return nil
}

func (u *datagrams) read() {
	b := make([]byte, 1<<16)
	for {
		n, from, err := u.near.ReadFrom(b)
		if err != nil {
			return
		}
		up, known := u.clients[from.String()]
		if !known {
			if up, err = u.begin(from); err != nil {
				return
			}
			u.clients[from.String()] = up
		}
		up.send(b[:n])
	}
}

// begin makes the line of a client that is heard for the first time, and returns
// its way up.
func (u *datagrams) begin(client net.Addr) (*lane, error) {
	far, err := net.DialUDP("udp", nil, u.to)
	if err != nil {
		return nil, err
	}
	u.mu.Lock()
	u.far = append(u.far, far)
	u.mu.Unlock()
	up, down := newLane(u.line), newLane(u.line)
	go up.deliver(func(b []byte) error { _, err := far.Write(b); return err })
	go down.deliver(func(b []byte) error { _, err := u.near.WriteTo(b, client); return err })
	go func() {
		b := make([]byte, 1<<16)
		for {
			n, err := far.Read(b)
			if err != nil {
				return
			}
			down.send(b[:n])
		}
	}()
	return up, nil
}
