package stage

import (
	"image"
	"time"

	"github.com/jezek/xgb/xproto"
)

// The mark is a square that is switched between black and white, to take times.
const MarkSize = 32

// MarkAt is its upper left corner.
var MarkAt = image.Pt(1800, 1000)

// MarkCentre is the pixel in its middle.
func MarkCentre() image.Point { return MarkAt.Add(image.Pt(MarkSize/2, MarkSize/2)) }

// MarkShown reports whether a picture has the mark in that colour.
func MarkShown(m *image.RGBA, white bool) bool {
	c := m.RGBAAt(MarkCentre().X, MarkCentre().Y)
	return (int(c.R)+int(c.G)+int(c.B) > 384) == white
}

// ShowMark puts the mark above all else, or takes it away.
func (s *Stage) ShowMark(on bool) {
	if !on {
		xproto.UnmapWindow(s.conn, s.mark)
		s.sync()
		return
	}
	xproto.MapWindow(s.conn, s.mark)
	s.raise(s.mark)
}

// Mark draws the mark and returns when the request was handed to the server.
func (s *Stage) Mark(white bool) time.Time {
	colour := uint32(0)
	if white {
		colour = 0xFFFFFF
	}
	xproto.ChangeWindowAttributes(s.conn, s.mark, xproto.CwBackPixel, []uint32{colour})
	s.sync()
	at := time.Now()
	xproto.ClearArea(s.conn, false, s.mark, 0, 0, 0, 0)
	s.sync()
	return at
}
