package mux

import (
	"errors"
	"fmt"
	"time"

	"jump/transport"
)

var errStuck = errors.New("the peer takes nothing in")

// flushLocked sees to it that somebody writes what is due.
func (t *Tunnel) flushLocked() {
	if t.writing || t.over {
		return
	}
	t.writing = true
	t.writers.Go(t.write)
}

// write writes until nothing is due any more.
func (t *Tunnel) write() {
	var b []byte
	for {
		t.mu.Lock()
		b = t.fillLocked(b[:0])
		if len(b) == 0 {
			t.writing = false
			t.mu.Unlock()
			return
		}
		t.mu.Unlock()
		if err := t.send(b); err != nil {
			t.mu.Lock()
			t.endLocked(ended(err))
			t.over = true
			t.mu.Unlock()
			t.conn.Close()
			return
		}
	}
}

func (t *Tunnel) send(b []byte) error {
	if err := t.conn.SetWriteDeadline(time.Now().Add(idleTimeout)); err != nil {
		return err
	}
	_, err := t.conn.Write(b)
	if err != nil && timedOut(err) {
		return fmt.Errorf("%w for %v", errStuck, idleTimeout)
	}
	return err
}

// fillLocked appends the frames that are due: what is about the tunnel first,
// then of each stream in turn a frame of data and whatever else it has to say.
func (t *Tunnel) fillLocked(b []byte) []byte {
	if t.ended != nil {
		return t.fillFarewellLocked(b)
	}
	if t.ping {
		b = appendHeader(b, kindPing, 0, 0)
	}
	if t.pong {
		b = appendHeader(b, kindPong, 0, 0)
	}
	if t.grant > 0 {
		b = appendNumber(b, kindStreams, 0, t.grant)
	}
	t.ping, t.pong, t.grant = false, false, 0
	for len(t.due) > 0 && len(b) < batch {
		s := t.due[0]
		t.due = t.due[1:]
		s.queued = false
		b = s.fillLocked(b)
	}
	return b
}

func (t *Tunnel) fillFarewellLocked(b []byte) []byte {
	if t.farewell == nil {
		return b
	}
	reason := transport.ClipReason(*t.farewell)
	t.farewell = nil
	return append(appendHeader(b, kindClose, 0, len(reason)), reason...)
}

// queueLocked puts a stream among those that have something to say.
func (t *Tunnel) queueLocked(s *stream) {
	if !s.queued {
		s.queued = true
		t.due = append(t.due, s)
	}
	t.flushLocked()
}
