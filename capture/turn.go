package capture

import "image"

// turn is by how many quarters, clockwise, a picture is turned on its way to
// the screen: that of a monitor which stands on its side.
type turn int

// size returns the size of what is shown, for a picture of size p.
func (t turn) size(p image.Point) image.Point {
	if t%2 != 0 {
		return image.Pt(p.Y, p.X)
	}
	return p
}

// shown returns where a rectangle of a picture of this size is shown.
func (t turn) shown(r image.Rectangle, size image.Point) image.Rectangle {
	switch t {
	case 1:
		return image.Rect(size.Y-r.Max.Y, r.Min.X, size.Y-r.Min.Y, r.Max.X)
	case 2:
		return image.Rectangle{Min: size.Sub(r.Max), Max: size.Sub(r.Min)}
	case 3:
		return image.Rect(r.Min.Y, size.X-r.Max.X, r.Max.Y, size.X-r.Min.X)
	}
	return r
}

// source is the inverse of shown.
func (t turn) source(r image.Rectangle, size image.Point) image.Rectangle {
	return ((4 - t) % 4).shown(r, t.size(size))
}

// by returns the direction in which something is shown to move.
func (t turn) by(v image.Point) image.Point {
	switch t {
	case 1:
		return image.Pt(-v.Y, v.X)
	case 2:
		return image.Pt(-v.X, -v.Y)
	case 3:
		return image.Pt(v.Y, -v.X)
	}
	return v
}

// draw copies the part r of a picture to where words, a display's rows, show
// it.
func (t turn) draw(words []uint32, from shot, r image.Rectangle) {
	size := image.Pt(from.width, from.height)
	width := t.size(size).X
	if t == 0 {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			copy(words[y*width+r.Min.X:y*width+r.Max.X], from.words[y*from.stride+r.Min.X:])
		}
		return
	}
	step := t.by(image.Pt(1, 0)) // on the display, for one column of the picture
	for y := r.Min.Y; y < r.Max.Y; y++ {
		at := t.shown(image.Rect(r.Min.X, y, r.Min.X+1, y+1), size).Min
		i := at.Y*width + at.X
		for _, w := range from.words[y*from.stride+r.Min.X : y*from.stride+r.Max.X] {
			words[i] = w
			i += step.Y*width + step.X
		}
	}
}
