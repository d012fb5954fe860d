package webtransport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	"github.com/quic-go/webtransport-go"
)

// Times of a connection.
const (
	streamTime = 10 * time.Second // from the session to its stream
	closeTime  = 5 * time.Second  // for the other side to hear the end, as with a WebSocket
)

// Conn is one channel. One goroutine may read while another writes.
type Conn struct {
	quic    *quic.Conn
	session *webtransport.Session
	stream  *webtransport.Stream
	pieces  pieces

	mu     sync.Mutex // of what is written
	buffer []byte     // of the piece that is written
	broken bool       // nothing more can be written: a piece was cut short, or the last is out

	closing sync.Once
	limit   sync.Mutex // of end
	end     time.Time  // when writing ends at the latest, once it is closing
}

// Asked reports whether a request is for a session, and came to a Server.
func Asked(r *http.Request) bool {
	_, ok := r.Context().Value(visitorKey{}).(*visitor)
	return ok && r.Method == http.MethodConnect
}

// Accept gives a request its session and waits for the stream. If it fails the
// request has been answered, or nobody is there to hear it.
func Accept(w http.ResponseWriter, r *http.Request) (*Conn, error) {
	v, ok := r.Context().Value(visitorKey{}).(*visitor)
	if !ok {
		return nil, errors.New("accept a session: the request came another way")
	}
	session, err := v.server.wt.Upgrade(w, r)
	if err != nil {
		http.Error(w, "no session", http.StatusBadRequest)
		return nil, fmt.Errorf("accept a session: %w", err)
	}
	v.admitted()
	ctx, cancel := context.WithTimeout(session.Context(), streamTime)
	defer cancel()
	stream, err := session.AcceptStream(ctx)
	if err != nil {
		v.conn.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "no stream")
		return nil, fmt.Errorf("accept a stream: %w", err)
	}
	return Over(v.conn, session, stream), nil
}

// Over makes a Conn of one end of a session, of which it is all there is on the
// connection.
func Over(conn *quic.Conn, session *webtransport.Session, stream *webtransport.Stream) *Conn {
	return &Conn{quic: conn, session: session, stream: stream, pieces: pieces{from: stream}}
}

// Read returns the next bytes of the conversation. The error is a *CloseError if
// the other side closed in good order; any other is a loss.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.pieces.Read(p)
	var closed *webtransport.SessionError
	if errors.As(err, &closed) && closed.Remote {
		err = &CloseError{Code: uint16(min(closed.ErrorCode, 1<<16-1)), Reason: clip(closed.Message)}
	}
	return n, err
}

// Write sends p, waiting for the other side for no longer than until.
func (c *Conn) Write(p []byte, until time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken {
		return errors.New("write: the channel is closed")
	}
	c.write(until)
	for len(p) > 0 {
		n := min(len(p), MaxPiece)
		c.buffer = appendData(c.buffer[:0], p[:n])
		if _, err := c.stream.Write(c.buffer); err != nil {
			c.broken = true
			return err
		}
		p = p[n:]
	}
	return nil
}

// write sets the deadline of the writes that follow.
func (c *Conn) write(until time.Time) {
	c.limit.Lock()
	defer c.limit.Unlock()
	if !c.end.IsZero() && c.end.Before(until) {
		until = c.end
	}
	_ = c.stream.SetWriteDeadline(until) // of a stream that is gone the write tells
}

// hasten frees whoever writes for long, so that the channel can be closed.
func (c *Conn) hasten() {
	c.limit.Lock()
	defer c.limit.Unlock()
	c.end = time.Now().Add(closeTime)
	_ = c.stream.SetWriteDeadline(c.end)
}

// Nudge sends something that the browser's network stack acknowledges and its
// page does not see: so neither end takes a silent line for a broken one, and a
// broken one is known when nothing has come for as long as QUIC allows.
func (c *Conn) Nudge() error { return c.session.SendDatagram([]byte{0}) }

// Context ends with the channel.
func (c *Conn) Context() context.Context { return c.session.Context() }

// Close says how the channel ends, waits a moment for the other side, which
// closes the session when it has read that, and ends the connection. What was
// written before arrives before. Further calls wait for the first.
func (c *Conn) Close(code uint16, reason string) {
	c.closing.Do(func() {
		c.hasten()
		c.finish(code, reason)
		select {
		case <-c.session.Context().Done():
		case <-c.quic.Context().Done():
		case <-time.After(closeTime):
		}
		c.Drop()
	})
}

// Drop ends the connection without a word.
func (c *Conn) Drop() { c.quic.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "") }

// finish writes the closing piece, if one can be.
func (c *Conn) finish(code uint16, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken {
		_ = c.session.CloseWithError(webtransport.SessionErrorCode(code), clip(reason))
		return
	}
	c.broken = true
	if _, err := c.stream.Write(appendClose(nil, code, reason)); err == nil {
		_ = c.stream.Close()
	}
}
