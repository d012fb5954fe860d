// Package transport says what a tunnel is: one authenticated, encrypted,
// multiplexed connection between an agent and its site, in which every stream
// is a conversation (see package wire for what is said on it).
//
// It is not an implementation: transport/quic carries tunnels over UDP,
// transport/transporttest in memory, and both pass
// transporttest.TestTunnel. It knows no messages and decides about no rights;
// it only says, and proves, which key the peer owns.
package transport

import (
	"context"
	"crypto/ed25519"
	"errors"
	"net"
	"time"
)

// Tunnel is a connection on which both sides have proved their keys. All
// methods are safe for concurrent use.
type Tunnel interface {
	// Open begins a conversation. It blocks while the peer allows no further
	// stream, at most until ctx ends.
	Open(ctx context.Context) (Stream, error)
	// Accept returns the next conversation that the peer began. After the
	// tunnel's end it returns an error that wraps ErrClosed.
	Accept(ctx context.Context) (Stream, error)
	// Peer says who is at the other end.
	Peer() Peer
	// Context ends when the tunnel does; context.Cause says why.
	Context() context.Context
	// Close ends the tunnel and all its streams at once. The reason, at most
	// 200 bytes, reaches the peer if the network lets it. Further calls do
	// nothing.
	Close(reason string) error
}

// Stream is one conversation: an ordered, reliable stream of bytes each way.
// One goroutine may read while another writes.
type Stream interface {
	Read(p []byte) (int, error)
	Write(p []byte) (int, error)
	// CloseWrite says that no more will be written; the peer reads io.EOF
	// after all that was. Reading goes on.
	CloseWrite() error
	// Close ends both directions at once: reads and writes of both sides
	// return, and what was written may be lost, unless CloseWrite came before:
	// then the peer still reads all of it and io.EOF. Further calls do nothing.
	Close() error
	SetDeadline(t time.Time) error
}

// Peer is the other end of a tunnel.
type Peer struct {
	Key     ed25519.PublicKey // proved in the handshake
	Addr    net.Addr          // where its packets come from
	Binding []byte            // 32 bytes that only the two ends know: wire.BindingLabel exported
}

// Listener accepts tunnels.
type Listener interface {
	// Accept returns the next tunnel whose handshake is complete. After Close
	// it returns an error that wraps ErrClosed.
	Accept(ctx context.Context) (Tunnel, error)
	Addr() net.Addr
	// Close stops accepting; tunnels that were accepted live on.
	Close() error
}

// Dialer makes tunnels to one site.
type Dialer interface {
	// Dial tries once. An error that wraps ErrWrongPeer means that something
	// answered, but without the pinned key.
	Dial(ctx context.Context) (Tunnel, error)
}

// Errors on which callers decide.
var (
	ErrClosed    = errors.New("tunnel closed")
	ErrSilent    = errors.New("no sign of life from the peer") // why a tunnel ended; wrapped beside ErrClosed
	ErrWrongPeer = errors.New("the peer does not own the expected key")
)

// Renewer is a Tunnel that can check itself after its computer's network has
// changed.
type Renewer interface {
	Tunnel
	// Renew returns nil once the peer has answered, on the old path or on a new
	// one that the tunnel moved to. An error means that it did not until ctx
	// ended, and says nothing about later.
	Renew(ctx context.Context) error
}

// Keeper is a Tunnel that keeps itself alive and ends by itself, with ErrSilent,
// when the peer falls silent. Nothing needs to be said on it for that.
type Keeper interface {
	Tunnel
	// Keeps reports whether all this is so, which one that wraps another tunnel
	// does not know before. The channel, which may be nil, holds a token when the
	// peer has missed a sign of life: whoever asks it something then learns sooner
	// if it does not know this tunnel any more.
	Keeps() (doubt <-chan struct{}, keeps bool)
}

// Keeps is a tunnel's method of that name; it keeps nothing without one.
func Keeps(t Tunnel) (doubt <-chan struct{}, keeps bool) {
	if k, ok := t.(Keeper); ok {
		return k.Keeps()
	}
	return nil, false
}

// Witness is a Tunnel on which everything stands in one line, as it does over
// TCP. A sign of life then waits behind data, and on a thin line that loses
// packets for longer than silence is allowed; so the data is one itself.
type Witness interface {
	Tunnel
	// Heard returns when bytes of the peer last came.
	Heard() time.Time
}

// Heard returns when bytes of the peer last came, the zero time if the tunnel
// is no Witness: only messages count then.
func Heard(t Tunnel) time.Time {
	if w, ok := t.(Witness); ok {
		return w.Heard()
	}
	return time.Time{}
}
