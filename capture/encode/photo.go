package encode

import (
	"bytes"
	"fmt"
	"image"
	"time"

	"jump/capture/encode/jpeg"
	"jump/capture/frame"
)

// maxRun is how many tiles one JPEG may have: a run costs half the bytes of
// single tiles, and its length bounds that of a blob.
const maxRun = 32

// photos collects neighbouring tiles of one row of tiles into a run, and
// remembers the tables that the viewer has.
type photos struct {
	run     image.Rectangle
	tiles   int
	ready   []image.Rectangle // ended runs, not yet written
	tables  []byte            // the viewer's
	fresh   []byte            // of the photograph at hand
	jpeg    jpeg.Encoder
	file    []byte
	rest    []byte
	density int // bytes of 1024 pixels in the last run
}

// add appends a box of the tile right of the run's last, or begins a new run.
func (p *photos) add(box image.Rectangle) {
	if p.tiles == maxRun || p.run.Max.X != box.Min.X || p.run.Min.Y/frame.TileSize != box.Min.Y/frame.TileSize {
		p.cut()
	}
	p.run = p.run.Union(box)
	p.tiles++
}

func (p *photos) cut() {
	if p.tiles > 0 {
		p.ready = append(p.ready, p.run)
	}
	p.run, p.tiles = image.Rectangle{}, 0
}

func (p *photos) forget() { p.tables = p.tables[:0] }

// owe notes that the viewer has yet to get a photograph, which waits until all
// else was said.
func (e *Encoder) owe(r image.Rectangle, now time.Duration) { e.approximate(r, true, now) }

// pay says photographs that are owed, until the frame has its piece of them. The
// next frame goes on where this one ended, and where nothing was left at the top.
func (e *Encoder) pay(now time.Duration) error {
	piece := e.piece
	if e.length() > 0 {
		piece = e.beside
	}
	for range e.tiles {
		i := e.turn % len(e.tiles)
		if len(e.blobs)+e.photos.pending()+e.exacts.pending() >= piece {
			break
		}
		e.turn = i + 1
		if t := &e.tiles[i]; t.owed {
			t.owed = false
			if e.lossy(t.approx) {
				e.photos.add(t.approx)
			} else {
				e.lossless(t.approx)
				t.approx = image.Rectangle{}
			}
		}
		if err := e.cutRuns(e.colAfter(i) == 0, now); err != nil {
			return err
		}
		if err := e.page(); err != nil {
			return err
		}
	}
	if !e.Owes() {
		e.turn = 0
	}
	e.exacts.end(e)
	return e.cutRuns(true, now)
}

// pending is about how many bytes the run at hand will have, if it is like the
// last.
func (p *photos) pending() int { return p.run.Dx() * p.run.Dy() / 1024 * p.density }

// cutRuns writes the photographs that are ready, at the end of a row of tiles
// also the run at hand.
func (e *Encoder) cutRuns(end bool, now time.Duration) error {
	p := &e.photos
	if end {
		p.cut()
	}
	for _, r := range p.ready {
		if err := e.photo(r); err != nil {
			return err
		}
		e.approximate(r, false, now)
	}
	p.ready = p.ready[:0]
	return nil
}

// photo says r as a JPEG, without tables if the viewer has them.
func (e *Encoder) photo(r image.Rectangle) error {
	e.gentle = gentle
	p := &e.photos
	p.file = p.jpeg.Append(p.file[:0], e.from(r), e.size.X, r.Size(), int(e.cfg.Quality))
	var err error
	blob, codec := p.file, uint8(frame.PhotoJPEG)
	if p.rest, p.fresh, err = frame.Abridge(p.rest[:0], p.fresh[:0], blob); err != nil {
		return fmt.Errorf("abridge a photograph: %w", err)
	}
	if bytes.Equal(p.fresh, p.tables) {
		blob, codec = p.rest, frame.PhotoAbridged
	}
	p.tables = append(p.tables[:0], p.fresh...)
	p.density = 1024 * len(blob) / (r.Dx() * r.Dy())
	e.plain = frame.AppendPhoto(e.plain, r, codec, len(blob))
	e.blobs = append(e.blobs, blob...)
	return nil
}
