package sessions

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// socket makes one stream of bytes of a WebSocket's binary messages.
type socket struct {
	conn   *websocket.Conn
	ctx    context.Context // its end closes the connection without a word
	reader io.Reader       // the rest of the current message
	broken atomic.Bool

	waiting atomic.Bool  // Read waits for the representative
	heard   atomic.Int64 // how often it came back
}

var _ carrier = (*socket)(nil)

// acceptSocket upgrades a request. If it fails the request has been answered.
func acceptSocket(ctx context.Context, w http.ResponseWriter, r *http.Request) (*socket, error) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{Subprotocol}, InsecureSkipVerify: true, // the origin was checked against the site's URL
		CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, err
	}
	if conn.Subprotocol() != Subprotocol {
		conn.Close(websocket.StatusPolicyViolation, "subprotocol "+Subprotocol+" is needed")
		return nil, errors.New("another subprotocol")
	}
	conn.SetReadLimit(messageLimit)
	return &socket{conn: conn, ctx: ctx}, nil
}

func (s *socket) close(status websocket.StatusCode, reason string) { s.conn.Close(status, reason) }

func (s *socket) drop() { s.conn.CloseNow() }

// failed reports whether the representative's side came to an end.
func (s *socket) failed() bool { return s.broken.Load() }

func (s *socket) Read(p []byte) (int, error) {
	s.waiting.Store(true)
	defer func() {
		s.heard.Add(1)
		s.waiting.Store(false)
	}()
	for {
		if err := s.next(); err != nil {
			s.broken.Store(true)
			return 0, fmt.Errorf("read from the representative: %w", err)
		}
		n, err := s.reader.Read(p)
		if errors.Is(err, io.EOF) {
			s.reader, err = nil, nil
		}
		if err != nil {
			s.broken.Store(true)
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// next waits for a message unless there is one.
func (s *socket) next() error {
	if s.reader != nil {
		return nil
	}
	kind, r, err := s.conn.Reader(s.ctx)
	if err == nil && kind != websocket.MessageBinary {
		err = errors.New("a text message came where only binary ones may")
	}
	if err == nil {
		s.reader = r
	}
	return err
}

// Write sends p as one message. A reader that takes nothing for stallTime is
// given up.
func (s *socket) Write(p []byte) (int, error) {
	ctx, cancel := context.WithTimeout(s.ctx, stallTime)
	defer cancel()
	if err := s.conn.Write(ctx, websocket.MessageBinary, p); err != nil {
		s.broken.Store(true)
		return 0, fmt.Errorf("write to the representative: %w", err)
	}
	return len(p), nil
}

// ping asks for a sign of life now and then, and returns when there is none for
// stallTime. It asks only while Read waits, for nobody else hears the answer:
// an agent that takes no input is no reason to give up the representative. Nor
// is a write that takes long; that has a limit of its own.
func (s *socket) ping() error {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return s.ctx.Err()
		case <-tick.C:
		}
		if !s.waiting.Load() {
			continue
		}
		heard, asked := s.heard.Load(), time.Now()
		ctx, cancel := context.WithTimeout(s.ctx, stallTime)
		err := s.conn.Ping(ctx)
		cancel()
		if err != nil && time.Since(asked) >= stallTime && s.waiting.Load() && s.heard.Load() == heard {
			return err
		}
	}
}
