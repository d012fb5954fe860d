package mux

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"jump/transport"
)

var errReset = errors.New("stream closed by the peer")

// stream is one conversation; the tunnel's lock guards it. It is over when both
// ends have said fin or reset and all that came was taken, and only then may
// its place be used again.
type stream struct {
	t        *Tunnel
	id       uint32        // 0: nothing was said on it yet
	own      bool          // this end began it
	accepted bool          // somebody here holds it
	over     bool          // it does not count any more
	closed   bool          // Close was called
	deadline time.Time     // of reads and writes
	changed  chan struct{} // closed at the next change; nil: nobody waits

	// What comes in.
	in     []byte
	inEnd  error // io.EOF or errReset after the peer's last word; else nil
	window int   // how many bytes the peer may be ahead of the reader
	left   int   // of these, bytes that it may still send
	read   int   // bytes that were read and that it does not know of
	grown  int64 // of the budget

	// What goes out.
	out     []byte
	credit  int  // bytes that the peer lets come
	finish  bool // CloseWrite was called: fin follows what is in out
	refused bool // the peer does not read any more
	outDone bool // fin or reset was said

	// What waits to be written, if queued.
	queued    bool
	more      uint32 // bytes that the peer may send besides
	stop      bool
	abandoned bool // reset in place of what is in out
}

var _ transport.Stream = (*stream)(nil)

// until calls try, with the lock held, at first and after every change until it
// says done or fails. The end of the tunnel, Close and the deadline end it too.
func (s *stream) until(what string, try func() (bool, error)) error {
	for {
		s.t.mu.Lock()
		done, err := false, s.brokenLocked()
		if err == nil {
			done, err = try()
		}
		if done || err != nil {
			s.t.mu.Unlock()
			return explain(what, err)
		}
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		changed, deadline := s.changed, s.deadline
		s.t.mu.Unlock()
		s.wait(changed, deadline)
	}
}

func (s *stream) wait(changed <-chan struct{}, deadline time.Time) {
	var late <-chan time.Time
	if !deadline.IsZero() {
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-changed:
	case <-late:
	case <-s.t.ctx.Done():
	}
}

// explain leaves what callers compare as it is.
func explain(what string, err error) error {
	if err == nil || err == io.EOF || errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}

// brokenLocked says why nothing can be done, nil if it can.
func (s *stream) brokenLocked() error {
	switch {
	case s.t.ended != nil:
		return s.t.ended
	case s.closed:
		return net.ErrClosed
	case !s.deadline.IsZero() && !time.Now().Before(s.deadline):
		return os.ErrDeadlineExceeded
	}
	return nil
}

func (s *stream) changedLocked() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Read reads what has come, and waits for some.
func (s *stream) Read(p []byte) (n int, err error) {
	err = s.until("read", func() (bool, error) {
		if len(s.in) == 0 {
			return len(p) == 0, s.inEnd
		}
		n = copy(p, s.in)
		s.in = s.in[n:]
		s.takenLocked(n)
		return true, nil
	})
	return n, err
}

// Write returns when the last byte waits for the connection.
func (s *stream) Write(p []byte) (n int, err error) {
	err = s.until("write", func() (bool, error) {
		switch {
		case s.finish:
			return false, net.ErrClosed
		case s.refused:
			return false, errReset
		}
		if take := min(len(p)-n, sendBuffer-len(s.out)); take > 0 {
			s.out = append(s.out, p[n:n+take]...)
			n += take
			s.t.queueLocked(s)
		}
		return n == len(p), nil
	})
	return n, err
}

// CloseWrite says that no more will be written.
func (s *stream) CloseWrite() error {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	switch {
	case s.t.ended != nil:
		return explain("close stream for writing", s.t.ended)
	case s.closed:
		return explain("close stream for writing", net.ErrClosed)
	case s.refused:
		return explain("close stream for writing", errReset)
	case !s.finish:
		s.finish = true
		s.changedLocked()
		s.t.queueLocked(s)
	}
	return nil
}

// Close ends both directions; after CloseWrite what was written still arrives.
func (s *stream) Close() error {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	if s.closed || s.t.ended != nil {
		s.closed = true
		return nil
	}
	s.closed = true
	s.changedLocked()
	s.in, s.more = nil, 0
	s.stop = s.inEnd == nil
	if !s.finish {
		s.abandonLocked()
	}
	if s.id == 0 && !s.finish { // the peer never heard of it
		s.overLocked()
		return nil
	}
	s.t.queueLocked(s)
	s.reapLocked()
	return nil
}

// SetDeadline sets when reads and writes give up.
func (s *stream) SetDeadline(t time.Time) error {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	s.deadline = t
	s.changedLocked()
	return nil
}
