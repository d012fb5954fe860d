package tunnel

import (
	"context"
	"net"
	"net/netip"

	"jump/site/clients"
	"jump/transport"
	"jump/transport/reach"
	"jump/transport/wire"
)

// Dial makes one tunnel to an agent that listens.
type Dial func(ctx context.Context, agent wire.ID, to netip.AddrPort) (transport.Tunnel, error)

// Caller makes tunnels to passive clients: it races the addresses of an agent, and its
// tunnels come out of it as out of any listener.
type Caller struct {
	dial  Dial
	made  chan transport.Tunnel
	ended context.Context
	end   context.CancelFunc
}

var (
	_ clients.Caller     = (*Caller)(nil)
	_ transport.Listener = (*Caller)(nil)
)

// NewCaller returns a Caller that nobody serves yet: give it to Server.Serve.
func NewCaller(dial Dial) *Caller {
	c := &Caller{dial: dial, made: make(chan transport.Tunnel)}
	c.ended, c.end = context.WithCancel(context.Background())
	return c
}

// called is a tunnel that the site has dialled.
type called struct{ transport.Tunnel }

// Call implements clients.Caller.
func (c *Caller) Call(ctx context.Context, id wire.ID, to []netip.AddrPort) (transport.Tunnel, error) {
	tries := make([]reach.Try, len(to))
	for i, at := range to {
		tries[i] = reach.Try{Wait: reach.Stagger, Dial: func(ctx context.Context) (transport.Tunnel, error) { return c.dial(ctx, id, at) }}
	}
	t, _, err := reach.First(ctx, tries)
	if err != nil {
		return nil, err
	}
	t = called{t}
	select {
	case c.made <- t:
		return t, nil
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-c.ended.Done():
		err = transport.ErrClosed
	}
	t.Close("the call is over")
	return nil, err
}

// Accept implements transport.Listener.
func (c *Caller) Accept(ctx context.Context) (transport.Tunnel, error) {
	select {
	case t := <-c.made:
		return t, nil
	case <-c.ended.Done():
		return nil, transport.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Addr implements transport.Listener. A Caller listens nowhere.
func (c *Caller) Addr() net.Addr { return nowhere{} }

// Close implements transport.Listener.
func (c *Caller) Close() error {
	c.end()
	return nil
}

type nowhere struct{}

func (nowhere) Network() string { return "none" }
func (nowhere) String() string  { return "calls" }
