// Package lasting makes one stream out of several: a [Line] is what a
// conversation reads and writes, and one transport.Stream after another carries
// it. Nothing is lost or doubled when one breaks, and nobody who uses the Line
// notices.
//
// It makes no connection, knows no token and decides about no right: who may
// carry a line on, and for how long it waits, its owner decides (agent/held at
// the endpoint, cmd/jump/internal/channel at the other end).
//
// # The bytes
//
// Both sides count the bytes of the conversation's messages, headers included.
// Each keeps what it has sent until the other says that it took it out of its
// buffer (wire.TypeReceived), [Window] bytes at most; when there is no more
// room, whoever writes waits. So each can always take in all that may be on its
// way, never stops reading, and answers a Ping however slowly its program takes
// the input. When a carrier breaks, what had come of a message in part is thrown
// away, each side says how many bytes of whole messages it has, and the other
// goes on there:
//
//	          forgotten      kept, to be sent again          not sent
//	|------------------------|----------------|----------------|
//	0                        base             received         written
//	                         (Received n)     (Resume, Opened)
//
// Received, Ping and Pong belong to the carrier and are not counted.
package lasting

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// Window is how many bytes each side keeps for the other until they are
// acknowledged, and may receive without having read them.
const Window = 512 << 10

// Options say what a line is for. The zero value is good but for Limit.
type Options struct {
	// Limit bounds the body of a message of the peer, in bytes, at most
	// wire.MaxData.
	Limit int
	// Answer gets the first message that is written, which is the answer to
	// the conversation's start and not of the line. It must not keep body.
	Answer func(t wire.Type, body []byte)
	// Silence is how long a carrier may say nothing before it is given up. A
	// line that minds asks for signs of life. 0: the carrier itself knows when
	// it is broken.
	Silence time.Duration
}

// ErrProtocol says that the peer does not keep to the rules. The line is over.
var ErrProtocol = errors.New("the other side broke the protocol of a lasting conversation")

// Line is a stream that outlives what carries it. It begins without a carrier.
type Line struct {
	Options
	done chan struct{} // closed when the line is over

	mu       sync.Mutex
	changed  sync.Cond // whatever happens
	out      outgoing
	in       incoming
	carrier  *carrier // nil: none
	answered bool     // the first message was written
	closed   bool     // by our side; what it wrote before CloseWrite is still delivered
	end      error    // nil if and only if done is open
}

var _ transport.Stream = (*Line)(nil)

// New returns a line that waits for its first carrier.
func New(o Options) *Line {
	l := &Line{Options: o, done: make(chan struct{}), answered: o.Answer == nil}
	l.changed.L = &l.mu
	return l
}

// Read reads what the peer has sent. The error is io.EOF after the peer's end
// in good order.
func (l *Line) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.in.buf.len() == 0 && l.end == nil && !l.closed {
		l.changed.Wait()
	}
	switch {
	case l.closed:
		return 0, net.ErrClosed
	case l.in.buf.len() == 0:
		return 0, l.end
	}
	n := l.in.read(p)
	l.changed.Broadcast()
	return n, nil
}

// Write writes messages, whole or in parts, and waits while Window bytes are
// not acknowledged.
func (l *Line) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out.part.add(p)
	for m := l.out.message(); m != nil; m = l.out.message() {
		if err := l.putLocked(m); err != nil {
			return 0, err
		}
		l.out.part.drop(len(m))
	}
	return len(p), nil
}

// putLocked queues a message, once there is room for it.
func (l *Line) putLocked(m []byte) error {
	for l.end == nil && !l.closed && !l.out.fin && !l.out.room(len(m)) {
		l.changed.Wait()
	}
	switch {
	case l.end != nil && !errors.Is(l.end, io.EOF):
		return l.end
	case l.end != nil, l.closed, l.out.fin:
		return net.ErrClosed
	case !l.answered:
		l.answered = true
		l.Answer(wire.Type(m[0]), m[wire.HeaderSize:])
	case !ofCarrier(wire.Type(m[0])):
		l.out.buf.add(m)
		l.changed.Broadcast()
	}
	return nil
}

// CloseWrite says that nothing more will be written. The peer learns it when it
// has all the rest.
func (l *Line) CloseWrite() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end != nil || l.closed {
		return net.ErrClosed
	}
	l.out.fin = true
	l.changed.Broadcast()
	return nil
}

// Close ends the line, at once unless CloseWrite came before: then it lives on
// until the peer has the rest.
func (l *Line) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if !l.out.fin {
		l.endLocked(net.ErrClosed)
	}
	l.changed.Broadcast()
	return nil
}

// End ends the line at once, whatever is still to be delivered.
func (l *Line) End() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.endLocked(net.ErrClosed)
}

// SetDeadline does nothing: a line waits for as long as its owner lets it.
func (l *Line) SetDeadline(time.Time) error { return nil }

// Done returns a channel that is closed when the line is over: the peer has
// ended it in good order or broken the protocol, or it was ended.
func (l *Line) Done() <-chan struct{} { return l.done }

// endLocked ends the line for a reason; the first one counts.
func (l *Line) endLocked(why error) {
	if l.end != nil {
		return
	}
	l.end = why
	close(l.done)
	if l.carrier != nil {
		l.carrier.stream.Close()
	}
	l.changed.Broadcast()
}
