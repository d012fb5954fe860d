// Package decode draws what capture/encode wrote: it turns the bodies of
// wire.TypeFrame into pictures, for the command line, recordings and tests. The
// browser has its own decoder; both read the golden frames of capture/frame.
//
// It is not a viewer: it shows nothing, acknowledges nothing and draws no
// cursor. It has no decoder of video: without SetFilms a viewer must not offer it.
package decode

import (
	"fmt"
	"image"

	"jump/capture/ans"
	"jump/capture/frame"
	"jump/capture/lossless"
	"jump/transport/wire"
)

// Decoder holds the pictures of one wire.Displays message. It is not safe for
// concurrent use. After an error it must not be used again.
type Decoder struct {
	epoch    uint32
	displays map[uint8]*display
	last     frame.Header
	cached   int // pixels in the slots of all displays
	jpeg     []byte
	old      lossless.Decoder
	films    Films
}

type display struct {
	id      uint8
	picture *image.RGBA
	stream  stream
	plain   []byte // statements of the frame at hand
	slots   map[int]tile
	tables  []byte // DQT and DHT of the last whole photograph
	ans     ans.Decoder
	exact   bool
}

// tile is the contents of a slot: rows of r g b a.
type tile struct {
	size image.Point
	pix  []byte
}

// New returns a Decoder with black pictures, none of them exact. The memory it
// takes is bounded by wire.MaxPixels.
func New(d *wire.Displays) (*Decoder, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	if d.Format > frame.Version {
		return nil, fmt.Errorf("picture format %d is unknown", d.Format)
	}
	dec := &Decoder{epoch: d.Epoch, displays: map[uint8]*display{}}
	for _, m := range d.Displays {
		s, err := newStream(d.Coding)
		if err != nil {
			return nil, err
		}
		dec.displays[m.ID] = &display{id: m.ID, picture: black(int(m.Width), int(m.Height)), stream: s, slots: map[int]tile{}}
	}
	return dec, nil
}

func black(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	fill(p, p.Rect, []byte{0, 0, 0, 255})
	return p
}

// Films draws a unit of a display's film over the whole of a part of its picture.
type Films func(display uint8, u frame.Unit, to *image.RGBA) error

// SetFilms says who decodes video.
func (d *Decoder) SetFilms(f Films) { d.films = f }

// Close frees what the codings hold. The pictures stay.
func (d *Decoder) Close() {
	for _, m := range d.displays {
		m.stream.close()
	}
}

// Frame draws one frame. A frame of another epoch is dropped without an error.
func (d *Decoder) Frame(body []byte) error {
	h, packed, blobs, err := frame.Parse(body)
	if err != nil {
		return err
	}
	if h.Epoch != d.epoch {
		return nil
	}
	m := d.displays[h.Display]
	if m == nil {
		return fmt.Errorf("display %d is unknown", h.Display)
	}
	if err := d.draw(m, h, packed, blobs); err != nil {
		return fmt.Errorf("frame %d: %w", h.Sequence, err)
	}
	m.exact, d.last = h.Exact(), h
	return nil
}

// Last returns the header of the last frame that was drawn.
func (d *Decoder) Last() frame.Header { return d.last }

// Exact reports whether the picture of a display equals its screen.
func (d *Decoder) Exact(id uint8) bool { return d.displays[id] != nil && d.displays[id].exact }

// Image returns the picture of a display, nil if there is none of that number.
// The next Frame changes it.
func (d *Decoder) Image(id uint8) *image.RGBA {
	if m := d.displays[id]; m != nil {
		return m.picture
	}
	return nil
}

// At returns a pixel of a display as 0xRRGGBB; outside it is black.
func (d *Decoder) At(id uint8, x, y int) uint32 {
	m := d.displays[id]
	if m == nil {
		return 0
	}
	c := m.picture.RGBAAt(x, y)
	return uint32(c.R)<<16 | uint32(c.G)<<8 | uint32(c.B)
}

func (d *Decoder) draw(m *display, h frame.Header, packed, blobs []byte) error {
	if h.Reset() {
		d.reset(m)
	}
	var err error
	if m.plain, err = m.stream.unpack(m.plain, packed, int(h.Plain)); err != nil {
		return err
	}
	return d.statements(m, blobs)
}

func (d *Decoder) reset(m *display) {
	for _, t := range m.slots {
		d.cached -= len(t.pix) / 4
	}
	clear(m.slots)
	m.tables = nil
	m.ans.Forget()
	m.stream.reset()
}
