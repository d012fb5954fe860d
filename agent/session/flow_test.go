package session

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// line is a simulated way to a viewer: in order, of a rate, with a delay, and
// now and then a loss, which holds everything up for a round trip.
type line struct {
	rate  float64 // bytes a second
	delay time.Duration
	loss  float64 // share of packets of 1,200 bytes
	busy  time.Duration
	order time.Duration
	r     *rand.Rand
}

// carry returns when the viewer has a message, and when the agent knows.
func (l *line) carry(bytes int, now time.Duration) (there, known time.Duration) {
	l.busy = max(l.busy, now) + time.Duration(float64(bytes)/l.rate*float64(time.Second))
	there = l.busy + l.delay
	for range 1 + bytes/1200 {
		if l.r.Float64() < l.loss {
			there += 2*l.delay + 10*time.Millisecond
		}
	}
	l.order = max(l.order, there)
	return l.order, l.order + l.delay
}

// simulation plays photographs without end over a line, and echoes of keys.
type simulation struct {
	line    line
	flow    flow
	acks    []time.Duration // when each frame is known to have come
	last    time.Duration   // when a frame was sent
	carried int
	echoes  []time.Duration
}

const tick = time.Millisecond

func (s *simulation) run(length time.Duration) {
	var struck time.Duration // when the key was; 0: none waits
	for now := time.Duration(1); now < length; now += tick {
		for len(s.acks) > 0 && s.acks[0] <= now {
			s.flow.ack(s.flow.acked+1, 0, now)
			s.acks = s.acks[1:]
		}
		if struck == 0 && now/tick%137 == 0 {
			struck = now
		}
		if now-s.last < pace || !s.flow.open() {
			continue
		}
		photos := s.flow.free()
		bytes := photos
		if struck > 0 {
			bytes = photos/2 + 200 // an encoder leaves photographs for later when there is something else
		}
		if bytes == 0 {
			continue
		}
		s.last = now
		s.flow.send(bytes, true, now)
		there, known := s.line.carry(bytes, now)
		s.acks = append(s.acks, known)
		s.carried += bytes
		if struck > 0 {
			s.echoes, struck = append(s.echoes, there+s.line.delay-struck), 0 // the key came the same way
		}
	}
}

// TestFlow: over thin and thick, short and long lines a key's echo takes at most
// 30 ms more than the round trip while photographs play, and the line is used.
func TestFlow(t *testing.T) {
	for _, mbit := range []float64{1, 10, 100} {
		for _, trip := range []time.Duration{5, 20, 50, 100, 200} {
			for _, loss := range []float64{0, 0.002} {
				t.Run(fmt.Sprintf("%g Mbit, %d ms, loss %g", mbit, trip, loss), func(t *testing.T) {
					s := &simulation{flow: newFlow(16), line: line{rate: mbit * 125e3, delay: trip * time.Millisecond / 2, loss: loss, r: rand.New(rand.NewPCG(1, 2))}}
					s.run(20 * time.Second)
					slices.Sort(s.echoes)
					p50, p90 := s.echoes[len(s.echoes)/2], s.echoes[len(s.echoes)*9/10]
					used := float64(s.carried) / (20 * s.line.rate)
					t.Logf("echo p50 %v p90 %v, %.0f %% used, limit %d", p50, p90, 100*used, s.flow.limit)
					if loss == 0 && used < 0.4 {
						t.Errorf("%.0f %% of the line used", 100*used)
					}
					if most := trip*time.Millisecond + 30*time.Millisecond; p50 > most || loss == 0 && p90 > most+10*time.Millisecond {
						t.Errorf("echo p50 %v, p90 %v; at most %v", p50, p90, most)
					}
				})
			}
		}
	}
}
