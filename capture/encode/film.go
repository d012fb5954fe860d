package encode

import (
	"image"
	"time"

	"jump/capture/frame"
	"jump/transport/wire"
)

// lively is how a tile has changed of late, without a pause.
type lively struct {
	changes uint8           // up to mostChanges
	photos  uint8           // those of them that were like photographs
	box     image.Rectangle // around what changed
}

const (
	filmPause   = 250 * time.Millisecond // without a change for so long is a pause
	filmChanges = 5                      // after so many a tile may be of a film
	mostChanges = 255
	filmCheck   = 500 * time.Millisecond // how often a film's bounds are looked at
	leastFilm   = 96                     // pixels; a strip of a page that scrolls is lower
	mostFilm    = 2560 * 1440            // pixels in all
	mostDoubts  = 2
)

// count notes that a box of a tile changed, which had stood for so long. While
// something moves nothing is counted: what a scroll uncovers is no film.
func (e *Encoder) count(i int, box image.Rectangle, photo bool, stood time.Duration) {
	if e.cfg.Video == nil || len(e.moves.copies) > 0 {
		return
	}
	l := &e.tiles[i].lively
	if stood > filmPause {
		*l = lively{}
	}
	l.box = l.box.Union(box)
	if l.changes < mostChanges {
		l.changes++
		if photo {
			l.photos++
		}
	}
}

func (t *tile) plays(now time.Duration) bool {
	return t.lively.changes >= filmChanges && now-t.since <= filmPause
}

// findFilm returns the largest part of the picture that is like a film now:
// tiles beside each other that go on changing, mostly like photographs, and fill
// the box around their changes well.
func (e *Encoder) findFilm(now time.Duration) (film image.Rectangle) {
	e.found = cleared(e.found, len(e.tiles))
	for i := range e.tiles {
		if e.found[i] || !e.tiles[i].plays(now) {
			continue
		}
		if r := e.together(i, now); r.Dx()*r.Dy() > film.Dx()*film.Dy() {
			film = r
		}
	}
	return film
}

// together returns the box around what changed in the tiles that are connected
// with tile i, empty if it is no film.
func (e *Encoder) together(i int, now time.Duration) (box image.Rectangle) {
	n, changes, photos := 0, 0, 0
	e.found[i] = true
	for list := []int{i}; len(list) > 0; n++ {
		i, list = list[len(list)-1], list[:len(list)-1]
		l := e.tiles[i].lively
		box, changes, photos = box.Union(l.box), changes+int(l.changes), photos+int(l.photos)
		near := frame.Tile(e.size, i).Inset(-1).Intersect(image.Rectangle{Max: e.size})
		e.touching(near, func(k int) {
			if !e.found[k] && e.tiles[k].plays(now) {
				e.found[k] = true
				list = append(list, k)
			}
		})
	}
	box = e.even(box)
	all := 0
	e.touching(box, func(int) { all++ })
	if 3*n < 2*all || 2*photos < changes || box.Dx() < leastFilm || box.Dy() < leastFilm || box.Dx()*box.Dy() > mostFilm {
		return image.Rectangle{}
	}
	return box
}

// even makes both sides even, inside the display: no codec takes others.
func (e *Encoder) even(r image.Rectangle) image.Rectangle {
	r.Min.X, r.Max.X = evenSide(r.Min.X, r.Max.X, e.size.X)
	r.Min.Y, r.Max.Y = evenSide(r.Min.Y, r.Max.Y, e.size.Y)
	return r
}

func evenSide(from, to, most int) (int, int) {
	switch {
	case (to-from)%2 == 0:
		return from, to
	case to < most:
		return from, to + 1
	case from > 0:
		return from - 1, to
	}
	return from, to - 1
}

// touching calls f for every tile that r touches.
func (e *Encoder) touching(r image.Rectangle, f func(i int)) {
	if r.Empty() {
		return
	}
	for ty := r.Min.Y / frame.TileSize; ty <= (r.Max.Y-1)/frame.TileSize; ty++ {
		for tx := r.Min.X / frame.TileSize; tx <= (r.Max.X-1)/frame.TileSize; tx++ {
			f(ty*e.cols + tx)
		}
	}
}

// watchFilm decides whether there is a film, and where.
func (e *Encoder) watchFilm(now time.Duration) {
	v, f := e.cfg.Video, &e.film
	if v == nil {
		return
	}
	if f.touched {
		f.touched, f.fresh, f.changed = false, true, now
	}
	may := e.films && e.cfg.Quality > 0 && e.cfg.Codecs&wire.CodecJPEG != 0 && v.State() != VideoDead
	if !may || now-f.changed >= filmRest || f.moved {
		e.endFilm(now)
	}
	switch {
	case !may:
	case f.nowhere():
		e.seekFilm(now)
	case now-f.checked >= filmCheck:
		e.checkFilm(now)
	}
}

// seekFilm begins a film that was found where it is twice.
func (e *Encoder) seekFilm(now time.Duration) {
	f := &e.film
	found := e.findFilm(now)
	if !found.Empty() && found == f.next {
		e.film = film{rect: found, fresh: true, changed: now, checked: now, units: f.units[:0]}
	}
	f.next = found
}

// checkFilm ends a film that has another place or size than when it began, or is
// none any more, and begins it there.
func (e *Encoder) checkFilm(now time.Duration) {
	f := &e.film
	found := e.findFilm(now)
	e.touching(f.rect, func(i int) { e.tiles[i].lively.box = image.Rectangle{} })
	f.checked = now
	if found.In(f.rect) && 5*found.Dx()*found.Dy() >= 3*f.rect.Dx()*f.rect.Dy() {
		f.doubts = 0
		return
	}
	if f.doubts++; f.doubts == mostDoubts {
		e.endFilm(now)
		f.next = found
	}
}
