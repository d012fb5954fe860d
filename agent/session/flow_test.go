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

// carry returns when the viewer has a message.
func (l *line) carry(bytes int, now time.Duration) time.Duration {
	l.busy = max(l.busy, now) + time.Duration(float64(bytes)/l.rate*float64(time.Second))
	there := l.busy + l.delay
	for range 1 + bytes/1200 {
		if l.r.Float64() < l.loss {
			there += 2*l.delay + 10*time.Millisecond
		}
	}
	l.order = max(l.order, there)
	return l.order
}

// ack is when the agent hears of a frame, and how long drawing that took.
type ack struct{ at, drawing time.Duration }

// simulation plays photographs without end over a line, and echoes of keys.
type simulation struct {
	line    line
	draws   float64       // bytes a second; 0: in no time
	drawn   time.Duration // when all will be that was sent
	flow    flow
	acks    []ack
	last    time.Duration // when a frame was sent
	carried int
	echoes  []time.Duration
	now     time.Duration
}

const tick = time.Millisecond

// run goes on until a time.
func (s *simulation) run(until time.Duration) {
	var struck time.Duration // when the key was; 0: none waits
	for ; s.now < until; s.now += tick {
		now := s.now
		for len(s.acks) > 0 && s.acks[0].at <= now {
			s.flow.ack(s.flow.acked+1, s.acks[0].drawing, now)
			s.acks = s.acks[1:]
		}
		if struck == 0 && now/tick%137 == 0 {
			struck = now
		}
		if now-s.last < pace || !s.flow.open() {
			continue
		}
		bytes := s.flow.free()
		if struck > 0 {
			bytes = s.flow.beside() + 200
		}
		if bytes == 0 {
			continue
		}
		s.last = now
		s.flow.send(bytes, true, now)
		drawing := s.drawing(bytes)
		s.drawn = max(s.drawn, s.line.carry(bytes, now)) + drawing
		s.acks = append(s.acks, ack{s.drawn + s.line.delay, drawing})
		s.carried += bytes
		if struck > 0 {
			s.echoes, struck = append(s.echoes, s.drawn+s.line.delay-struck), 0 // the key came the same way
		}
	}
}

// drawing is how long the viewer draws.
func (s *simulation) drawing(bytes int) time.Duration {
	if s.draws == 0 {
		return 0
	}
	return time.Duration(float64(bytes) / s.draws * float64(time.Second))
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

// starved is a viewer on a busy machine: it is not run for a while again and
// again, whatever was sent to it.
type starved struct {
	r     *rand.Rand
	from  time.Duration // it is not run from then
	until time.Duration
	free  time.Duration // when it will have drawn all that came
}

// draw returns when a frame that came has been drawn, and for how long that
// took as the viewer sees it.
func (v *starved) draw(there time.Duration) (done, drawing time.Duration) {
	begin := v.run(max(there, v.free), 0)
	v.free = v.run(begin, 2*time.Millisecond)
	return v.free, v.free - begin
}

// run returns when something is done that takes a time of its own and begins at
// a time.
func (v *starved) run(at, takes time.Duration) time.Duration {
	for {
		for at >= v.until {
			v.from = v.until + time.Duration(v.r.IntN(30))*time.Millisecond
			v.until = v.from + time.Duration(10+v.r.IntN(50))*time.Millisecond
		}
		if at+takes <= v.from {
			return at + takes
		}
		takes -= max(v.from-at, 0)
		at = v.until
	}
}

// scroll is a page that scrolls sixty times a second before a starved viewer.
type scroll struct {
	line   line
	viewer starved
	flow   flow
	acks   []ack
	owed   []time.Duration // since when a step's photographs have been, oldest first
	left   int             // bytes of the oldest
	text   int             // bytes that were not sent
	waited []time.Duration // how long a step's photographs did
}

const (
	scrollStep   = time.Second / 60
	scrollText   = 4000 // bytes of a step that do not wait
	scrollPhotos = 5000 // and that may
)

func (s *scroll) run(length time.Duration) {
	var last, next time.Duration
	for now := time.Duration(1); now < length; now += tick {
		for len(s.acks) > 0 && s.acks[0].at <= now {
			s.flow.ack(s.flow.acked+1, s.acks[0].drawing, now)
			s.acks = s.acks[1:]
		}
		if now >= next {
			next += scrollStep
			s.text += scrollText
			s.owed = append(s.owed, now)
		}
		if now-last >= pace && s.flow.open() && s.send(now) {
			last = now
		}
	}
}

func (s *scroll) send(now time.Duration) bool {
	bytes, room := s.text, s.flow.free()
	if s.text > 0 {
		room = s.flow.beside()
	}
	for len(s.owed) > 0 && room > 0 {
		if s.left == 0 {
			s.left = scrollPhotos
		}
		n := min(room, s.left)
		room, s.left, bytes = room-n, s.left-n, bytes+n
		if s.left == 0 {
			s.waited, s.owed = append(s.waited, now-s.owed[0]), s.owed[1:]
		}
	}
	if bytes == 0 {
		return false
	}
	s.text = 0
	s.flow.send(bytes, len(s.owed) > 0, now)
	done, drawing := s.viewer.draw(s.line.carry(bytes, now))
	s.acks = append(s.acks, ack{done + s.line.delay, drawing})
	return true
}

// TestFlowStarved: a viewer that is late because its machine is busy is not
// taken for a thin line: the photographs of a page come as it scrolls.
func TestFlowStarved(t *testing.T) {
	for _, mbit := range []float64{10, 100} {
		for seed := range uint64(4) {
			t.Run(fmt.Sprintf("%g Mbit, seed %d", mbit, seed), func(t *testing.T) {
				r := rand.New(rand.NewPCG(3, seed))
				s := &scroll{line: line{rate: mbit * 125e3, delay: 2 * time.Millisecond, r: r}, viewer: starved{r: r}, flow: newFlow(12)}
				s.run(30 * time.Second)
				slices.Sort(s.waited)
				p50, p90 := s.waited[len(s.waited)/2], s.waited[len(s.waited)*9/10]
				t.Logf("photographs wait p50 %v p90 %v, limit %d", p50, p90, s.flow.limit)
				if p50 > 30*time.Millisecond || p90 > 120*time.Millisecond || len(s.owed) > 20 {
					t.Errorf("photographs wait %v, p90 %v, those of %d steps still do", p50, p90, len(s.owed))
				}
			})
		}
	}
}

// TestFlowThinner: when a line comes to take a tenth, echoes are as quick as
// they should be four seconds later.
func TestFlowThinner(t *testing.T) {
	for _, mbit := range []float64{10, 100} {
		for _, trip := range []time.Duration{5, 50, 200} {
			t.Run(fmt.Sprintf("%g Mbit, %d ms", mbit, trip), func(t *testing.T) {
				s := &simulation{flow: newFlow(16), line: line{rate: mbit * 125e3, delay: trip * time.Millisecond / 2, r: rand.New(rand.NewPCG(1, 2))}}
				s.run(10 * time.Second)
				s.line.rate /= 10
				s.run(14 * time.Second)
				s.echoes = s.echoes[:0]
				s.run(24 * time.Second)
				slices.Sort(s.echoes)
				t.Logf("echo p50 %v p90 %v", s.echoes[len(s.echoes)/2], s.echoes[len(s.echoes)*9/10])
				if p50, most := s.echoes[len(s.echoes)/2], trip*time.Millisecond+30*time.Millisecond; p50 > most {
					t.Errorf("echo p50 %v; at most %v", p50, most)
				}
			})
		}
	}
}

// TestFlowSlowViewer: a viewer that draws more slowly than the line carries has
// no more before it than it draws in a few paces, and is not idle.
func TestFlowSlowViewer(t *testing.T) {
	for _, draws := range []float64{1e6, 5e6} {
		for _, mbit := range []float64{10, 100, 1000} {
			t.Run(fmt.Sprintf("%g MB/s, %g Mbit", draws/1e6, mbit), func(t *testing.T) {
				s := &simulation{flow: newFlow(12), draws: draws, line: line{rate: mbit * 125e3, delay: time.Millisecond, r: rand.New(rand.NewPCG(1, 2))}}
				s.run(20 * time.Second)
				slices.Sort(s.echoes)
				p50, p90 := s.echoes[len(s.echoes)/2], s.echoes[len(s.echoes)*9/10]
				used := float64(s.carried) / (20 * min(draws, s.line.rate))
				t.Logf("echo p50 %v p90 %v, %.0f %% used, limit %d", p50, p90, 100*used, s.flow.limit)
				if p50 > 4*pace || p90 > 5*pace || used < 0.6 {
					t.Errorf("echo p50 %v, p90 %v, %.0f %% used", p50, p90, 100*used)
				}
			})
		}
	}
}
