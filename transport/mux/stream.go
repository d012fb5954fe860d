package mux

import (
	"errors"
	"fmt"
	"io"
	"math"
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

func (s *stream) abandonLocked() {
	s.abandoned = !s.outDone
	s.out = nil
}

// fillLocked appends what is due of this stream.
func (s *stream) fillLocked(b []byte) []byte {
	if s.over || s.id == 0 && len(s.out) == 0 && !s.finish {
		return b
	}
	if s.id == 0 {
		s.id = s.t.nextOwn
		s.t.nextOwn += 2
		s.t.streams[s.id] = s
	}
	b = s.fillDataLocked(b)
	if s.more > 0 {
		b = appendNumber(b, kindWindow, s.id, s.more)
	}
	if s.stop {
		b = appendHeader(b, kindStop, s.id, 0)
	}
	s.more, s.stop = 0, false
	s.reapLocked()
	return b
}

func (s *stream) fillDataLocked(b []byte) []byte {
	if n := min(len(s.out), s.credit, maxData); n > 0 {
		b = append(appendHeader(b, kindData, s.id, n), s.out[:n]...)
		s.credit -= n
		s.out = shrink(s.out[n:])
		s.changedLocked()
	}
	switch {
	case s.outDone:
	case s.abandoned:
		b = appendHeader(b, kindReset, s.id, 0)
		s.outDone = true
	case s.finish && len(s.out) == 0:
		b = appendHeader(b, kindFin, s.id, 0)
		s.outDone = true
	case len(s.out) > 0 && s.credit > 0: // more of it, after the others
		s.queued = true
		s.t.due = append(s.t.due, s)
	}
	return b
}

// shrink gives the memory of what is empty back, unless it is little.
func shrink(b []byte) []byte {
	if len(b) == 0 && cap(b) > 512 {
		return nil
	}
	return b
}

// takenLocked notes that n bytes were read, and tells the peer now and then.
func (s *stream) takenLocked(n int) {
	s.in = shrink(s.in)
	s.read += n
	if s.inEnd != nil {
		s.reapLocked()
		return
	}
	if s.read < s.window/2 {
		return
	}
	more := s.read + s.growLocked()
	s.read = 0
	s.left += more
	s.more += uint32(more)
	s.t.queueLocked(s)
}

// growLocked doubles the window of a reader that keeps up, and returns by how
// much it grew.
func (s *stream) growLocked() int {
	by := s.window
	if len(s.in) > 0 || by >= maxWindow {
		return 0
	}
	if s.t.config.Budget != nil && !s.t.config.Budget.Take(int64(by)) {
		return 0
	}
	s.grown += int64(by)
	s.window += by
	return by
}

// giveLocked gives back what the window took from the budget.
func (s *stream) giveLocked() {
	if s.t.config.Budget != nil {
		s.t.config.Budget.Give(s.grown)
	}
	s.grown = 0
}

// receivedLocked takes bytes of the peer.
func (s *stream) receivedLocked(body []byte) error {
	if s.inEnd != nil || len(body) > s.left {
		return fmt.Errorf("%w: %d bytes beyond what stream %d may send", errProtocol, len(body), s.id)
	}
	s.left -= len(body)
	if !s.closed {
		s.in = append(s.in, body...)
		s.changedLocked()
	}
	return nil
}

// finishedLocked takes the peer's last word on this stream.
func (s *stream) finishedLocked(end error) error {
	if s.inEnd != nil {
		return fmt.Errorf("%w: stream %d ends twice", errProtocol, s.id)
	}
	s.inEnd = end
	if end == errReset {
		s.in = nil
	}
	s.stop = false
	s.changedLocked()
	s.reapLocked()
	return nil
}

// stoppedLocked takes that the peer does not read any more.
func (s *stream) stoppedLocked() {
	s.refused = true
	s.abandonLocked()
	s.changedLocked()
	s.t.queueLocked(s)
}

// creditedLocked takes n further bytes that may be sent.
func (s *stream) creditedLocked(n uint32) error {
	if int64(s.credit)+int64(n) > math.MaxInt32 {
		return fmt.Errorf("%w: a window of more than 2 GiB", errProtocol)
	}
	s.credit += int(n)
	s.t.queueLocked(s)
	return nil
}

// reapLocked forgets the stream if it is over.
func (s *stream) reapLocked() {
	consumed := s.inEnd != nil && (len(s.in) == 0 || s.closed)
	if s.outDone && consumed && s.accepted && !s.over {
		s.overLocked()
	}
}

// overLocked makes room for the next stream.
func (s *stream) overLocked() {
	s.over = true
	s.giveLocked()
	if s.id != 0 {
		delete(s.t.streams, s.id)
	}
	switch {
	case s.own && s.id == 0:
		s.t.allowed++
		s.t.changedLocked()
	case !s.own:
		s.t.theirs--
		s.t.grant++
		s.t.flushLocked()
	}
}
