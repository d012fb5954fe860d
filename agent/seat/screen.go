package seat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// Bounds on how long to wait before another seat is tried.
const (
	firstRetry = 250 * time.Millisecond
	lastRetry  = 2 * time.Second
)

// settled is how long a seat must have lived for the next one to be tried
// without delay: one that dies at once is not started over and over.
const settled = 5 * time.Second

// maxPings bounds the pings that wait for their answer.
const maxPings = 8

// errLeft ends a conversation whose peer said that it is done.
var errLeft = errors.New("the representative left")

// screen is a screen conversation, which goes on when the screen passes from
// one session to another: a new seat takes the place of the old one.
//
//	begun ──► shown ──left, lost──► between ──seat──► shown …
//	                                   └──── the peer or ctx ends ──► over
//
// Three tasks share it: show carries pictures and owns the seats, listen takes
// what the viewer says, pong answers pings.
type screen struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	proxy  *Proxy
	stream transport.Stream
	open   *wire.Open
	log    *slog.Logger
	pings  chan [8]byte
	count  counter

	writing sync.Mutex // held while writing to the stream

	mu   sync.Mutex
	seat *begun // nil between two seats
}

func newScreen(ctx context.Context, cancel context.CancelCauseFunc, p *Proxy, s transport.Stream, open *wire.Open, log *slog.Logger) *screen {
	return &screen{ctx: ctx, cancel: cancel, proxy: p, stream: s, open: open, log: log, pings: make(chan [8]byte, maxPings)}
}

// hold runs the conversation with its first seat to its end.
func (c *screen) hold(first *begun) error {
	if err := c.send(wire.TypeOpened, &first.answer); err != nil {
		first.Close()
		return err
	}
	c.use(first) // before anybody listens: what the viewer has said already counts
	var tasks sync.WaitGroup
	for _, task := range []func() error{func() error { return c.show(first) }, c.listen, c.pong} {
		tasks.Go(func() { c.cancel(task()) })
	}
	tasks.Wait()
	return context.Cause(c.ctx)
}

// show shows one seat after the other.
func (c *screen) show(seat *begun) error {
	for {
		began := time.Now()
		err := c.pictures(seat)
		if cause := context.Cause(c.ctx); cause != nil {
			return cause
		}
		c.log.Info("the screen is not in this session any more", "reason", err)
		wait := firstRetry
		if time.Since(began) > settled {
			wait = 0
		}
		if seat, err = c.next(wait); err != nil {
			return err
		}
	}
}

// pictures carries what one seat shows until it is lost or left behind.
func (c *screen) pictures(seat *begun) error {
	defer closeWhenLeft(c.ctx, seat)()
	defer seat.Close()
	c.count.begin()
	c.use(seat)
	defer c.use(nil)
	for {
		typ, body, err := seat.reader.Next()
		if err == nil {
			body, err = c.count.translate(typ, body)
		}
		if err != nil {
			return err
		}
		if body == nil {
			continue
		}
		if err := c.write(typ, body); err != nil {
			c.cancel(err)
			return err
		}
	}
}

func (c *screen) use(seat *begun) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seat = seat
}

// next says that the screen went away and waits for a seat where it is now.
func (c *screen) next(wait time.Duration) (*begun, error) {
	notice := wire.Notice{Code: wire.CodeScreenLost, Text: "The screen went to another session. It is shown again as soon as it is there."}
	for said := wire.Code(""); ; wait = min(max(2*wait, firstRetry), lastRetry) {
		if said != notice.Code {
			if err := c.send(wire.TypeNotice, &notice); err != nil {
				return nil, err
			}
			said = notice.Code
		}
		select {
		case <-time.After(wait):
		case <-c.ctx.Done():
			return nil, context.Cause(c.ctx)
		}
		seat, err := c.proxy.start(c.ctx, c.asked())
		if err == nil {
			return seat, nil
		}
		r := refusal(err)
		notice = wire.Notice{Code: r.Code, Text: r.Text}
	}
}

// asked is what the next seat is asked for: with the options that the viewer
// has chosen meanwhile.
func (c *screen) asked() *wire.Open {
	c.mu.Lock()
	defer c.mu.Unlock()
	open, start := *c.open, *c.open.Screen
	open.Screen = &start
	return &open
}

// listen takes what the viewer says until the stream ends.
func (c *screen) listen() error {
	r := wire.NewReader(c.stream, wire.MaxControl)
	for {
		typ, body, err := r.Next()
		switch {
		case err == nil:
			err = c.take(typ, body)
		case errors.Is(err, io.EOF):
			err = errLeft
		}
		if err != nil {
			return err
		}
	}
}

func (c *screen) take(typ wire.Type, body []byte) error {
	switch typ {
	case wire.TypePing:
		return c.ping(body)
	case wire.TypeLogOut:
		return c.logOut()
	case wire.TypeOptions:
		if err := c.setOptions(body); err != nil {
			return err
		}
	case wire.TypeAck:
		var err error
		if body, err = c.count.ack(body); body == nil {
			return err
		}
	}
	c.pass(typ, body)
	return nil
}

// pass hands a message to the seat. What nobody is there to take is lost, as a
// key is that is pressed while the screen is black. A seat that does not take
// it holds up the viewer's own stream, until it is left.
func (c *screen) pass(typ wire.Type, body []byte) {
	c.mu.Lock()
	seat := c.seat
	c.mu.Unlock()
	if seat != nil && wire.Write(seat, typ, body) != nil {
		seat.Close()
	}
}

func (c *screen) setOptions(body []byte) error {
	var o wire.ScreenOptions
	if err := wire.Unmarshal(body, &o); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	start := *c.open.Screen
	start.Options = o
	c.open.Screen = &start
	return nil
}

// logOut ends the session of the user at the screen (requirement A4). It needs
// the right to control, as somebody at the keyboard could do the same.
func (c *screen) logOut() error {
	err := c.proxy.logOut(c.ctx, c.open.Rights)
	if err == nil {
		c.log.Info("the user at the screen was logged out")
		return nil
	}
	r := refusal(err)
	c.log.Warn("the user was not logged out", "code", string(r.Code), "error", err)
	return c.send(wire.TypeNotice, &wire.Notice{Code: r.Code, Text: r.Text})
}

func (p *Proxy) logOut(ctx context.Context, rights wire.Rights) error {
	if !rights.Has(wire.RightControl) {
		return &wire.Refused{Code: wire.CodeDenied, Text: "The right to control this computer is missing."}
	}
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	return p.Desk.LogOut(ctx)
}

func (c *screen) ping(body []byte) error {
	if len(body) != 8 {
		return fmt.Errorf("ping of %d bytes, not 8", len(body))
	}
	select {
	case c.pings <- [8]byte(body):
		return nil
	case <-c.ctx.Done():
		return context.Cause(c.ctx)
	}
}

// pong answers pings: beside the listener, which a slow viewer must not hold up.
func (c *screen) pong() error {
	for {
		select {
		case p := <-c.pings:
			if err := c.write(wire.TypePong, p[:]); err != nil {
				return err
			}
		case <-c.ctx.Done():
			return context.Cause(c.ctx)
		}
	}
}

func (c *screen) write(typ wire.Type, body []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return wire.Write(c.stream, typ, body)
}

func (c *screen) send(typ wire.Type, v any) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return wire.Send(c.stream, typ, v)
}
