package mux

import (
	"fmt"
	"math"
)

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

// abandonLocked gives up what has not gone out.
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
