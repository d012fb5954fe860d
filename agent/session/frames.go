package session

import (
	"fmt"
	"slices"
	"time"

	"jump/capture"
	"jump/transport/wire"
)

// due returns when there will be something to send without a word from
// anybody, and false if nothing waits.
func (v *view) due() (at time.Duration, some bool) {
	open, photos := v.room()
	if v.paused() || !open {
		return 0, false
	}
	for _, d := range v.displays {
		when, waits := time.Duration(0), !d.Pending().Empty() || d.Owes() && photos > 0
		if !waits {
			when, waits = v.rests(d, photos > 0)
		}
		when = max(when, v.ready())
		if waits && (!some || when < at) {
			at, some = when, true
		}
	}
	return at, some
}

// rests returns when there is something to do for a display of which nothing
// changes, and false if never.
func (v *view) rests(d shown, room bool) (time.Duration, bool) {
	at, some := d.FilmAt(room)
	if refine, rough := d.RefineAt(); room && rough && (!some || refine < at) {
		return refine, true
	}
	return at, some
}

// ready returns when the next frame may be sent: a pace after the last one, but
// after a pause two at once: what happens just after a frame does not wait.
func (v *view) ready() time.Duration { return v.even - pace }

// frames sends what waits to be sent, a frame a display at most, as far as the
// viewer takes it.
func (v *view) frames() error {
	if v.paused() || v.now() < v.ready() {
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

// mostPiece is how many bytes of photographs a frame has at most: more would be
// in the making for too long, with everything else waiting.
const mostPiece = 512 << 10

// difference sends what was damaged, and photographs as far as the line takes
// them.
func (v *view) difference(d shown) (bool, error) {
	_, photos := v.room()
	r := d.Pending()
	if r.Empty() && (photos == 0 || !d.Owes()) && !v.filmDue(d, photos > 0) {
		return false, nil
	}
	var px capture.Pixels
	if !r.Empty() {
		var err error
		if px, err = v.source.Fetch(d.ID, r.Add(d.Bounds.Min)); err != nil {
			return false, fmt.Errorf("read display %d: %w", d.ID, err)
		}
	}
	d.SetPiece(min(photos, mostPiece), min(v.beside(), mostPiece))
	body, err := d.Encode(px, v.sequence(), v.now())
	v.excess()
	return v.frame(body, err)
}

// filmDue reports whether a film waits for something.
func (v *view) filmDue(d shown, room bool) bool {
	at, some := d.FilmAt(room)
	return some && at <= v.now()
}

// refinement sends approximate pixels exactly, in the gaps.
func (v *view) refinement(d shown) error {
	_, photos := v.room()
	if photos == 0 {
		return nil
	}
	body, err := d.Refine(min(photos, mostPiece), v.sequence(), v.now())
	_, err = v.frame(body, err)
	return err
}

// When photographs are owed for so long, the next ones have a lower quality, and
// when none are, a higher one, up to what the viewer wants.
const (
	behindFor    = 150 * time.Millisecond
	lessQuality  = 10
	moreQuality  = 2
	leastQuality = 35
)

// excess fits the quality of photographs to the line.
func (v *view) excess() {
	switch {
	case !slices.ContainsFunc(v.displays, func(d shown) bool { return d.Owes() }):
		v.behind, v.spoiled = 0, max(v.spoiled-moreQuality, 0)
	case v.behind == 0:
		v.behind = v.now()
	case v.now()-v.behind > behindFor:
		v.behind, v.spoiled = v.now(), min(v.spoiled+lessQuality, 100)
	}
}

// quality is what the viewer wants, less what the line cannot take.
func (v *view) quality(wanted uint8) uint8 {
	return uint8(min(int(wanted), max(int(wanted)-v.spoiled, leastQuality)))
}

// A line that takes less is left to photographs, whose pieces are as small as it
// wants; one that does again takes films from twice as much on.
const leastFilm = 32 << 10 // bytes a second

// filmRate returns how many bytes a second a film may take.
func (v *view) filmRate(o wire.ScreenOptions) int {
	v.mu.Lock()
	rate := v.flow.rate()
	v.mu.Unlock()
	v.wide = rate >= 2*leastFilm || v.wide && rate >= leastFilm
	if o.NoVideo || !v.wide {
		return 0
	}
	return rate
}

func (v *view) sequence() uint32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.flow.next()
}

// backlog reports whether photographs or refinements wait for room on the line.
func (v *view) backlog(now time.Duration) bool {
	return slices.ContainsFunc(v.displays, func(d shown) bool {
		at, some := d.RefineAt()
		return d.Owes() || some && at <= now
	})
}

// frame sends a frame, if there is one. It counts as sent before it is written:
// its acknowledgement may be there before the write returns.
func (v *view) frame(body []byte, err error) (bool, error) {
	if err != nil || body == nil {
		return false, err
	}
	now := v.now()
	v.even = max(v.even, now) + pace
	more := v.backlog(now)
	v.mu.Lock()
	v.flow.send(len(body), more, now)
	v.mu.Unlock()
	return true, v.write(wire.TypeFrame, body)
}
