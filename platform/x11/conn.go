// Package x11 is a connection to an X server: finding it, proving the right to
// use it, and reading what it sends without ever stopping.
//
// It is not a binding of the X protocol, which is jezek/xgb's, and it knows
// nothing of pictures or keys: capture and platform/input do. It exists since
// xgb alone would end a program that runs for months: its queue of events
// blocks everything when nobody reads it, its tables of event and error types
// are changed by one connection while another reads them, and it loses its
// place in the stream after the long events of XInput 2.
package x11

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// ErrNoDisplay says that this process has no X display, or may not use it.
var ErrNoDisplay = errors.New("no X display")

// xgb writes on standard error what its callers get as errors anyway.
func init() { xgb.Logger = log.New(io.Discard, "", 0) }

// Event is one event as the server sent it: the first 32 bytes, little endian.
type Event [32]byte

// Kind returns the event's number.
func (e *Event) Kind() byte { return e[0] & 0x7F }

// Conn is a connection. Its methods, and xgb's functions on X, may be called
// from any goroutine.
type Conn struct {
	X      *xgb.Conn
	Setup  *xproto.SetupInfo
	Screen *xproto.ScreenInfo

	net    net.Conn
	done   chan struct{} // closed when xgb has stopped
	once   sync.Once
	events func(*Event)
}

// Dial connects to a display such as ":0"; "" means $DISPLAY. events is called
// for every event, on the goroutine that reads the connection: it must return
// at once and make no request. An error wraps ErrNoDisplay.
func Dial(ctx context.Context, display string, events func(*Event)) (*Conn, error) {
	a, err := parseAddress(display)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoDisplay, err)
	}
	raw, err := a.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoDisplay, err)
	}
	c := &Conn{net: raw, done: make(chan struct{}), events: events}
	if err := c.greet(ctx, a); err != nil {
		_ = raw.Close()
		return nil, fmt.Errorf("%w: connect to %s: %w", ErrNoDisplay, a, err)
	}
	go c.drain()
	return c, nil
}

// greet makes the X handshake; it ends with ctx.
func (c *Conn) greet(ctx context.Context, a address) error {
	stop := context.AfterFunc(ctx, func() { _ = c.net.Close() })
	defer stop()
	cookie, err := a.cookie()
	if err != nil {
		return err
	}
	x, err := xgb.NewConnNetWithCookieHex(newTamed(c.net, c.events), hex.EncodeToString(cookie))
	if err != nil {
		return errors.Join(ctx.Err(), err)
	}
	c.X, c.Setup = x, xproto.Setup(x)
	if a.screen >= len(c.Setup.Roots) {
		x.Close()
		return fmt.Errorf("screen %d of %d", a.screen, len(c.Setup.Roots))
	}
	c.Screen = &c.Setup.Roots[a.screen]
	return nil
}

// drain takes the errors of unchecked requests out of xgb's queue, so that it
// never fills, and learns from it when the connection has ended.
func (c *Conn) drain() {
	defer close(c.done)
	for {
		if ev, err := c.X.WaitForEvent(); ev == nil && err == nil {
			return
		}
	}
}

// Root returns the root window.
func (c *Conn) Root() xproto.Window { return c.Screen.Root }

// Done is closed when the connection has ended, by Close or by the server.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Ended reports whether the connection has ended.
func (c *Conn) Ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// Sync returns when the server has carried out everything sent so far.
func (c *Conn) Sync() { c.X.Sync() }

// Close ends the connection, and every request that waits for an answer. It
// works when the server does not answer any more, and more than once.
func (c *Conn) Close() error {
	c.once.Do(func() { _ = c.net.Close() })
	<-c.done
	return nil
}

// Extension is where a server put an extension.
type Extension struct{ Opcode, FirstEvent byte }

// Use makes xgb's functions of an extension usable on this connection. It takes
// the place of the extension's Init, which changes tables that other
// connections are reading.
func (c *Conn) Use(name string) (Extension, error) {
	r, err := xproto.QueryExtension(c.X, uint16(len(name)), name).Reply()
	if err != nil {
		return Extension{}, fmt.Errorf("ask for extension %s: %w", name, err)
	}
	if !r.Present {
		return Extension{}, fmt.Errorf("the X server has no %s: %w", name, errors.ErrUnsupported)
	}
	c.X.ExtLock.Lock()
	c.X.Extensions[name] = r.MajorOpcode
	c.X.ExtLock.Unlock()
	return Extension{r.MajorOpcode, r.FirstEvent}, nil
}

// Request sends a request that xgb has no function for, and returns its reply,
// which may be nil if hasReply is false. The length field of b is filled in;
// len(b) must be a multiple of 4.
func (c *Conn) Request(b []byte, hasReply bool) ([]byte, error) {
	xgb.Put16(b[2:], uint16(len(b)/4))
	cookie := c.X.NewCookie(true, hasReply)
	c.X.NewRequest(b, cookie)
	if hasReply {
		return cookie.Reply()
	}
	return nil, cookie.Check()
}

// Local reports whether the server is on this computer, by a socket of its
// own: one that is forwarded from elsewhere is not local.
func (c *Conn) Local() bool { return c.net.RemoteAddr().Network() == "unix" }
