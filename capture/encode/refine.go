package encode

import (
	"image"
	"time"

	"jump/capture/frame"
)

// Rest is how long an approximate tile has to stay as it is before it is
// refined. One in a place where photographs take turns rests until the next is
// overdue, up to mostRest: what would be gone in a moment is not worth ten times its
// bytes.
const (
	Rest     = 200 * time.Millisecond
	mostRest = 1100 * time.Millisecond
	lasting  = 3 * time.Second // a photograph that stood so long says nothing of the next
	overdue  = 16              // by so much of the time that others stood
)

// Where the next is expected only later than that, places are refined gently at
// first: gentle bytes in a frame, and an eighth more in each that follows.
const gentle = 8 << 10

// rest is how long a tile rests before it is refined.
func (t *tile) rest() time.Duration { return max(t.restless, Rest) }

// replaced notes that a photograph took the place of what stood that long: the
// next is likely to come as soon, or as soon as those before.
func (t *tile) replaced(stood time.Duration) {
	due := time.Duration(0)
	if stood < lasting {
		due = max(stood+stood/overdue, t.restless-t.restless/overdue)
	}
	t.restless, t.gently = min(due, mostRest), due > mostRest
}

// Refine says approximate tiles that have rested exactly, until they have about
// budget bytes. It returns as Encode does.
func (e *Encoder) Refine(budget int, sequence uint32, now time.Duration) ([]byte, error) {
	e.begin()
	gently := false
	for i := range e.tiles {
		t := &e.tiles[i]
		if t.approx.Empty() || t.owed || now-t.changed < t.rest() {
			continue
		}
		most := min(budget, pieceSize)
		if t.gently {
			most, gently = min(most, e.gentle), true
		}
		if e.length()+len(e.blobs)+e.exacts.pending() >= most {
			break
		}
		e.lossless(t.approx)
		t.exact()
		if err := e.page(); err != nil {
			return nil, err
		}
	}
	if gently {
		e.gentle += e.gentle / 8
	}
	e.exacts.end(e)
	return e.end(sequence, now)
}

// RefineAt returns when Refine will next have something to say, and false if
// everything was said exactly.
func (e *Encoder) RefineAt() (time.Duration, bool) {
	var at time.Duration
	found := false
	for i := range e.tiles {
		if t := &e.tiles[i]; !t.approx.Empty() && !t.owed && (!found || t.changed+t.rest() < at) {
			at, found = t.changed+t.rest(), true
		}
	}
	return at, found
}

// exact notes that the viewer has the pixels of have.
func (t *tile) exact() { t.approx, t.owed = image.Rectangle{}, false }

// approximate notes that the viewer's pixels in r are not quite those in have,
// or not at all if they are owed.
func (e *Encoder) approximate(r image.Rectangle, owed bool, now time.Duration) {
	for ty := r.Min.Y / frame.TileSize; ty <= (r.Max.Y-1)/frame.TileSize; ty++ {
		for tx := r.Min.X / frame.TileSize; tx <= (r.Max.X-1)/frame.TileSize; tx++ {
			i := ty*e.cols + tx
			t := &e.tiles[i]
			t.approx = t.approx.Union(r.Intersect(frame.Tile(e.size, i)))
			t.changed, t.owed = max(t.changed, now), t.owed || owed
		}
	}
}
