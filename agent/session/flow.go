package session

import (
	"fmt"
	"time"
)

// flow keeps a line short: it says how much may be on its way to the viewer, so
// that what is urgent finds no queue before it. The viewer acknowledges frames;
// what is on its way stays below the rate at which that happens times the
// least round trip and slack. It has no clock and sends nothing.
//
//	┌ opening ┐ as much again as was acknowledged, until a queue is seen
//	└ steady  ┘ a quarter of that; and back to what the line took, at a queue
//
// A viewer on a busy machine is late as well, but however little is on its way:
// half of what the line took of late it may always have.
//
// Not safe for concurrent use.
type flow struct {
	most   uint32 // frames on their way, as the viewer wants
	sent   uint32 // sequence of the last frame
	acked  uint32
	flying []flight // sent and not acknowledged, oldest first
	bytes  int      // of those
	limit  int      // of bytes
	steady bool
	late   int           // frames in a row that came late
	last   time.Duration // the last round trip
	least  least         // round trip
	perKiB least         // on their way, of a round trip
	draws  least         // for a KiB
}

// flight is a frame on its way.
type flight struct {
	at    time.Duration
	bytes int
	ahead int // bytes on their way when it was sent, its own included
	more  bool
}

const (
	slack      = 12 * time.Millisecond // of queue; a pace more and a key's echo still takes 30 ms beyond the round trip
	firstLimit = 8 << 10
	leastLimit = 1 << 10
	mostLimit  = 8 << 20
	leastPiece = 1 << 10
	lateFrames = 3
	telling    = 8 << 10 // with less in a frame, what every frame takes hides what a byte does

	tripPeriod = 10 * time.Second // a line may become a longer one,
	ratePeriod = time.Second      // and a thinner one
)

func newFlow(most uint32) flow {
	return flow{most: most, limit: firstLimit, least: least{period: tripPeriod}, perKiB: least{period: ratePeriod}, draws: least{period: ratePeriod}}
}

// next returns the sequence of the next frame.
func (f *flow) next() uint32 { return f.sent + 1 }

// send notes that the next frame is sent, and whether more would be if there
// were room.
func (f *flow) send(bytes int, more bool, now time.Duration) {
	f.sent++
	f.bytes += bytes
	f.flying = append(f.flying, flight{now, bytes, f.bytes, more})
}

// ack notes that the viewer has drawn all frames up to one, for the last of
// which it took that long. What was never sent cannot be drawn.
func (f *flow) ack(sequence uint32, drawing, now time.Duration) error {
	if sequence > f.sent {
		return fmt.Errorf("ack of frame %d, but %d were sent", sequence, f.sent)
	}
	if sequence <= f.acked {
		return nil
	}
	n := int(sequence - f.acked)
	arrived, bytes := f.flying[n-1], 0
	for _, one := range f.flying[:n] {
		bytes += one.bytes
	}
	f.flying = append(f.flying[:0], f.flying[n:]...)
	f.acked, f.bytes = sequence, f.bytes-bytes
	f.last = max(now-arrived.at-drawing, 100*time.Microsecond)
	f.least.see(f.last, now)
	f.perKiB.see(f.last<<10/time.Duration(max(arrived.ahead, 1)), now)
	if arrived.bytes >= min(telling, f.drawable()/2) {
		f.draws.see(drawing<<10/time.Duration(max(arrived.bytes, 1)), now)
	}
	f.adapt(arrived, bytes)
	return nil
}

// adapt moves the limit. A frame that was sent while little was on its way, and
// little to be sent, says nothing about the line.
func (f *flow) adapt(arrived flight, bytes int) {
	if !arrived.more && 2*arrived.ahead < f.limit {
		return
	}
	good := f.least.time + slack
	if f.last <= good {
		f.late = 0
	} else if f.late++; f.late < lateFrames {
		return // one that was lost on the way holds others up, and is no queue
	}
	switch {
	case f.last > good:
		f.steady = true
		f.limit = min(f.limit, int(float64(arrived.ahead)*float64(good)/float64(f.last)))
	case 2*arrived.ahead < f.limit: // it was not used
	case f.steady:
		f.limit += bytes / 4
	default:
		f.limit += bytes
	}
	// With more than half, a queue would not become shorter.
	f.limit = max(f.limit, int(good<<10/max(f.perKiB.time, 1))/2)
	f.limit = min(max(f.limit, leastLimit), mostLimit)
}

// open reports whether a frame may be sent. There are no more on their way than
// the viewer draws while one travels, and two.
func (f *flow) open() bool {
	return f.sent-f.acked < min(f.most, f.frames()+1)
}

// free returns how many bytes of photographs the next frame may have alone. The
// last place on the line is kept for what cannot wait.
func (f *flow) free() int {
	if f.most > 2 && f.sent-f.acked >= min(f.most-1, f.frames()) {
		return 0
	}
	return f.space()
}

// beside returns how many bytes of photographs the next frame may have beside
// what cannot wait, which takes the place anyway and is not to come much later.
func (f *flow) beside() int { return f.space() / 2 }

// space is what the line takes now, 0 if it is too little for a photograph. An
// empty line always takes something.
func (f *flow) space() int {
	if space := min(f.limit-f.bytes, f.piece(), f.drawable()); space >= leastPiece {
		return space
	}
	return 0
}

// piece spreads the limit over the round trip, so that a frame is no queue by
// itself.
func (f *flow) piece() int {
	return max(leastPiece, int(float64(f.limit)*float64(pace)/float64(max(f.least.time+slack, pace))))
}

// drawable is how much the viewer draws in two paces: with more in a frame, what
// comes next would wait for it; with less, a browser decodes more slowly.
func (f *flow) drawable() int {
	if f.draws.time == 0 {
		return mostLimit
	}
	return max(leastPiece, int(2*pace<<10/f.draws.time))
}

// rate is how many bytes a second the line is known to take.
func (f *flow) rate() int { return int(float64(f.limit) / (f.least.time + slack).Seconds()) }

// frames is how many frames travel at once.
func (f *flow) frames() uint32 { return 2 + uint32(min(f.least.time/pace, 100)) }

// least is the least time of late: of the last one to two periods.
type least struct {
	period time.Duration
	time   time.Duration // 0: none yet
	recent time.Duration // of the period at hand
	began  time.Duration
}

func (l *least) see(t, now time.Duration) {
	if now-l.began > l.period {
		l.time, l.recent, l.began = l.recent, 0, now
	}
	if l.recent == 0 || t < l.recent {
		l.recent = t
	}
	if l.time == 0 || t < l.time {
		l.time = t
	}
}
