package quic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/quic-go/quic-go"

	"jump/transport"
	"jump/transport/identity"
)

// tunnel is one QUIC connection.
type tunnel struct {
	conn   *quic.Conn
	peer   transport.Peer
	ctx    context.Context
	gone   chan struct{} // closed when nothing of the connection is left
	finish func()        // runs once, after the connection's end, before gone

	silence silence
	doubt   chan struct{}
	strict  bool // the port has others, too; set before anybody looks
}

var _ transport.Keeper = (*tunnel)(nil)

// newTunnel takes over a connection whose handshake is complete.
func newTunnel(conn *quic.Conn, finish func()) (*tunnel, error) {
	cs := conn.ConnectionState().TLS
	key, err := identity.PeerKey(cs)
	if err != nil {
		return nil, err
	}
	binding, err := identity.Binding(cs)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(conn.Context()))
	t := &tunnel{
		conn: conn, peer: transport.Peer{Key: key, Addr: conn.RemoteAddr(), Binding: binding},
		ctx: ctx, gone: make(chan struct{}), finish: finish, doubt: make(chan struct{}, 1),
	}
	context.AfterFunc(conn.Context(), func() {
		cancel(ended(context.Cause(conn.Context())))
		t.finish()
		close(t.gone)
	})
	return t, nil
}

// ended turns the end of a connection into a sentence that wraps ErrClosed.
func ended(cause error) error {
	var app *quic.ApplicationError
	var idle *quic.IdleTimeoutError
	var reset *quic.StatelessResetError
	switch {
	case errors.As(cause, &app) && app.Remote:
		return fmt.Errorf("%w by the peer: %s", transport.ErrClosed, transport.ShowReason(app.ErrorMessage))
	case errors.As(cause, &app) && app.ErrorCode == codeSilent:
		return fmt.Errorf("%w: %w for %v", transport.ErrClosed, transport.ErrSilent, silentAfter)
	case errors.As(cause, &app):
		return fmt.Errorf("%w by this side: %s", transport.ErrClosed, app.ErrorMessage)
	case errors.As(cause, &idle):
		return fmt.Errorf("%w: %w for %v", transport.ErrClosed, transport.ErrSilent, idleTimeout)
	case errors.As(cause, &reset):
		return fmt.Errorf("%w: the peer does not know this tunnel any more", transport.ErrClosed)
	}
	return fmt.Errorf("%w: %w", transport.ErrClosed, cause)
}

// fail says why an operation failed: the tunnel's end rather than its symptom.
// Whatever ends a connection wraps net.ErrClosed, and reaches streams before it
// ends the connection's context.
func (t *tunnel) fail(what string, err error) error {
	if t.conn.Context().Err() != nil {
		err = ended(context.Cause(t.conn.Context()))
	} else if errors.Is(err, net.ErrClosed) {
		err = ended(err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

func (t *tunnel) Open(ctx context.Context) (transport.Stream, error) {
	s, err := t.conn.OpenStreamSync(ctx)
	if err != nil {
		return nil, t.fail("open stream", err)
	}
	return &stream{s: s, tunnel: t}, nil
}

func (t *tunnel) Accept(ctx context.Context) (transport.Stream, error) {
	s, err := t.conn.AcceptStream(ctx)
	if err != nil {
		return nil, t.fail("accept stream", err)
	}
	return &stream{s: s, tunnel: t}, nil
}

func (t *tunnel) Peer() transport.Peer { return t.peer }

func (t *tunnel) Context() context.Context { return t.ctx }

// Close sends the reason once and waits until nothing of the tunnel is left.
func (t *tunnel) Close(reason string) error {
	err := t.conn.CloseWithError(codeClosed, transport.ClipReason(reason))
	<-t.gone
	return err
}

// stream is one QUIC stream.
type stream struct {
	s        *quic.Stream
	tunnel   *tunnel
	finished atomic.Bool // CloseWrite was called, so the peer shall have it all
}

var _ transport.Stream = (*stream)(nil)

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.s.Read(p)
	return n, s.explain("read", err)
}

func (s *stream) Write(p []byte) (int, error) {
	n, err := s.s.Write(p)
	return n, s.explain("write", err)
}

// explain leaves what callers compare as it is.
func (s *stream) explain(what string, err error) error {
	var reset *quic.StreamError
	switch {
	case err == nil, err == io.EOF, errors.Is(err, os.ErrDeadlineExceeded):
		return err
	case errors.As(err, &reset) && reset.Remote:
		return fmt.Errorf("%s: stream closed by the peer", what)
	case errors.As(err, &reset):
		return fmt.Errorf("%s: %w", what, net.ErrClosed)
	}
	return s.tunnel.fail(what, err)
}

func (s *stream) CloseWrite() error {
	err := s.s.Close()
	s.finished.Store(err == nil)
	return s.explain("close stream for writing", err)
}

func (s *stream) Close() error {
	s.s.CancelRead(codeStreamEnded)
	if !s.finished.Load() {
		s.s.CancelWrite(codeStreamEnded)
	}
	return nil
}

func (s *stream) SetDeadline(t time.Time) error { return s.s.SetDeadline(t) }
