package transporttest

import (
	"context"
	"io"
	"net"
	"os"
	"time"

	"jump/transport"
)

// stream is one conversation with both its ends; its link's lock guards it.
type stream struct {
	link      *link
	by        side // who began it
	announced bool // the peer of by may accept it: something was done with it
	ways      [2]way
	closed    [2]bool // that side has called Close
	deadline  [2]time.Time
}

// way is one direction; its index in ways is who writes.
type way struct {
	buf []byte // written and not yet read, at most window
	fin bool   // nothing will be written any more
}

func (s *stream) overLocked() bool {
	finished := func(w way) bool { return w.fin && len(w.buf) == 0 }
	return s.closed[0] || s.closed[1] || finished(s.ways[0]) && finished(s.ways[1])
}

// announceLocked shows the stream to the peer. As with QUIC that happens with
// the first thing done on it, not when it is opened.
func (s *stream) announceLocked() {
	if !s.announced {
		s.announced = true
		s.link.waiting[s.by] = append(s.link.waiting[s.by], s)
	}
}

// brokenLocked says why nothing can be done at that end, nil if it can.
func (s *stream) brokenLocked(at side) error {
	switch d := s.deadline[at]; {
	case s.link.ended[at] != nil:
		return s.link.ended[at]
	case s.closed[at]:
		return net.ErrClosed
	case !d.IsZero() && !time.Now().Before(d):
		return os.ErrDeadlineExceeded
	}
	return nil
}

// streamEnd is a stream as one side has it.
type streamEnd struct {
	s  *stream
	at side
}

var _ transport.Stream = (*streamEnd)(nil)

func (e *streamEnd) until(try func() (bool, error)) error {
	return e.s.link.until(context.Background(), func() time.Time { return e.s.deadline[e.at] }, func() (bool, error) {
		if err := e.s.brokenLocked(e.at); err != nil {
			return false, err
		}
		return try()
	})
}

func (e *streamEnd) Read(p []byte) (n int, err error) {
	from := &e.s.ways[1-e.at]
	err = e.until(func() (bool, error) {
		switch {
		case e.s.link.cut:
			return false, nil
		case e.s.closed[1-e.at] && !from.fin:
			return false, errReset
		case len(from.buf) > 0:
			n = copy(p, from.buf)
			from.buf = from.buf[n:]
			e.s.link.changedLocked()
			return true, nil
		case from.fin:
			return false, io.EOF
		}
		return len(p) == 0, nil
	})
	return n, err
}

func (e *streamEnd) Write(p []byte) (n int, err error) {
	to := &e.s.ways[e.at]
	err = e.until(func() (bool, error) {
		if to.fin {
			return false, net.ErrClosed
		}
		if e.s.closed[1-e.at] && !e.s.link.cut {
			return false, errReset
		}
		take := min(len(p)-n, window-len(to.buf))
		if take > 0 {
			to.buf = append(to.buf, p[n:n+take]...)
			n += take
			e.s.announceLocked()
			e.s.link.changedLocked()
		}
		return n == len(p), nil
	})
	return n, err
}

func (e *streamEnd) CloseWrite() error {
	return e.until(func() (bool, error) {
		e.s.ways[e.at].fin = true
		e.s.announceLocked()
		e.s.link.changedLocked()
		return true, nil
	})
}

func (e *streamEnd) Close() error {
	e.s.link.mu.Lock()
	defer e.s.link.mu.Unlock()
	if !e.s.closed[e.at] {
		e.s.closed[e.at] = true
		e.s.announceLocked()
		e.s.link.changedLocked()
	}
	return nil
}

func (e *streamEnd) SetDeadline(t time.Time) error {
	e.s.link.mu.Lock()
	defer e.s.link.mu.Unlock()
	e.s.deadline[e.at] = t
	e.s.link.changedLocked()
	return nil
}

// wait returns nil after a change and at the deadline, which the caller checks
// again, and the context's cause when that ends.
func wait(ctx context.Context, changed <-chan struct{}, deadline time.Time) error {
	var late <-chan time.Time
	if !deadline.IsZero() {
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-changed:
	case <-late:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}
