package quic

import (
	"context"
	"crypto/tls"
	"slices"

	"github.com/quic-go/quic-go"
)

// Others are connections on a site's port that are no tunnels: they say so by
// their application protocol, show no key, and have passed the same admission and
// the same proofs of their address as an agent. Package
// jump/transport/webtransport has them.
type Others interface {
	// TLS is how to greet them, with their application protocols in NextProtos,
	// none of which is that of tunnels.
	TLS() *tls.Config
	// Serve serves a connection whose handshake is complete, to its end.
	Serve(conn *quic.Conn)
}

// Also serves others beside the tunnels. What HTTP/3 needs of the transport is
// then offered to everybody, since it is said before anybody knows who comes; a
// tunnel on which it is used ends.
func Also(x Others) Option { return func(o *options) { o.others = x } }

// otherStreams are what HTTP/3 needs of one direction: control and the two of
// QPACK (RFC 9114 section 6.2).
const otherStreams = 3

// welcomeOthers allows what tunnels do without.
func welcomeOthers(c *quic.Config) {
	c.MaxIncomingUniStreams = otherStreams
	c.EnableDatagrams = true
	c.EnableStreamResetPartialDelivery = true
}

// isOther reports whether a protocol is one of the others'.
func (l *Listener) isOther(protocol string) bool {
	return l.others != nil && slices.Contains(l.others.TLS().NextProtos, protocol)
}

// host serves one of them to its end.
func (l *Listener) host(conn *quic.Conn) {
	defer l.tunnels.Done()
	defer l.budget.release(conn)
	l.others.Serve(conn)
	conn.CloseWithError(codeClosed, "") // if it still lives
	<-conn.Context().Done()
}

// past is a context that has ended: who waits with it only looks.
var past = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// strays reports whether the peer of a tunnel sent what only others may: it
// would lie in memory, outside of the windows and for nobody.
func strays(conn *quic.Conn) bool {
	if _, err := conn.AcceptUniStream(past); err == nil {
		return true
	}
	_, err := conn.ReceiveDatagram(past)
	return err == nil
}
