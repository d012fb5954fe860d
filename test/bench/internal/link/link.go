// Package link is a slower line: a relay on 127.0.0.1 that holds every piece
// back as long as a line of a given rate and delay would.
//
// It is not a network: it loses nothing but what overflows its queue, and it
// shapes both directions alike.
package link

import (
	"sync"
	"time"
)

// Line is what is between two ends.
type Line struct {
	Rate  int64         // bytes a second, each way; 0: no limit
	Delay time.Duration // each way
	Queue int           // bytes that wait at most
}

// lane is one direction of a line.
type lane struct {
	line  Line
	mu    sync.Mutex
	free  time.Time // when the line has sent all that was handed to it
	queue chan piece
}

type piece struct {
	due  time.Time
	data []byte
}

func newLane(l Line) *lane { return &lane{line: l, queue: make(chan piece, 1<<14)} }

// waiting is how many bytes have not been sent yet, with mu held.
func (l *lane) waitingLocked(now time.Time) int {
	return int(l.free.Sub(now).Seconds() * float64(l.line.Rate))
}

// send hands a piece over; false if there is no room for it.
func (l *lane) send(data []byte) bool {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.free.Before(now) {
		l.free = now
	}
	if l.line.Rate > 0 {
		if l.waitingLocked(now)+len(data) > l.line.Queue {
			return false
		}
		l.free = l.free.Add(time.Duration(float64(len(data)) / float64(l.line.Rate) * float64(time.Second)))
	}
	select {
	case l.queue <- piece{l.free.Add(l.line.Delay), append([]byte(nil), data...)}:
		return true
	default:
		return false
	}
}

// deliver writes pieces when they are due, until the lane is closed.
func (l *lane) deliver(write func([]byte) error) {
	for p := range l.queue {
		time.Sleep(time.Until(p.due))
		if write(p.data) != nil {
			return
		}
	}
}
