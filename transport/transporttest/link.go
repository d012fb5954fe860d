package transporttest

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync"
	"time"

	"jump/transport"
)

// side is one end of a link; 1-side is the other.
type side int

const (
	agentSide side = 0
	siteSide  side = 1
)

// Bounds of a link, near those of transport/quic.
const (
	window     = 64 << 10 // bytes of a stream on their way
	maxStreams = 64       // that one side may have open
)

// link is a tunnel with its two ends. Each side has its own view of it: while
// the link is cut, nothing that one side does can be seen by the other.
type link struct {
	binding []byte
	keys    [2]ed25519.PublicKey
	ctx     [2]context.Context
	cancel  [2]context.CancelCauseFunc

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change
	cut     bool
	idle    *time.Timer  // runs if and only if cut
	ended   [2]error     // why, in that side's view; nil: it lives
	waiting [2][]*stream // begun by that side, not yet accepted by the other
	streams [2][]*stream // begun by that side and not known to be over
}

func newLink(binding []byte, agent, site ed25519.PublicKey) *link {
	l := &link{binding: binding, keys: [2]ed25519.PublicKey{agent, site}, changed: make(chan struct{})}
	for i := range l.ctx {
		l.ctx[i], l.cancel[i] = context.WithCancelCause(context.Background())
	}
	return l
}

// until calls try, with the lock held, at first and after every change, until
// it says done. An expired deadline or context ends it as well.
func (l *link) until(ctx context.Context, deadline func() time.Time, try func() (bool, error)) error {
	for {
		l.mu.Lock()
		done, err := try()
		changed, limit := l.changed, deadlineOf(deadline)
		l.mu.Unlock()
		if done || err != nil {
			return err
		}
		if err := wait(ctx, changed, limit); err != nil {
			return err
		}
	}
}

func deadlineOf(f func() time.Time) time.Time {
	if f == nil {
		return time.Time{}
	}
	return f()
}

// changedLocked wakes all that wait.
func (l *link) changedLocked() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// end ends one side's view, and the other's if it can be told.
func (l *link) end(at side, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended[at] != nil {
		return
	}
	l.endLocked(at, fmt.Errorf("%w by this side: %s", transport.ErrClosed, reason))
	if !l.cut {
		l.endLocked(1-at, fmt.Errorf("%w by the peer: %s", transport.ErrClosed, reason))
	}
}

func (l *link) endLocked(at side, cause error) {
	if l.ended[at] == nil {
		l.ended[at] = cause
		l.cancel[at](cause)
		l.changedLocked()
	}
}

// setCut reports whether the link is worth keeping.
func (l *link) setCut(cut bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut == cut {
		return l.ended[0] == nil || l.ended[1] == nil
	}
	l.cut = cut
	if cut {
		l.idle = time.AfterFunc(IdleTimeout, l.expire)
	} else {
		l.idle.Stop()
		l.meetLocked()
	}
	l.changedLocked()
	return l.ended[0] == nil || l.ended[1] == nil
}

// meetLocked lets each side learn that the other has ended meanwhile.
func (l *link) meetLocked() {
	for at := range l.ended {
		if l.ended[at] != nil {
			l.endLocked(1-side(at), fmt.Errorf("%w: the peer does not know this tunnel any more", transport.ErrClosed))
		}
	}
}

func (l *link) expire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.cut {
		return
	}
	for at := range l.ended {
		l.endLocked(side(at), fmt.Errorf("%w: %w", transport.ErrClosed, transport.ErrSilent))
	}
}

// openLocked begins a stream, nil while the peer allows no more.
func (l *link) openLocked(at side) *stream {
	live := l.streams[at][:0]
	for _, s := range l.streams[at] {
		if !s.overLocked() {
			live = append(live, s)
		}
	}
	l.streams[at] = live
	if len(live) == maxStreams {
		return nil
	}
	s := &stream{link: l, by: at}
	l.streams[at] = append(live, s)
	return s
}

// acceptLocked takes the next stream that the other side of at began.
func (l *link) acceptLocked(at side) *stream {
	if q := l.waiting[1-at]; len(q) > 0 && !l.cut {
		l.waiting[1-at] = q[1:]
		return q[0]
	}
	return nil
}

// tunnel is one side of a link.
type tunnel struct {
	link *link
	at   side
}

var _ transport.Tunnel = (*tunnel)(nil)

func (t *tunnel) Open(ctx context.Context) (transport.Stream, error) {
	return t.next(ctx, "open stream", t.link.openLocked)
}

func (t *tunnel) Accept(ctx context.Context) (transport.Stream, error) {
	return t.next(ctx, "accept stream", t.link.acceptLocked)
}

func (t *tunnel) next(ctx context.Context, what string, take func(side) *stream) (transport.Stream, error) {
	var s *stream
	err := t.link.until(ctx, nil, func() (bool, error) {
		if err := t.link.ended[t.at]; err != nil {
			return false, err
		}
		s = take(t.at)
		return s != nil, nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return &streamEnd{s, t.at}, nil
}

func (t *tunnel) Peer() transport.Peer {
	name := addr([]string{"agent", "site"}[1-t.at])
	return transport.Peer{Key: t.link.keys[1-t.at], Addr: name, Binding: t.link.binding}
}

func (t *tunnel) Context() context.Context { return t.link.ctx[t.at] }

func (t *tunnel) Close(reason string) error {
	t.link.end(t.at, transport.ClipReason(reason))
	return nil
}

var errReset = errors.New("stream closed by the peer")
