package channel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/coder/websocket"

	"jump/transport/lasting"
	"jump/transport/wire"
)

// Times of a conversation whose connection was lost.
const (
	Patience = 5 * time.Minute // for which the endpoint holds it, and the longest that it is sought
	silence  = 15 * time.Second
	longest  = 4 * time.Second // between two tries
)

// Dialer makes a connection for one kind of channel, to whatever session it
// takes. Passing says of an error that time may mend it.
type Dialer func(ctx context.Context) (ws *websocket.Conn, passing bool, err error)

// passing are the refusals that time may mend: a client that is away, a site
// that has too much to do or begins again.
var passing = map[wire.Code]bool{
	wire.CodeClientOffline: true, wire.CodeOverloaded: true, wire.CodeInternal: true, wire.CodeTooSlow: true,
	wire.CodeNotConnected: true, wire.CodeTimeout: true, wire.CodeRestarting: true,
}

// Passing reports whether time may mend a refusal.
func Passing(code wire.Code) bool { return passing[code] }

// Outlast is Open for a conversation that goes on when its connection is lost:
// start must say so. For that long it tries again, with dial; tell hears of every
// loss, and of its end. Where the endpoint knows of no such thing this is Open.
// The end of ctx is the end of the conversation, in good order.
func Outlast(ctx context.Context, dial Dialer, t wire.Type, start any, limit int, patience time.Duration, tell func(lost bool)) (*Channel, error) {
	ws, _, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	first := carry(ctx, ws)
	opened, err := first.ask(t, start, limit)
	if err != nil {
		ws.CloseNow()
		return nil, err
	}
	if len(opened.Token) == 0 {
		context.AfterFunc(ctx, func() { ws.CloseNow() })
		return &Channel{conn: first.Conn, in: wire.NewReader(first, limit)}, nil
	}
	o := &outlasting{dial: dial, tell: tell, token: opened.Token, limit: limit, patience: min(patience, Patience), over: make(chan struct{}),
		Line: lasting.New(lasting.Options{Limit: limit, Silence: silence})}
	o.use(first)
	ctx, o.cancel = context.WithCancel(ctx)
	go o.hold(ctx, first) // Close waits for it
	context.AfterFunc(ctx, func() { o.leave() })
	return &Channel{conn: o, in: wire.NewReader(o.Line, limit)}, nil
}

// outlasting is the line of a conversation, and who keeps it carried.
type outlasting struct {
	*lasting.Line
	dial   Dialer
	tell   func(lost bool)
	token  []byte
	limit  int
	cancel context.CancelFunc

	patience time.Duration

	over chan struct{} // closed when nobody carries it any more
	fate error         // why, then; nil after an end in good order

	mu   sync.Mutex
	left bool     // by us
	now  *carrier // the newest
}

// use makes a carrier the one that is closed in good order when we leave, and
// reports whether it is too late for that.
func (o *outlasting) use(c *carrier) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = c
	return !o.left
}

// leave ends the conversation in good order.
func (o *outlasting) leave() {
	o.mu.Lock()
	left, now := o.left, o.now
	o.left = true
	o.mu.Unlock()
	if !left {
		_ = now.ws.Close(websocket.StatusNormalClosure, "") // else the endpoint holds it for a while
		o.Line.End()
	}
}

// Close ends the conversation.
func (o *outlasting) Close() error {
	o.leave()
	o.cancel()
	<-o.over
	return nil
}

// hold keeps the line carried until it is over.
func (o *outlasting) hold(ctx context.Context, c *carrier) {
	defer close(o.over)
	defer o.Line.End()
	for received := uint64(0); ; {
		err := o.Line.Carry(c, received)
		if err == nil || ctx.Err() != nil {
			return
		}
		if o.fate = ended(err); o.fate != nil {
			return
		}
		o.tell(true)
		if c, received, err = o.again(ctx); err != nil {
			o.fate = err
			return
		}
		o.tell(false)
	}
}

// again finds another carrier. The error says why it could not, or should not
// any longer.
func (o *outlasting) again(ctx context.Context) (*carrier, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, o.patience)
	defer cancel()
	for wait := 250 * time.Millisecond; ; wait = min(2*wait, longest) {
		select {
		case <-time.After(wait/2 + rand.N(wait)):
		case <-ctx.Done():
			return nil, 0, &Ended{Code: wire.CodeNotConnected, Sought: o.patience}
		}
		c, received, mend, err := o.resume(ctx)
		if err == nil || !mend && ctx.Err() == nil {
			return c, received, err
		}
	}
}

// resume tries once.
func (o *outlasting) resume(ctx context.Context) (c *carrier, received uint64, mend bool, err error) {
	ws, mend, err := o.dial(ctx)
	if err != nil {
		return nil, 0, mend, err
	}
	c = carry(ctx, ws)
	opened, err := c.ask(wire.TypeResume, &wire.Resume{Token: o.token, Received: o.Line.Received()}, o.limit)
	if err == nil && o.use(c) {
		return c, opened.Received, false, nil
	}
	if err == nil {
		err = net.ErrClosed // by us, meanwhile
	}
	ws.CloseNow()
	var no *wire.Refused
	return nil, 0, !errors.As(err, &no) && ended(err) == nil || no != nil && Passing(no.Code), err
}

// ended returns what an error means that ended the session; nil if it was the
// connection only.
func ended(err error) error {
	if e, ok := errors.AsType[*Ended](reason(err)); ok && e.Code == wire.CodeSessionEnded {
		return e
	}
	return nil
}

// carrier is a WebSocket as a line is carried by it. Closing it is no good
// order: the site takes it for lost.
type carrier struct {
	net.Conn
	ws *websocket.Conn
}

func carry(ctx context.Context, ws *websocket.Conn) *carrier {
	return &carrier{websocket.NetConn(context.WithoutCancel(ctx), ws, websocket.MessageBinary), ws}
}

// Read keeps a connection that broke apart from an end in good order, which
// alone is io.EOF itself.
func (c *carrier) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != io.EOF && errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %v", io.ErrUnexpectedEOF, err)
	}
	return n, err
}

func (c *carrier) CloseWrite() error { return nil } // the end of a WebSocket is that of both directions
func (c *carrier) Close() error      { return c.ws.CloseNow() }

// ask sends the first message and reads the answer. A no is a *wire.Refused.
func (c *carrier) ask(t wire.Type, start any, limit int) (opened wire.Opened, err error) {
	late := time.AfterFunc(2*silence, func() { c.Close() })
	defer late.Stop()
	if err := wire.Send(c, t, start); err != nil {
		return opened, fmt.Errorf("open the channel: %w", reason(err))
	}
	return answer(wire.NewReader(c, limit))
}

// answer reads the answer to a first message.
func answer(r *wire.Reader) (opened wire.Opened, err error) {
	t, body, err := r.Next()
	switch {
	case errors.Is(err, io.EOF):
		return opened, errors.New("open the channel: no answer came")
	case err != nil:
		return opened, fmt.Errorf("open the channel: %w", reason(err))
	case t == wire.TypeOpened:
		return opened, wire.Unmarshal(body, &opened)
	case t != wire.TypeRefused:
		return opened, fmt.Errorf("open the channel: message 0x%02x instead of an answer", uint8(t))
	}
	var no wire.Refused
	if err := wire.Unmarshal(body, &no); err != nil {
		return opened, fmt.Errorf("open the channel: %w", err)
	}
	return opened, &no
}
