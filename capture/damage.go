package capture

import "image"

// maxDamage is how many rectangles of damage a display may have in an update;
// more are told in squares of coarse pixels.
const (
	maxDamage = 256
	coarse    = 64
)

// shorten returns the parts of list inside bounds, or when they are too many
// the rows of coarse squares that they touch.
func shorten(list []image.Rectangle, bounds image.Rectangle) []image.Rectangle {
	var inside []image.Rectangle
	for _, r := range list {
		if r = r.Intersect(bounds); !r.Empty() {
			inside = append(inside, r)
		}
	}
	if len(inside) <= maxDamage {
		return inside
	}
	return runs(inside, bounds)
}

func runs(list []image.Rectangle, bounds image.Rectangle) []image.Rectangle {
	w, h := (bounds.Dx()+coarse-1)/coarse, (bounds.Dy()+coarse-1)/coarse
	touched := make([]bool, w*h)
	for _, r := range list {
		r = r.Sub(bounds.Min)
		for y := r.Min.Y / coarse; y <= (r.Max.Y-1)/coarse; y++ {
			for x := r.Min.X / coarse; x <= (r.Max.X-1)/coarse; x++ {
				touched[y*w+x] = true
			}
		}
	}
	var out []image.Rectangle
	for y := range h {
		for x := 0; x < w; x++ {
			from := x
			for x < w && touched[y*w+x] {
				x++
			}
			if x > from {
				run := image.Rect(from*coarse, y*coarse, x*coarse, (y+1)*coarse)
				out = append(out, run.Add(bounds.Min).Intersect(bounds))
			}
		}
	}
	return out
}
