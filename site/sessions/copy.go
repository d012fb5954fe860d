package sessions

import (
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/coder/websocket"

	"jump/transport"
	"jump/transport/wire"
)

// copy copies both ways until the agent's side ends, the representative's
// does, or the session. stop ends the viewer's context.
func (c *Channel) copy(viewer carrier, stream transport.Stream, stop func()) (websocket.StatusCode, string) {
	down, up, beat := make(chan error, 1), make(chan error, 1), make(chan error, 1)
	go func() { down <- c.pass(viewer, stream, DirectionFromClient) }()
	go func() { up <- c.pass(stream, viewer, DirectionFromRepresentative) }()
	go func() { beat <- viewer.ping() }()
	status, reason := c.wait(viewer, down, up, beat)
	if c.lasting && c.session.ctx.Err() == nil {
		viewer.close(status, reason)
		c.part(stream, up)
	}
	// Closing frees whoever reads or writes; then all three end.
	stream.Close()
	viewer.close(status, reason)
	stop()
	for _, end := range []chan error{down, up, beat} {
		<-end
	}
	if c.ledger != nil {
		if err := c.ledger.close(); err != nil {
			slog.Error("a copy of files could not be written down", "session", c.session.ID[:8], "error", err)
		}
	}
	return status, reason
}

// wait returns how the conversation ended. It puts back what it took from the
// channels, so that everybody can be waited for.
func (c *Channel) wait(viewer carrier, down, up, beat chan error) (websocket.StatusCode, string) {
	select {
	case err := <-down:
		down <- err
		return c.lost(err)
	case err := <-up:
		up <- err
		if viewer.failed() {
			return websocket.StatusNormalClosure, ""
		}
		// The agent takes no more, but may still have something to say.
		select {
		case err = <-down:
			down <- err
		case <-time.After(drainTime):
		}
		return c.lost(err)
	case err := <-beat:
		beat <- err
		return websocket.StatusPolicyViolation, "no answer to ping"
	case <-c.session.ctx.Done():
		return c.ended()
	}
}

// part tells the agent whether the representative left in good order, having
// received all there was: else it holds the conversation for a while. What a
// session's end ends is told to the agent in another way, see Clients.Release.
func (c *Channel) part(stream transport.Stream, up chan error) {
	late := time.NewTimer(drainTime)
	defer late.Stop()
	select {
	case err := <-up:
		up <- err
		if goodOrder(err) {
			_ = stream.CloseWrite() // an agent that is gone ends it by itself
		} else {
			c.broken = true
		}
	case <-late.C: // the agent takes nothing in
		c.broken = true
	}
}

// lost says how to close after the agent's side ended with err.
func (c *Channel) lost(err error) (websocket.StatusCode, string) {
	if errors.Is(err, io.EOF) {
		return websocket.StatusNormalClosure, ""
	}
	if c.session.ctx.Err() != nil {
		return c.ended()
	}
	c.broken = true
	return StatusClientLost, string(wire.CodeNotConnected)
}

// pass copies from src to dst until one of them fails, and returns that error;
// io.EOF if src came to its end. It holds at most copyBuffer bytes, so a slow
// reader slows the writer down.
func (c *Channel) pass(dst io.Writer, src io.Reader, d Direction) error {
	buf := make([]byte, copyBuffer)
	for {
		n, err := src.Read(buf)
		if n > 0 {
			if c.ledger != nil {
				if err := c.ledger.read(d, buf[:n]); err != nil {
					return err
				}
			}
			if _, err := dst.Write(buf[:n]); err != nil {
				return err
			}
			if c.registry.Tap != nil {
				c.registry.Tap(c.session.Session, c.kind, d, buf[:n])
			}
		}
		if err != nil {
			return err
		}
	}
}
