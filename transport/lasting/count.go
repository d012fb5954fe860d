package lasting

import (
	"encoding/binary"
	"fmt"

	"jump/transport/wire"
)

// packet is how many bytes are written at once, unless one message is longer.
const packet = 32 << 10

// ofCarrier reports whether messages of that type are not of the conversation.
func ofCarrier(t wire.Type) bool {
	return t == wire.TypeReceived || t == wire.TypePing || t == wire.TypePong
}

// size returns the length of the message that b begins with, in bytes, and 0 if
// its header is not whole.
func size(b []byte) int {
	if len(b) < wire.HeaderSize {
		return 0
	}
	return wire.HeaderSize + int(binary.BigEndian.Uint32(b)&0xFFFFFF)
}

// outgoing is what was written and the peer has not acknowledged.
type outgoing struct {
	base uint64 // bytes that are acknowledged and forgotten
	buf  queue  // whole messages, from base on
	sent int    // bytes of buf that the carrier has; a border between two messages
	part queue  // written, but no whole message yet
	fin  bool   // nothing will be written any more
}

// message returns the first whole message of what was written, nil if there is
// none.
func (o *outgoing) message() []byte {
	b := o.part.bytes()
	if n := size(b); n > 0 && n <= len(b) {
		return b[:n]
	}
	return nil
}

// room reports whether n bytes more may be kept. A single message always may.
func (o *outgoing) room(n int) bool { return o.buf.len() == 0 || o.buf.len()+n <= Window }

// next appends whole messages that were not sent, and counts them as sent.
func (o *outgoing) next(b []byte) []byte {
	rest := o.buf.bytes()[o.sent:]
	n := size(rest)
	for n < len(rest) && n+size(rest[n:]) <= packet {
		n += size(rest[n:])
	}
	o.sent += n
	return append(b, rest[:n]...)
}

// acknowledge forgets what the peer has taken.
func (o *outgoing) acknowledge(n wire.Received) error {
	if uint64(n) < o.base || uint64(n) > o.base+uint64(o.sent) {
		return fmt.Errorf("%w: %d bytes acknowledged of %d to %d", ErrProtocol, n, o.base, o.base+uint64(o.sent))
	}
	k := int(uint64(n) - o.base)
	o.base, o.sent = uint64(n), o.sent-k
	o.buf.drop(k)
	return nil
}

// check reports whether sending can go on after so many bytes.
func (o *outgoing) check(received uint64) error {
	b := o.buf.bytes()
	if received < o.base || received > o.base+uint64(len(b)) {
		return fmt.Errorf("%w: %d bytes received of %d to %d", ErrProtocol, received, o.base, o.base+uint64(len(b)))
	}
	for at := 0; uint64(at) <= received-o.base; at += size(b[at:]) {
		if uint64(at) == received-o.base {
			return nil
		}
	}
	return fmt.Errorf("%w: %d bytes received are not whole messages", ErrProtocol, received)
}

// incoming is what came and was not read.
type incoming struct {
	total uint64 // bytes of whole messages that came
	buf   queue  // the last of them
	told  uint64 // how many bytes the peer knows to have been read
	begun int    // bytes of the message at the front of buf that were read already
	rest  int    // bytes of it that were not
}

// take adds a message.
func (i *incoming) take(t wire.Type, body []byte) error {
	n := wire.HeaderSize + len(body)
	if i.total+uint64(n)-i.told > Window {
		return fmt.Errorf("%w: more than %d bytes without an acknowledgement", ErrProtocol, Window)
	}
	i.buf.add(wire.AppendHeader(nil, t, len(body)))
	i.buf.add(body)
	i.total += uint64(n)
	return nil
}

func (i *incoming) read(p []byte) int {
	b := i.buf.bytes()
	n := copy(p, b)
	for at := 0; at < n; {
		if i.rest == 0 {
			i.begun, i.rest = 0, size(b[at:])
		}
		k := min(i.rest, n-at)
		at, i.begun, i.rest = at+k, i.begun+k, i.rest-k
	}
	i.buf.drop(n)
	return n
}

// done returns how many bytes of messages were read to their end. A part does
// not count, as the peer could not go on in the midst of a message.
func (i *incoming) done() uint64 {
	n := i.total - uint64(i.buf.len())
	if i.rest > 0 && i.buf.len() > 0 {
		n -= uint64(i.begun)
	}
	return n
}

// news reports whether enough was read to tell the peer.
func (i *incoming) news() bool { return i.done()-i.told >= Window/4 }

// tell returns what was read, as the peer will know.
func (i *incoming) tell() wire.Received {
	i.told = i.done()
	return wire.Received(i.told)
}
