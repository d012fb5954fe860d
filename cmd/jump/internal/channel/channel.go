// Package channel holds one conversation with a Jump Client from the
// representative's side: a program run there (Exec), a terminal (Shell), the
// screen (Watch), files (Files).
//
// It is not the endpoint's half (agent/session is) and it knows no terminal and
// no command line: bytes come in and go out where the caller says. The
// messages are those of package wire, the pictures are decoded by
// capture/decode.
package channel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/coder/websocket"

	"jump/transport/wire"
)

// Codes with which a site closes a WebSocket; the reason is a wire.Code.
const (
	closeAgentLost    websocket.StatusCode = 4000
	closeSessionEnded websocket.StatusCode = 4001
)

// Ended says that the site ended a conversation, and why.
type Ended struct {
	Code   wire.Code
	Sought time.Duration // for which there was no way back
}

// Error returns one sentence.
func (e *Ended) Error() string {
	if e.Code == wire.CodeSessionEnded {
		return "the session was ended"
	}
	if e.Sought > 0 {
		return fmt.Sprintf("the connection to the Jump Client was lost, and was not there again within %v", e.Sought)
	}
	return "the connection to the Jump Client was lost"
}

// Channel is one conversation. One goroutine may read while others write.
type Channel struct {
	conn io.WriteCloser
	in   *wire.Reader
	read int64
}

// Open says what the conversation is about (start, a ScreenStart, ShellStart
// or ExecStart under its type) and waits for the endpoint's yes. limit bounds
// the messages that follow, in bytes. When ctx ends, so does the Channel. A no
// is a *wire.Refused.
func Open(ctx context.Context, ws *websocket.Conn, t wire.Type, start any, limit int) (*Channel, error) {
	conn := websocket.NetConn(ctx, ws, websocket.MessageBinary)
	c := &Channel{conn: conn, in: wire.NewReader(conn, limit)}
	if err := c.begin(t, start); err != nil {
		ws.CloseNow()
		return nil, err
	}
	return c, nil
}

func (c *Channel) begin(t wire.Type, start any) error {
	if err := wire.Send(c.conn, t, start); err != nil {
		return fmt.Errorf("open the channel: %w", reason(err))
	}
	_, err := answer(c.in)
	return err
}

// Next reads one message; pings are answered on the way. The body is valid
// until the next call. The end in good order is io.EOF; if the site said why
// it ended the error is an *Ended.
func (c *Channel) Next() (wire.Type, []byte, error) {
	for {
		t, body, err := c.in.Next()
		if err != nil {
			return 0, nil, c.why(err)
		}
		c.read += int64(wire.HeaderSize + len(body))
		if t != wire.TypePing {
			return t, body, nil
		}
		if err := c.Send(wire.TypePong, body); err != nil {
			return 0, nil, err
		}
	}
}

// Read returns how many bytes of messages Next has read.
func (c *Channel) Read() int64 { return c.read }

// Send writes one message with a raw body.
func (c *Channel) Send(t wire.Type, body []byte) error { return reason(wire.Write(c.conn, t, body)) }

// Close ends the conversation.
func (c *Channel) Close() error { return c.conn.Close() }

// why returns why a conversation came to its end.
func (c *Channel) why(err error) error {
	if o, lasts := c.conn.(*outlasting); lasts {
		<-o.over
		if o.fate != nil {
			return o.fate
		}
	}
	return reason(err)
}

// reason turns a close code of the WebSocket into what it means.
func reason(err error) error {
	closed, ok := errors.AsType[websocket.CloseError](err)
	switch {
	case ok && closed.Code == closeSessionEnded:
		return &Ended{Code: wire.CodeSessionEnded}
	case ok && closed.Code == closeAgentLost && closed.Reason != "":
		return &Ended{Code: wire.Code(closed.Reason)}
	case ok && closed.Code == closeAgentLost:
		return &Ended{Code: wire.CodeNotConnected}
	}
	return err
}
