package encode

import (
	"image"
	"math/bits"
	"time"

	"jump/capture"
	"jump/capture/frame"
)

// Video is an inter-frame encoder that works elsewhere, on one picture at a
// time, and is never waited for.
//
//	Idle ──Put──► Busy ──by itself──► Ready ──Take──► Idle, or Dead
type Video interface {
	State() VideoState
	// Put begins with a picture: rows of stride words 0xXXRRGGBB, with even sides.
	// Nothing of words is kept. The first one, one of another size than the last,
	// and the first after a Cut begin a stream. Only while Idle.
	Put(words []uint32, stride int, size image.Point)
	// Take returns what the picture became; without Data the stream has broken
	// off, and the next Put begins another. Only while Ready.
	Take() frame.Unit
	// Cut ends the stream, whatever is in the making.
	Cut()
	// Fit says how many bytes a second the viewer's line takes.
	Fit(rate int)
	// Close ends all that runs and waits for it. Nothing is called afterwards.
	Close()
}

// VideoState is where a Video stands.
type VideoState uint8

// The states.
const (
	VideoIdle VideoState = iota
	VideoBusy
	VideoReady
	VideoDead // and stays so
)

// film is a part of the picture that is said by Video, and of which nothing else
// is said meanwhile: all of it counts as approximate.
//
//	nowhere ──found──► coming ──the first unit is there──► playing
//	   ▲                 └──────────────┬────────────────────┘
//	   └─ rests, is covered or moved, the stream breaks off, a refresh
//
// While it is coming photographs go on. The first unit shows an older picture
// than those, so it is held until one that is newer can be said with it.
type film struct {
	rect    image.Rectangle // empty: nowhere
	playing bool
	fresh   bool            // have is newer than what was put last
	flying  bool            // what was put was not taken
	changed time.Duration   // when anything in rect last did
	checked time.Duration   // when rect was last compared with what is found
	doubts  int             // how often in a row that was another
	next    image.Rectangle // found once, and not yet twice
	touched bool            // something in rect changed since changed was set
	moved   bool            // something was copied from there, or to there: the film itself or what is over it
	units   []frame.Unit    // taken and not said
}

// filmRest is how long a film stands still before it is none any more.
const filmRest = 250 * time.Millisecond

// nowhere reports whether there is no film.
func (f *film) nowhere() bool { return f.rect.Empty() }

// covers reports whether the viewer has something else in r than what was said
// exactly or as photographs.
func (f *film) covers(r image.Rectangle) bool { return f.playing && f.rect.Overlaps(r) }

// FilmAt returns when Encode should be called for a film's sake even if nothing
// is damaged, and false if never. Room says whether SetPiece gives it any.
func (e *Encoder) FilmAt(room bool) (time.Duration, bool) {
	f := &e.film
	if f.nowhere() {
		return 0, false
	}
	switch state := e.cfg.Video.State(); {
	case state == VideoReady, state == VideoIdle && f.fresh && room, state == VideoDead:
		return 0, true
	}
	return f.changed + filmRest, true
}

// sayFilm takes what became of a picture and says it, if it is newer than all
// that was said there.
func (e *Encoder) sayFilm(now time.Duration) {
	f := &e.film
	if !f.flying || e.cfg.Video.State() != VideoReady {
		return
	}
	f.flying = false
	u := e.cfg.Video.Take()
	if len(u.Data) == 0 {
		e.endFilm(now)
		return
	}
	f.units = append(f.units, u)
	if !f.playing {
		e.playFilm()
		return
	}
	for _, u := range f.units {
		e.plain = frame.AppendVideo(e.plain, f.rect, u)
		e.blobs = append(e.blobs, u.Data...)
	}
	f.units = f.units[:0]
}

// playFilm begins to say a film as one.
func (e *Encoder) playFilm() {
	f := &e.film
	f.playing, f.fresh = true, true
	e.touching(f.rect, func(i int) {
		if t := &e.tiles[i]; t.approx.In(f.rect) {
			t.exact() // as part of the film it is approximate anyway
		}
	})
}

// putFilm gives the film's new picture to the encoder if that waits for one and
// the line has room.
func (e *Encoder) putFilm() {
	f := &e.film
	if f.nowhere() || !f.fresh || e.piece == 0 || e.cfg.Video.State() != VideoIdle {
		return
	}
	f.fresh, f.flying = false, true
	e.cfg.Video.Put(e.from(f.rect), e.size.X, f.rect.Size())
}

// endFilm makes photographs of a film again, which soon become exact: what the
// viewer does not have yet is owed.
func (e *Encoder) endFilm(now time.Duration) {
	f := &e.film
	if f.nowhere() {
		return
	}
	late := f.fresh || f.flying || len(f.units) > 0
	if f.flying || len(f.units) > 0 {
		e.cfg.Video.Cut() // the viewer will not get those, and could not read what follows
	}
	if f.playing {
		e.approximate(f.rect, late, f.changed)
	}
	e.film = film{units: f.units[:0], checked: now}
}

// takeFilm takes new pixels of a film over, so that nothing else finds them.
func (e *Encoder) takeFilm(px capture.Pixels, now time.Duration) {
	f := &e.film
	if !f.playing {
		return
	}
	e.touching(f.rect, func(i int) {
		box := e.inFilm(i, px)
		if box.Empty() {
			return
		}
		t := &e.tiles[i]
		stood := now - t.since
		t.since = now
		e.takeOver(box, px)
		e.count(i, box, true, stood)
	})
}

// inFilm returns the box around what differs of a tile's damage inside the film,
// and forgets the damage that is wholly in there.
func (e *Encoder) inFilm(i int, px capture.Pixels) (box image.Rectangle) {
	t := &e.tiles[i]
	for mask := t.dirty; mask != 0; mask &= mask - 1 {
		b := bits.TrailingZeros16(mask)
		r := e.block(i, b)
		some := r.Intersect(e.film.rect)
		if some.Empty() {
			continue
		}
		box = box.Union(e.differing(some, px))
		if some == r {
			t.dirty &^= 1 << b
		}
	}
	return box
}

// takeOver makes new pixels those that were said, or are about to be.
func (e *Encoder) takeOver(box image.Rectangle, px capture.Pixels) {
	for y := box.Min.Y; y < box.Max.Y; y++ {
		copy(e.row(box, y), rowOf(px, box, y))
	}
	e.film.touch(box)
}

// touch notes that have changed in r.
func (f *film) touch(r image.Rectangle) { f.touched = f.touched || f.rect.Overlaps(r) }
