package quic

import (
	"context"
	"crypto/tls"

	"github.com/quic-go/quic-go"
)

// Guests are connections on a site's port that are no tunnels: they say so by
// their application protocol, show no key, and have passed the same admission and
// the same proofs of their address as an agent. Package
// jump/transport/webtransport has them.
type Guests interface {
	// TLS is how to greet them, with their application protocols in NextProtos,
	// none of which is that of tunnels.
	TLS() *tls.Config
	// Serve serves a connection whose handshake is complete, to its end.
	Serve(conn *quic.Conn)
}

// Also serves guests beside the tunnels. What HTTP/3 needs of the transport is
// then offered to everybody, since it is said before anybody knows who comes; a
// tunnel on which it is used ends.
func Also(g Guests) Option { return func(o *options) { o.guests = g } }

// guestStreams are what HTTP/3 needs of one direction: control and the two of
// QPACK (RFC 9114 section 6.2).
const guestStreams = 3

// welcomeGuests allows what tunnels do without.
func welcomeGuests(c *quic.Config) {
	c.MaxIncomingUniStreams = guestStreams
	c.EnableDatagrams = true
	c.EnableStreamResetPartialDelivery = true
}

// guestly reports whether a protocol is one of the guests'.
func (l *Listener) guestly(protocol string) bool {
	if l.guests == nil {
		return false
	}
	for _, p := range l.guests.TLS().NextProtos {
		if p == protocol {
			return true
		}
	}
	return false
}

// host serves a guest to its end.
func (l *Listener) host(conn *quic.Conn) {
	defer l.tunnels.Done()
	defer l.budget.release(conn)
	l.guests.Serve(conn)
	conn.CloseWithError(codeClosed, "") // if it still lives
	<-conn.Context().Done()
}

// past is a context that has ended: who waits with it only looks.
var past = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// strays reports whether the peer of a tunnel sent what only guests may: it
// would lie in memory, outside of the windows and for nobody.
func strays(conn *quic.Conn) bool {
	if _, err := conn.AcceptUniStream(past); err == nil {
		return true
	}
	_, err := conn.ReceiveDatagram(past)
	return err == nil
}
