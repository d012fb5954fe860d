package simulation

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// side is one end of a link; 1-side is the other.
type side int

const (
	atAgent side = iota
	atSite
)

// Bounds of a link, near those of transport/quic.
const (
	window     = 64 << 10 // bytes of a stream on their way
	maxStreams = 64       // that one side may have open
)

// link is a tunnel with its two ends.
type link struct {
	host *host
	way  way
	name uint64
	ends [2]*end

	mu     sync.Mutex
	broken bool        // a NAT has forgotten it
	parked [2][]packet // sent by that side while nothing got through
}

// end is a tunnel as one side has it.
type end struct {
	link    *link
	at      side
	by      *process
	peer    transport.Peer
	ctx     context.Context
	cancel  context.CancelCauseFunc
	unkill  func() bool
	order   order
	accepts chan struct{} // holds a token when waiting is not empty
	room    chan struct{} // holds a token when a stream is over
	doubt   chan struct{} // holds a token when the peer has missed a keep-alive

	mu      sync.Mutex
	ended   error
	idle    *time.Timer // runs while nothing of the peer can be heard
	unsure  *time.Timer // runs with idle
	next    uint64
	begun   int // streams of this side that are open
	streams map[uint64]*stream
	waiting []*stream
}

func newLink(d *dialer, l *listener, name uint64) *link {
	x := &link{host: d.host, way: d.way, name: name}
	binding := make([]byte, wire.BindingSize)
	binary.BigEndian.PutUint64(binding, name)
	d.host.mu.Lock()
	from := address(fmt.Sprintf("10.%d.%d.%d:4433", hashText(d.host.name)%250, d.host.address/250%250, d.host.address%250))
	d.host.mu.Unlock()
	x.ends[atAgent] = x.end(atAgent, d.by, transport.Peer{Key: public(l.key), Addr: address("192.0.2.1:443"), Binding: binding})
	x.ends[atSite] = x.end(atSite, l.by, transport.Peer{Key: public(d.key), Addr: from, Binding: binding})
	for _, e := range x.ends {
		e.unkill = context.AfterFunc(e.by.ctx, func() { e.end(fmt.Errorf("%w: the process was killed", transport.ErrClosed)) })
	}
	return x
}

func (l *link) end(at side, by *process, peer transport.Peer) *end {
	e := &end{link: l, at: at, by: by, peer: peer, streams: map[uint64]*stream{},
		accepts: make(chan struct{}, 1), room: make(chan struct{}, 1), doubt: make(chan struct{}, 1)}
	e.ctx, e.cancel = context.WithCancelCause(context.Background())
	return e
}

func (l *link) over() bool { return l.ends[0].over() && l.ends[1].over() }

func (e *end) over() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ended != nil
}

// sever is a NAT that forgets a connection over TCP.
func (l *link) sever() {
	l.mu.Lock()
	l.broken = true
	l.mu.Unlock()
	l.look()
}

// passesLocked reports whether what that side sends gets to the other.
func (l *link) passesLocked(from side) bool { return !l.broken && l.host.passes(l.way, from) }

// look starts and stops the timers of the ends that hear nothing, and sends
// what could not be sent until now.
func (l *link) look() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.ends {
		other := l.ends[1-e.at]
		e.deafen(other.over() || !l.passesLocked(other.at))
		if !l.passesLocked(e.at) {
			continue
		}
		for _, p := range l.parked[e.at] {
			e.postLocked(p)
		}
		l.parked[e.at] = nil
	}
}

func (e *end) deafen(deaf bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.ended != nil:
	case deaf && e.idle == nil:
		e.unsure = time.AfterFunc(doubt, e.wonder)
		e.idle = time.AfterFunc(silence, func() { e.end(fmt.Errorf("%w: %w", transport.ErrClosed, transport.ErrSilent)) })
	case !deaf && e.idle != nil:
		e.idle.Stop()
		e.unsure.Stop()
		e.idle = nil
	}
}

var _ transport.Keeper = (*end)(nil)

func (e *end) wonder() {
	select {
	case e.doubt <- struct{}{}:
	default:
	}
}

// Keeps implements transport.Keeper.
func (e *end) Keeps() (doubt <-chan struct{}, keeps bool) { return e.doubt, true }

// packet lets the other side do something.
type packet struct {
	of *stream // nil: the whole tunnel
	do func(peer *end)
}

// send delivers a packet after all that was sent on the same stream before.
func (e *end) send(p packet) {
	if e.by.dead() {
		return
	}
	l := e.link
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.passesLocked(e.at) {
		l.parked[e.at] = append(l.parked[e.at], p)
		return
	}
	e.postLocked(p)
}

// postLocked is send with the link's lock, and while packets get through.
func (e *end) postLocked(p packet) {
	order := &e.order
	if p.of != nil {
		order = &p.of.order
	}
	order.sent++
	name := e.link.name ^ mix(order.id<<20+order.sent*2+uint64(e.at))
	at := time.Now().Add(e.link.host.travel(name))
	if !at.After(order.last) {
		at = order.last.Add(1)
	}
	order.last = at
	time.AfterFunc(time.Until(at), func() { e.arrive(p) })
}

// order is of packets that must arrive as they were sent.
type order struct {
	id, sent uint64
	last     time.Time // when the last arrives
}

func (e *end) arrive(p packet) {
	l, other := e.link, e.link.ends[1-e.at]
	if !other.over() {
		p.do(other)
		return
	}
	l.mu.Lock()
	told := other.at == atSite && l.host.net.answers() && l.passesLocked(atSite)
	l.mu.Unlock()
	if told {
		e.end(fmt.Errorf("%w: the peer does not know this tunnel any more", transport.ErrClosed))
	}
}

// end ends this side's view.
func (e *end) end(cause error) {
	e.mu.Lock()
	if e.ended != nil {
		e.mu.Unlock()
		return
	}
	e.ended = cause
	if e.idle != nil {
		e.idle.Stop()
		e.unsure.Stop()
	}
	e.mu.Unlock()
	e.unkill()
	e.cancel(cause)
	e.link.ends[1-e.at].deafen(true)
}

// Close implements transport.Tunnel.
func (e *end) Close(reason string) error {
	reason = transport.ClipReason(reason)
	if !e.over() {
		e.send(packet{do: func(peer *end) { peer.end(fmt.Errorf("%w by the peer: %s", transport.ErrClosed, reason)) }})
	}
	e.end(fmt.Errorf("%w by this side: %s", transport.ErrClosed, reason))
	return nil
}

// Peer implements transport.Tunnel.
func (e *end) Peer() transport.Peer { return e.peer }

// Context implements transport.Tunnel.
func (e *end) Context() context.Context { return e.ctx }

// Open implements transport.Tunnel.
func (e *end) Open(ctx context.Context) (transport.Stream, error) {
	for {
		e.mu.Lock()
		if e.ended != nil {
			defer e.mu.Unlock()
			return nil, fmt.Errorf("open stream: %w", e.ended)
		}
		if e.begun < maxStreams {
			defer e.mu.Unlock()
			e.begun++
			e.next += 2
			s := newStream(e, e.next+uint64(e.at))
			e.streams[s.order.id] = s
			return s, nil
		}
		e.mu.Unlock()
		if err := e.wait(ctx, e.room); err != nil {
			return nil, fmt.Errorf("open stream: %w", err)
		}
	}
}

// Accept implements transport.Tunnel.
func (e *end) Accept(ctx context.Context) (transport.Stream, error) {
	for {
		e.mu.Lock()
		if e.ended != nil {
			defer e.mu.Unlock()
			return nil, fmt.Errorf("accept stream: %w", e.ended)
		}
		if len(e.waiting) > 0 {
			defer e.mu.Unlock()
			s := e.waiting[0]
			e.waiting = e.waiting[1:]
			if len(e.waiting) > 0 {
				wake(e.accepts)
			}
			return s, nil
		}
		e.mu.Unlock()
		if err := e.wait(ctx, e.accepts); err != nil {
			return nil, fmt.Errorf("accept stream: %w", err)
		}
	}
}

func (e *end) wait(ctx context.Context, token <-chan struct{}) error {
	select {
	case <-token:
	case <-e.ctx.Done():
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// stream returns this side of the peer's stream, which it may not have known.
func (e *end) stream(id uint64) *stream {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.streams[id]
	if s == nil {
		s = newStream(e, id)
		e.streams[id] = s
		e.waiting = append(e.waiting, s)
		wake(e.accepts)
	}
	return s
}

func wake(token chan struct{}) {
	select {
	case token <- struct{}{}:
	default:
	}
}
