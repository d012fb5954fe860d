package session

import (
	"fmt"
	"time"

	"jump/transport/wire"
)

// due returns when there will be something to send without a word from
// anybody, and false if nothing waits.
func (v *view) due() (at time.Duration, some bool) {
	room, all := v.room()
	if v.paused() || !room {
		return 0, false
	}
	for _, d := range v.displays {
		when, waits := v.last+pace, !d.Pending().Empty()
		if !waits && all {
			when, waits = d.RefineAt()
			when = max(when, v.last+pace)
		}
		if waits && (!some || when < at) {
			at, some = when, true
		}
	}
	return at, some
}

// frames sends what waits to be sent, a frame a display at most, as far as the
// viewer takes it.
func (v *view) frames() error {
	if v.paused() || v.now() < v.last+pace && v.last > 0 {
		return nil
	}
	for i := range v.displays {
		d := v.displays[(v.next+i)%len(v.displays)]
		if room, _ := v.room(); !room {
			break
		}
		sent, err := v.difference(d)
		if err == nil && !sent {
			err = v.refinement(d)
		}
		if err != nil {
			return err
		}
	}
	v.next++
	return nil
}

// difference sends what was damaged.
func (v *view) difference(d shown) (bool, error) {
	r := d.Pending()
	if r.Empty() {
		return false, nil
	}
	px, err := v.source.Fetch(d.ID, r.Add(d.Bounds.Min))
	if err != nil {
		return false, fmt.Errorf("read display %d: %w", d.ID, err)
	}
	body, err := d.Encode(px, v.sequence(), v.now())
	return v.frame(body, false, err)
}

// Bounds on the statements of a refinement. Refinements are sent one at a time
// and grow as long as they come through quickly, so they never delay by much
// what happens next.
const (
	leastBudget = 32 << 10
	mostBudget  = 1 << 20
	quick       = 60 * time.Millisecond
	slow        = 200 * time.Millisecond
)

// refinement sends approximate pixels exactly, when the viewer has nothing else
// to do.
func (v *view) refinement(d shown) error {
	if _, all := v.room(); !all {
		return nil
	}
	v.adapt()
	body, err := d.Refine(v.budget, v.sequence(), v.now())
	_, err = v.frame(body, true, err)
	return err
}

func (v *view) adapt() {
	v.mu.Lock()
	trip := v.trip
	v.mu.Unlock()
	switch {
	case !v.refined:
	case trip < quick:
		v.budget = min(2*v.budget, mostBudget)
	case trip > slow:
		v.budget = max(v.budget/2, leastBudget)
	}
	v.refined = false
}

func (v *view) sequence() uint32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.sent + 1
}

// frame sends a frame, if there is one. It counts as sent before it is written:
// its acknowledgement may be there before the write returns.
func (v *view) frame(body []byte, refined bool, err error) (bool, error) {
	if err != nil || body == nil {
		return false, err
	}
	v.last, v.refined = v.now(), refined
	v.mu.Lock()
	v.sent++
	v.sentAt = time.Now()
	v.mu.Unlock()
	return true, v.write(wire.TypeFrame, body)
}
