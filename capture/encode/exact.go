package encode

import (
	"image"

	"jump/capture/ans"
	"jump/capture/frame"
	"jump/capture/lossless"
)

// exactFormat is the first picture format with exact photographs and with parts
// of cached tiles, ansFormat that with smaller ones.
const (
	exactFormat = 2
	ansFormat   = 3
)

// maxExact is how wide an exact photograph is at most: beyond that, more in one
// saves nothing, and less can be said between two others.
const maxExact = 8 * frame.TileSize

// exacts collects neighbouring boxes of one height into a run: one photograph
// without loss.
type exacts struct {
	run image.Rectangle
	old lossless.Encoder // for viewers that do not know ansFormat
	ans ans.Encoder
}

// add appends a box right of the run's last, or begins a new run.
func (x *exacts) add(e *Encoder, box image.Rectangle) {
	r := &x.run
	if r.Max.X != box.Min.X || r.Min.Y != box.Min.Y || r.Max.Y != box.Max.Y || r.Dx()+box.Dx() > maxExact {
		x.end(e)
	}
	*r = r.Union(box)
}

// pending is about how many bytes the run will have: one a pixel.
func (x *exacts) pending() int { return x.run.Dx() * x.run.Dy() }

// end writes the run.
func (x *exacts) end(e *Encoder) {
	r := x.run
	if r.Empty() {
		return
	}
	before, codec := len(e.blobs), uint8(frame.PhotoANS)
	if e.cfg.Format >= ansFormat {
		e.blobs = x.ans.Append(e.blobs, e.from(r), e.size.X, r.Size())
	} else {
		codec = frame.PhotoExact
		e.blobs = x.old.Append(e.blobs, e.from(r), e.size.X, r.Size())
	}
	e.plain = frame.AppendPhoto(e.plain, r, codec, len(e.blobs)-before)
	x.run = image.Rectangle{}
}
