package mux

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"jump/transport"
	"jump/transport/limit"
)

// Config says what is at the ends of a connection.
type Config struct {
	Agent  bool           // this end is the agent: it pings, and its streams have odd numbers
	Peer   transport.Peer // what the connection has proved
	Budget *limit.Budget  // what windows may grow by; nil: without a bound for all
	// Ended, unless it is nil, is called once when nothing of the tunnel is left.
	Ended func()
}

// Tunnel is a tunnel over one connection. Two goroutines serve it at most: one
// reads, and one writes while there is something to write.
type Tunnel struct {
	conn   net.Conn
	config Config
	ctx    context.Context
	cancel context.CancelCauseFunc
	gone   chan struct{} // closed when nothing of the tunnel is left

	writers sync.WaitGroup
	heard   atomic.Pointer[time.Time] // when bytes of the peer last came
	patient atomic.Bool               // the site waits for longer than it used to

	mu      sync.Mutex
	changed chan struct{} // closed at the next change that Open, Accept or Renew waits for; nil: nobody waits
	ended   error         // why, wraps transport.ErrClosed; nil: it lives
	streams map[uint32]*stream
	backlog []*stream // begun by the peer, not yet accepted
	nextOwn uint32    // number of the next stream of this end that is announced
	allowed int       // streams that this end may still open
	next    uint32    // number of the next stream of the peer
	theirs  int       // streams of the peer that are not over

	// What waits to be written.
	due      []*stream // those with stream.queued
	ping     bool
	pong     bool
	pongs    int     // that came
	grant    uint32  // streams that the peer may open besides
	farewell *string // reason for the peer
	writing  bool    // a goroutine writes
	over     bool    // none may begin any more
}

var (
	_ transport.Renewer = (*Tunnel)(nil)
	_ transport.Witness = (*Tunnel)(nil)
	_ transport.Keeper  = (*Tunnel)(nil)
)

// New makes a tunnel of a connection, which it owns from now on.
func New(conn net.Conn, c Config) *Tunnel {
	t := newTunnel(conn, c)
	if !c.Agent {
		t.askForLife() // which says how long it waits, see keepAlive
	}
	go t.run() // ends with the connection, a second after Close at the latest
	return t
}

func newTunnel(conn net.Conn, c Config) *Tunnel {
	t := &Tunnel{
		conn: conn, config: c, gone: make(chan struct{}), streams: map[uint32]*stream{},
		nextOwn: 2, allowed: streamsOfSite, next: 1,
	}
	if c.Agent {
		t.nextOwn, t.allowed, t.next = 1, streamsOfAgent, 2
	}
	t.ctx, t.cancel = context.WithCancelCause(context.Background())
	return t
}

// limit is how many streams the peer may have open.
func (t *Tunnel) limit() int {
	if t.config.Agent {
		return streamsOfSite
	}
	return streamsOfAgent
}

// Peer says who is at the other end.
func (t *Tunnel) Peer() transport.Peer { return t.config.Peer }

// Context ends when the tunnel does.
func (t *Tunnel) Context() context.Context { return t.ctx }

// Open begins a conversation. The peer sees it with the first thing written.
func (t *Tunnel) Open(ctx context.Context) (transport.Stream, error) {
	var s *stream
	err := t.until(ctx, func() bool {
		if t.allowed == 0 {
			return false
		}
		t.allowed--
		s = &stream{t: t, own: true, accepted: true, window: firstWindow, left: firstWindow, credit: firstWindow}
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("open stream: %w", err)
	}
	return s, nil
}

// Accept returns the next conversation that the peer began.
func (t *Tunnel) Accept(ctx context.Context) (transport.Stream, error) {
	var s *stream
	err := t.until(ctx, func() bool {
		if len(t.backlog) == 0 {
			return false
		}
		s, t.backlog = t.backlog[0], t.backlog[1:]
		s.accepted = true
		s.reapLocked()
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("accept stream: %w", err)
	}
	return s, nil
}

// until calls try, with the lock held, at first and after every change until it
// says done.
func (t *Tunnel) until(ctx context.Context, try func() bool) error {
	for {
		t.mu.Lock()
		if t.ended != nil {
			defer t.mu.Unlock()
			return t.ended
		}
		if try() {
			t.mu.Unlock()
			return nil
		}
		if t.changed == nil {
			t.changed = make(chan struct{})
		}
		changed := t.changed
		t.mu.Unlock()
		select {
		case <-changed:
		case <-t.ctx.Done():
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (t *Tunnel) changedLocked() {
	if t.changed != nil {
		close(t.changed)
		t.changed = nil
	}
}

// Renew asks the peer to say something. The connection cannot move.
func (t *Tunnel) Renew(ctx context.Context) error {
	t.mu.Lock()
	before := t.pongs
	t.ping = true
	t.flushLocked()
	t.mu.Unlock()
	if err := t.until(ctx, func() bool { return t.pongs > before }); err != nil {
		return fmt.Errorf("wait for a sign of life: %w", err)
	}
	return nil
}

// Close ends the tunnel at once. The connection is closed when the peer has heard
// the reason, or after a second; nobody waits for that, as callers may hold a
// lock.
func (t *Tunnel) Close(reason string) error {
	reason = transport.ClipReason(reason)
	t.mu.Lock()
	if t.endLocked(fmt.Errorf("%w by this side: %s", transport.ErrClosed, reason)) {
		t.farewell = &reason
		t.flushLocked()
		time.AfterFunc(linger, func() { t.conn.Close() })
	}
	t.mu.Unlock()
	return nil
}

// endLocked ends what callers see of the tunnel, and reports whether it lived.
func (t *Tunnel) endLocked(cause error) bool {
	if t.ended != nil {
		return false
	}
	t.ended = cause
	t.cancel(cause)
	t.changedLocked()
	for _, s := range t.streams {
		s.giveLocked()
	}
	return true
}

// run serves the connection to its end.
func (t *Tunnel) run() {
	err := t.read()
	t.mu.Lock()
	t.endLocked(ended(err))
	t.over = true
	t.mu.Unlock()
	t.conn.Close()
	t.writers.Wait()
	if t.config.Ended != nil {
		t.config.Ended()
	}
	close(t.gone)
}
