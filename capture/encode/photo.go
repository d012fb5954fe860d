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
	run    image.Rectangle
	tiles  int
	ready  []image.Rectangle // ended runs, not yet written
	tables []byte            // the viewer's
	fresh  []byte            // of the photograph at hand
	jpeg   jpeg.Encoder
	file   []byte
	rest   []byte
}

// add appends a box of the tile right of the run's last, or begins a new run.
func (p *photos) add(box image.Rectangle) {
	if p.tiles == maxRun || p.run.Max.X != box.Min.X {
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

// endRun writes the photographs of a row of tiles.
func (e *Encoder) endRun(now time.Duration) error {
	e.exacts.end(e)
	p := &e.photos
	p.cut()
	for _, r := range p.ready {
		if err := e.photo(r); err != nil {
			return err
		}
		e.approximate(r, now)
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
	e.plain = frame.AppendPhoto(e.plain, r, codec, len(blob))
	e.blobs = append(e.blobs, blob...)
	return nil
}
