package lasting

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

const (
	pingSize = 8
	maxPongs = 8               // answers that wait; a peer that asks more often gets fewer
	endTime  = 5 * time.Second // for a peer that has ended the line to take in the answer
)

// carrier is one stream that carries a line.
type carrier struct {
	stream transport.Stream
	packet []byte // being written
	pongs  [][]byte
	tells  bool // Received is due, however little is new: the last may have been lost
	asks   bool // a Ping is due
	over   bool // nothing is written any more
}

// Received returns how many bytes of the conversation have come.
func (l *Line) Received() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.in.total
}

// Check returns an error unless a peer that has received so many bytes can be
// sent all the others.
func (l *Line) Check(received uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.check(received)
}

// Drop ends the carrier that there may be, soon: its Carry returns.
func (l *Line) Drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.carrier != nil {
		l.carrier.stream.Close()
	}
}

// Carry lets s carry the line, for a peer that has received so many bytes, until
// s breaks or the line is over, and closes s. The error is nil if and only if
// the line is over. One carrier at a time.
func (l *Line) Carry(s transport.Stream, received uint64) error {
	defer s.Close()
	c := &carrier{stream: s, tells: true}
	if err := l.attach(c, received); err != nil {
		return err
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		l.send(c)
	}()
	err := l.receive(c)
	if errors.Is(err, io.EOF) { // to be answered in the same way
		late := time.AfterFunc(endTime, func() { s.Close() })
		defer late.Stop()
	} else {
		s.Close()
	}
	l.detach(c)
	err = l.verdict(err)
	<-written
	return err
}

// attach begins with a carrier.
func (l *Line) attach(c *carrier, received uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end != nil {
		return nil // receive finds out
	}
	if err := l.out.check(received); err != nil {
		return err
	}
	if l.carrier != nil {
		panic("lasting: two carriers")
	}
	l.carrier = c
	l.out.sent = int(received - l.out.base)
	return nil
}

func (l *Line) detach(c *carrier) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.over = true
	l.carrier = nil
	l.changed.Broadcast()
}

// send writes what is due until the carrier is over or has everything.
func (l *Line) send(c *carrier) {
	for {
		b := l.due(c)
		if b == nil {
			break
		}
		if _, err := c.stream.Write(b); err != nil {
			c.stream.Close() // on which receive finds out
			return
		}
	}
	_ = c.stream.CloseWrite() // if that fails, receive finds out, or it is over anyway
}

// due waits for something to write. It returns nil when there is nothing more.
func (l *Line) due(c *carrier) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !c.over && l.end == nil {
		switch {
		case len(c.pongs) > 0:
			pong := c.pongs[0]
			c.pongs = c.pongs[1:]
			return wire.Append(nil, wire.TypePong, pong)
		case c.asks:
			c.asks = false
			ping := make([]byte, pingSize)
			rand.Read(ping)
			return wire.Append(nil, wire.TypePing, ping)
		case c.tells, l.in.news():
			c.tells = false
			return wire.Append(nil, wire.TypeReceived, l.in.tell().Append(nil))
		case l.out.sent < l.out.buf.len():
			c.packet = l.out.next(c.packet[:0])
			return c.packet
		case l.out.fin:
			return nil
		}
		l.changed.Wait()
	}
	return nil
}

// receive reads what comes until the carrier ends, and returns why.
func (l *Line) receive(c *carrier) error {
	r := wire.NewReader(c.stream, l.Limit)
	heard, stop := l.listen(c)
	defer stop()
	for {
		t, body, err := r.Next()
		if errors.Is(err, wire.ErrTooLong) {
			return fmt.Errorf("%w: %w", ErrProtocol, err)
		}
		if err != nil {
			return err
		}
		heard()
		if err := l.take(c, t, body); err != nil {
			return err
		}
	}
}

// listen gives a carrier up that is silent for too long, and asks for signs of
// life before. The first function says that there was one.
func (l *Line) listen(c *carrier) (heard, stop func()) {
	if l.Silence == 0 {
		return func() {}, func() {}
	}
	late := time.AfterFunc(l.Silence, func() { c.stream.Close() })
	tick := time.NewTicker(l.Silence / 3)
	over := make(chan struct{})
	go func() {
		for {
			select {
			case <-tick.C:
				l.ask(c)
			case <-over:
				return
			}
		}
	}()
	heard = func() { late.Reset(l.Silence) }
	return heard, func() {
		late.Stop()
		tick.Stop()
		close(over)
	}
}

func (l *Line) ask(c *carrier) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.asks = true
	l.changed.Broadcast()
}

// take deals with one message.
func (l *Line) take(c *carrier, t wire.Type, body []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.changed.Broadcast()
	switch t {
	case wire.TypePing:
		if len(body) != pingSize {
			return fmt.Errorf("%w: ping of %d bytes", ErrProtocol, len(body))
		}
		if len(c.pongs) < maxPongs {
			c.pongs = append(c.pongs, slices.Clone(body))
		}
	case wire.TypePong: // that something came is all it says
	case wire.TypeReceived:
		n, err := wire.ParseReceived(body)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrProtocol, err)
		}
		return l.out.acknowledge(n)
	default:
		err := l.in.take(t, body)
		if l.closed {
			l.in.buf.drop(l.in.buf.len()) // nobody reads any more
		}
		return err
	}
	return nil
}

// verdict settles whether a carrier's end is the line's.
func (l *Line) verdict(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if errors.Is(err, io.EOF) || errors.Is(err, ErrProtocol) {
		l.endLocked(err)
	}
	if l.end != nil {
		return nil
	}
	return err
}
