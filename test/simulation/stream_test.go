package simulation

import (
	"errors"
	"io"
	"net"
	"os"
	"time"

	"jump/transport"
)

// stream is one side of a conversation; its end's lock guards it.
type stream struct {
	end   *end
	order order // guarded by the link's lock

	in       []byte
	inFin    bool // the peer writes no more
	reset    bool // the peer has closed and not finished
	stopped  bool // the peer reads no more
	out      int  // bytes that the peer has not read yet
	fin      bool // this side writes no more
	closed   bool
	freed    bool
	deadline time.Time
	readable chan struct{} // hold a token after a change
	writable chan struct{}
}

var _ transport.Stream = (*stream)(nil)

var errReset = errors.New("stream closed by the peer")

func newStream(e *end, id uint64) *stream {
	return &stream{end: e, order: order{id: id}, readable: make(chan struct{}, 1), writable: make(chan struct{}, 1)}
}

// brokenLocked says why nothing can be done, nil if it can.
func (s *stream) brokenLocked() error {
	switch {
	case s.end.ended != nil:
		return s.end.ended
	case s.closed:
		return net.ErrClosed
	case !s.deadline.IsZero() && !time.Now().Before(s.deadline):
		return os.ErrDeadlineExceeded
	}
	return nil
}

// until calls try with the lock held until it says done.
func (s *stream) until(token <-chan struct{}, try func() (bool, error)) error {
	for {
		s.end.mu.Lock()
		err := s.brokenLocked()
		done := false
		if err == nil {
			done, err = try()
		}
		deadline := s.deadline
		s.end.mu.Unlock()
		if done || err != nil {
			return err
		}
		s.wait(token, deadline)
	}
}

func (s *stream) wait(token <-chan struct{}, deadline time.Time) {
	var late <-chan time.Time
	if !deadline.IsZero() {
		t := time.NewTimer(time.Until(deadline))
		defer t.Stop()
		late = t.C
	}
	select {
	case <-token:
	case <-late:
	case <-s.end.ctx.Done():
	}
}

func (s *stream) Read(p []byte) (n int, err error) {
	err = s.until(s.readable, func() (bool, error) {
		switch {
		case s.reset:
			return false, errReset
		case len(s.in) > 0:
			n = copy(p, s.in)
			s.in = s.in[n:]
			s.freeLocked()
			return true, nil
		case s.inFin:
			return false, io.EOF
		}
		return len(p) == 0, nil
	})
	if n > 0 {
		s.credit(n)
	}
	return n, err
}

// credit lets the peer write more. That takes no time here.
func (s *stream) credit(n int) {
	other := s.end.link.ends[1-s.end.at]
	other.mu.Lock()
	defer other.mu.Unlock()
	if far := other.streams[s.order.id]; far != nil {
		far.out -= n
		wake(far.writable)
	}
}

func (s *stream) Write(p []byte) (n int, err error) {
	for err == nil && (n < len(p) || len(p) == 0) {
		var part []byte
		err = s.until(s.writable, func() (bool, error) {
			switch {
			case s.fin:
				return false, net.ErrClosed
			case s.stopped:
				return false, errReset
			}
			part = append(part, p[n:n+min(len(p)-n, window-s.out)]...)
			s.out += len(part)
			return len(part) > 0 || len(p) == 0, nil
		})
		if err == nil {
			s.say(func(far *stream) { far.in = append(far.in, part...) })
			n += len(part)
		}
		if len(p) == 0 {
			break
		}
	}
	return n, err
}

// say does something with the peer's side of the stream.
func (s *stream) say(do func(far *stream)) {
	id := s.order.id
	s.end.send(packet{s, func(peer *end) {
		far := peer.stream(id)
		peer.mu.Lock()
		defer peer.mu.Unlock()
		do(far)
		far.freeLocked()
		wake(far.readable)
		wake(far.writable)
	}})
}

// freeLocked gives the stream's place back when it is over.
func (s *stream) freeLocked() {
	over := s.closed || s.stopped || s.fin && s.inFin && len(s.in) == 0
	if over && !s.freed {
		s.freed = true
		if s.order.id%2 == uint64(s.end.at) {
			s.end.begun--
			wake(s.end.room)
		}
	}
}

func (s *stream) CloseWrite() error {
	err := s.until(nil, func() (bool, error) {
		s.fin = true
		s.freeLocked()
		return true, nil
	})
	if err == nil {
		s.say(func(far *stream) { far.inFin = true })
	}
	return err
}

func (s *stream) Close() error {
	s.end.mu.Lock()
	if s.closed || s.end.ended != nil {
		s.end.mu.Unlock()
		return nil
	}
	s.closed = true
	finished := s.fin
	s.freeLocked()
	s.end.mu.Unlock()
	wake(s.readable)
	wake(s.writable)
	s.say(func(far *stream) {
		far.stopped = true
		far.reset = far.reset || !finished
	})
	return nil
}

func (s *stream) SetDeadline(t time.Time) error {
	s.end.mu.Lock()
	defer s.end.mu.Unlock()
	s.deadline = t
	wake(s.readable)
	wake(s.writable)
	return nil
}
