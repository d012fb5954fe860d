package mux

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"jump/transport"
)

// closedError is the peer's close frame.
type closedError struct{ reason string }

func (e *closedError) Error() string { return "closed by the peer: " + e.reason }

// ended turns the end of a connection into a sentence that wraps
// transport.ErrClosed.
func ended(err error) error {
	var closed *closedError
	switch {
	case errors.As(err, &closed):
		return fmt.Errorf("%w by the peer: %s", transport.ErrClosed, transport.ShowReason(closed.reason))
	case errors.Is(err, transport.ErrSilent):
		return fmt.Errorf("%w: %w for %v", transport.ErrClosed, transport.ErrSilent, idleTimeout)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: the connection was cut", transport.ErrClosed)
	}
	return fmt.Errorf("%w: %w", transport.ErrClosed, err)
}

// read carries out what the peer says until the connection ends.
func (t *Tunnel) read() error {
	r := bufio.NewReaderSize(life{t}, 4<<10)
	for {
		var b [headerSize]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return err
		}
		h, err := parseHeader(b)
		if err == nil {
			err = t.frame(h, r)
		}
		if err != nil {
			return err
		}
	}
}

// bodyPool holds buffers for one body: an idle tunnel needs none.
var bodyPool = sync.Pool{New: func() any { return new([maxData]byte) }}

func (t *Tunnel) frame(h header, r io.Reader) error {
	buffer := bodyPool.Get().(*[maxData]byte)
	defer bodyPool.Put(buffer)
	body := buffer[:h.length]
	if _, err := io.ReadFull(r, body); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended != nil && h.kind != kindClose {
		return nil // nobody is left whom it could concern
	}
	if h.stream != 0 {
		return t.streamFrameLocked(h, body)
	}
	switch h.kind {
	case kindPing:
		t.patient.Store(true)
		t.pong = true
		t.flushLocked()
	case kindPong:
		t.pongs++
		t.changedLocked()
	case kindStreams:
		return t.grantedLocked(binary.BigEndian.Uint32(body))
	case kindClose:
		return &closedError{string(body)}
	}
	return nil
}

// grantedLocked takes n further streams that this end may open.
func (t *Tunnel) grantedLocked(n uint32) error {
	most := streamsOfSite
	if t.config.Agent {
		most = streamsOfAgent
	}
	if n > uint32(most) || t.allowed+int(n) > most {
		return fmt.Errorf("%w: %d streams too many", errProtocol, n)
	}
	t.allowed += int(n)
	t.changedLocked()
	return nil
}

func (t *Tunnel) streamFrameLocked(h header, body []byte) error {
	s := t.streams[h.stream]
	if s == nil && h.stream == t.next && (h.kind == kindData || h.kind == kindFin) {
		if t.theirs >= t.limit() {
			return fmt.Errorf("%w: more than %d streams", errProtocol, t.limit())
		}
		s = t.beginLocked()
	}
	if s == nil {
		return t.strayLocked(h)
	}
	switch h.kind {
	case kindData:
		return s.receivedLocked(body)
	case kindFin:
		return s.finishedLocked(io.EOF)
	case kindReset:
		return s.finishedLocked(errReset)
	case kindStop:
		s.stoppedLocked()
	case kindWindow:
		return s.creditedLocked(binary.BigEndian.Uint32(body))
	}
	return nil
}

// beginLocked takes in a stream that the peer has opened.
func (t *Tunnel) beginLocked() *stream {
	s := &stream{t: t, id: t.next, window: firstWindow, left: firstWindow, credit: firstWindow}
	t.streams[s.id] = s
	t.next += 2
	t.theirs++
	t.backlog = append(t.backlog, s)
	t.changedLocked()
	return s
}

// strayLocked judges a frame of a stream that is not there. What a peer says
// before it can know that the stream is over is no offence.
func (t *Tunnel) strayLocked(h header) error {
	known := h.stream < t.next
	if h.stream%2 == t.nextOwn%2 {
		known = h.stream < t.nextOwn
	}
	if known && (h.kind == kindStop || h.kind == kindWindow) {
		return nil
	}
	return fmt.Errorf("%w: kind %d on stream %d, which is not open", errProtocol, h.kind, h.stream)
}

// life reads from the connection, and sees to it that silence has an end.
type life struct{ t *Tunnel }

func (l life) Read(p []byte) (int, error) {
	waits := []time.Duration{idleTimeout}
	if l.t.config.Agent {
		before := l.t.keepAlive()
		waits = []time.Duration{before, idleTimeout - before}
	}
	for i, wait := range waits {
		if i > 0 {
			l.t.askForLife()
		}
		if err := l.t.conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
			return 0, err
		}
		n, err := l.t.conn.Read(p)
		if n > 0 {
			now := time.Now()
			l.t.heard.Store(&now)
		}
		if n > 0 || err == nil || !timedOut(err) {
			return n, err
		}
	}
	return 0, transport.ErrSilent
}

// keepAlive is after how much silence the agent pings.
func (t *Tunnel) keepAlive() time.Duration {
	if t.patient.Load() {
		return keepAlive
	}
	return hastyKeepAlive
}

// Keeps implements transport.Keeper. A connection over TCP whose peer does not
// know it any more ends with the next ping.
func (t *Tunnel) Keeps() (doubt <-chan struct{}, keeps bool) { return nil, true }

func (t *Tunnel) askForLife() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ping = true
	t.flushLocked()
}

func timedOut(err error) bool {
	var n net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

// Heard implements transport.Witness.
func (t *Tunnel) Heard() time.Time {
	if at := t.heard.Load(); at != nil {
		return *at
	}
	return time.Time{}
}
