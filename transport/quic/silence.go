package quic

import (
	"context"
	"sync"
	"time"
)

// Times of a silence. What quic-go says about a connection are counts, so it is
// looked at every now and then; a silence that is noted may have begun up to
// lookEvery before.
const (
	lookEvery   = 3 * time.Second
	doubtAfter  = 31 * time.Second // 29 s without need, and no answer to the packet then
	silentAfter = 39 * time.Second // with 3 s more, and a moment, known within 45 s
)

// silence knows since when nothing has come on a connection.
type silence struct {
	packets uint64
	since   time.Time // when packets was first seen
	doubted bool
}

// seen notes how many packets have come by now, and returns for how long it is
// no more.
func (s *silence) seen(packets uint64, now time.Time) time.Duration {
	if packets != s.packets || s.since.IsZero() {
		*s = silence{packets: packets, since: now}
	}
	return now.Sub(s.since)
}

// look ends a tunnel whose peer is silent for too long, or sends what only others
// may, and reports whether it lives. One goroutine may call it.
func (t *tunnel) look(now time.Time) bool {
	if t.ctx.Err() != nil {
		return false
	}
	if t.strict && strays(t.conn) {
		go t.conn.CloseWithError(codeClosed, "tunnels have neither datagrams nor one-way streams")
		return false
	}
	quiet := t.silence.seen(t.conn.ConnectionStats().PacketsReceived, now)
	if quiet >= doubtAfter && !t.silence.doubted {
		t.silence.doubted = true
		select {
		case t.doubt <- struct{}{}:
		default:
		}
	}
	if quiet >= silentAfter {
		go t.conn.CloseWithError(codeSilent, "nothing heard") // it waits for quic-go, which ends soon
		return false
	}
	return true
}

// watch looks after one tunnel to its end.
func (t *tunnel) watch() {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for t.look(time.Now()) {
		select {
		case <-tick.C:
		case <-t.ctx.Done():
		}
	}
}

// Keeps implements transport.Keeper.
func (t *tunnel) Keeps() (doubt <-chan struct{}, keeps bool) { return t.doubt, true }

// lookout watches all tunnels of a site in one goroutine, which runs while there
// are any: a hundred thousand timers would cost more.
type lookout struct {
	mu      sync.Mutex
	tunnels map[*tunnel]struct{}
	empty   chan struct{} // closed when there are none any more
}

func newLookout() *lookout { return &lookout{tunnels: map[*tunnel]struct{}{}} }

// add takes a tunnel into care, to its end.
func (l *lookout) add(t *tunnel) {
	l.mu.Lock()
	defer l.mu.Unlock()
	context.AfterFunc(t.ctx, func() { l.remove(t) })
	if l.tunnels[t] = struct{}{}; len(l.tunnels) == 1 {
		l.empty = make(chan struct{})
		go l.run(l.empty)
	}
}

func (l *lookout) remove(t *tunnel) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if delete(l.tunnels, t); len(l.tunnels) == 0 {
		close(l.empty)
	}
}

func (l *lookout) run(empty <-chan struct{}) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case now := <-tick.C:
			l.round(now)
		case <-empty:
			return
		}
	}
}

// round looks at each tunnel once.
func (l *lookout) round(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for t := range l.tunnels {
		t.look(now)
	}
}
