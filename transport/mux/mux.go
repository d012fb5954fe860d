// Package mux carries the streams of a tunnel over one connection that is
// ordered, reliable and already authenticated, such as TLS over TCP.
//
// It does not dial, encrypt or know keys; transport/tls does. It is no general
// multiplexer either but what transport.Tunnel promises and QUIC has by itself:
// a half-close, a close that the peer's writer notices, a limit of streams that
// makes Open wait, and a reason for the end. The known libraries lack one or
// the other (in yamux a writer never learns that its reader is gone, in smux
// there is no half-close), and none is smaller than this.
//
// # Frames
//
// All that either end says is frames: eight bytes of header and a body.
//
//	 0        1        2        3        4        5        6        7
//	+--------+--------+--------+--------+--------+--------+--------+--------+--- - -
//	|  kind  |   length, 24 bit, big    |   stream, 32 bit, big endian      |  body
//	|        |   endian, of the body    |   (0: about the tunnel)           |
//	+--------+--------+--------+--------+--------+--------+--------+--------+--- - -
//
//	kind      stream  body            what it says
//	1 data    yes     1 to 16,368     the next bytes of a stream
//	2 fin     yes     none            no more will be written
//	3 reset   yes     none            no more will be written, and what was may be lost
//	4 stop    yes     none            no more will be read; the answer is reset, unless fin or reset is under way
//	5 window  yes     u32             so many more bytes of the stream may be sent
//	6 streams 0       u32             so many more streams may be opened
//	7 ping    0       none            say something; what a site says first, if it waits 43 s for its agent
//	8 pong    0       none            the answer to ping
//	9 close   0       0 to 200        the tunnel ends; the reason, UTF-8
//
// The first data or fin with the next number opens a stream: 1, 3, 5, … those of
// the agent, 2, 4, 6, … those of the site. A stream is over when both ends have
// said fin or reset. Whatever is against these rules ends the tunnel; nothing
// is skipped, since the application protocol of TLS already says which version
// of them is spoken.
package mux

import "time"

// Bounds of a tunnel.
const (
	keepAlive   = 28 * time.Second // of silence, until the agent pings
	idleTimeout = 43 * time.Second // of silence, until the tunnel is given up: known within 45 s
	// hastyKeepAlive is for a site that gives up after 30 s: one that has not said
	// a ping at first.
	hastyKeepAlive = 15 * time.Second
	linger         = time.Second // for a close frame to be read

	// A window begins small and grows while its reader keeps up, as long as the
	// budget lasts: only what a reader later leaves lying costs memory.
	firstWindow = 64 << 10 // bytes that may be on their way
	maxWindow   = 2 << 20  // 1 MiB on its way carries 80 Mbit/s over 100 ms

	sendBuffer = 32 << 10 // bytes of a stream that wait for the connection
	batch      = 32 << 10 // bytes of frames in one write, nearly
)

// Streams that one end may have open at a time, as in transport/quic.
const (
	streamsOfAgent = 8
	streamsOfSite  = 64
)
