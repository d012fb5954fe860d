package capture

import "image"

// mostAhead is how many pixels are read ahead: of more, the question costs
// little beside the pixels.
const mostAhead = 16 * coarse * coarse

// ahead is a part of a display that was read together with its damage, and need
// not be read again before the next Wait.
type ahead struct {
	display uint8
	rect    image.Rectangle // in pixels of the desktop
}

func (a ahead) has(display uint8, r image.Rectangle) bool {
	return a.display == display && r.In(a.rect)
}

// readAhead asks for the squares of coarse pixels around box, if they are few and
// there is memory to read them to. read waits for them and says what was read.
//
// Whoever has room for a picture asks for the whole squares that damage touches,
// so box alone would not do.
func (s *x11Source) readAhead(box image.Rectangle) (read func() ahead) {
	none := func() ahead { return ahead{} }
	memory, ok := s.reader.(*shared)
	if !ok {
		return none
	}
	for i, d := range s.displays {
		if !box.Overlaps(d.Bounds) {
			continue
		}
		r := squares(box, d.Bounds)
		if !box.In(d.Bounds) || r.Dx()*r.Dy() > mostAhead {
			return none
		}
		asked := memory.ask(r)
		return func() ahead {
			at := r.Min.Sub(d.Bounds.Min)
			width := d.Bounds.Dx()
			// What cannot be read ahead is read when it is wanted, and fails then.
			if memory.take(asked, r, s.pictures[i][at.Y*width+at.X:], width) != nil {
				return ahead{}
			}
			return ahead{d.ID, r}
		}
	}
	return none
}

// squares returns the squares of coarse pixels that r touches of a display.
func squares(r, bounds image.Rectangle) image.Rectangle {
	r = r.Intersect(bounds).Sub(bounds.Min)
	up := func(v int) int { return (v + coarse - 1) / coarse * coarse }
	down := func(v int) int { return v / coarse * coarse }
	r = image.Rect(down(r.Min.X), down(r.Min.Y), up(r.Max.X), up(r.Max.Y))
	return r.Add(bounds.Min).Intersect(bounds)
}
