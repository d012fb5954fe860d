package content

import (
	"image"
	"math"
	"math/rand/v2"
)

// Photograph is like one: a sky, ground with detail at every scale, lit balls
// with sharp edges, and the noise of a sensor.
func Photograph(seed uint64, w, h int) *image.RGBA {
	s := newLandscape(seed, w, h)
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			s.pixel(m.Pix[m.PixOffset(x, y):], float64(x), float64(y))
		}
	}
	return m
}

// landscape is what a photograph shows.
type landscape struct {
	noise  *rand.Rand
	layer  uint32
	height float64
	warmth float64
	balls  []ball
}

type ball struct{ x, y, radius, r, g, b float64 }

func newLandscape(seed uint64, w, h int) *landscape {
	r := random(seed, 20)
	s := &landscape{noise: random(seed, 21), layer: r.Uint32(), height: float64(h), warmth: r.Float64()}
	for range 6 {
		s.balls = append(s.balls, ball{r.Float64() * float64(w), float64(h) * (0.35 + 0.6*r.Float64()),
			float64(h) * (0.04 + 0.08*r.Float64()), r.Float64(), r.Float64(), r.Float64()})
	}
	return s
}

func (s *landscape) pixel(out []byte, x, y float64) {
	u, v := 6*x/s.height, 6*y/s.height
	r, g, b := s.ground(u, v)
	if horizon := 6 * (0.3 + 0.25*fractal(u*0.6, 0, s.layer, 4, 0.5)); v < horizon {
		cloud := max(0, fractal(u*0.7, v*1.5, s.layer+9, 5, 0.5)-0.45) * 2
		r, g, b = 0.35+0.05*v+cloud*0.5, 0.55+0.04*v+cloud*0.4, 0.85+0.1*cloud
	}
	for _, k := range s.balls {
		if dx, dy := (x-k.x)/k.radius, (y-k.y)/k.radius; dx*dx+dy*dy < 1 {
			light := 0.35 + 0.65*math.Sqrt(1-dx*dx-dy*dy)*(0.8-0.25*(dx+dy))
			r, g, b = k.r*light, k.g*light, k.b*light
		}
	}
	grain := (s.noise.Float64() + s.noise.Float64() - 1) * 0.03
	out[0], out[1], out[2], out[3] = level(r+grain), level(g+grain), level(b+grain), 255
}

func (s *landscape) ground(u, v float64) (r, g, b float64) {
	fine, coarse := fractal(u*4, v*4, s.layer+33, 8, 0.72), fractal(u, v, s.layer+77, 4, 0.5)
	light := 0.2 + fine*(0.5+0.1*v)
	return light * (0.5 + 0.5*coarse + 0.2*s.warmth), light * (0.75 + 0.3*(1-coarse)), light * (0.35 + 0.3*s.warmth*coarse)
}

func level(v float64) byte { return byte(255 * min(max(v, 0), 1)) }

// fractal sums noise of halving sizes, each gain times as strong as the one
// before: 0 to 1.
func fractal(x, y float64, layer uint32, octaves int, gain float64) float64 {
	sum, weight, total := 0.0, 1.0, 0.0
	for i := range octaves {
		sum += weight * smooth(x, y, layer+uint32(i)*101)
		total += weight
		x, y, weight = 2*x, 2*y, weight*gain
	}
	return sum / total
}

// smooth is noise between the points of a grid of whole numbers.
func smooth(x, y float64, layer uint32) float64 {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	fx, fy = fx*fx*(3-2*fx), fy*fy*(3-2*fy)
	i, j := int32(x0), int32(y0)
	top := point(i, j, layer)*(1-fx) + point(i+1, j, layer)*fx
	bottom := point(i, j+1, layer)*(1-fx) + point(i+1, j+1, layer)*fx
	return top*(1-fy) + bottom*fy
}

// point is the noise at a point of the grid.
func point(x, y int32, layer uint32) float64 {
	v := uint32(x)*0x9E3779B1 ^ uint32(y)*0x85EBCA77 ^ layer*0xC2B2AE3D
	v = (v ^ v>>15) * 0x2C1B3C6D
	v = (v ^ v>>12) * 0x297A2D39
	return float64(v^v>>15) / math.MaxUint32
}

// Film returns frames of a short film: a camera that pans over a landscape in
// which things move.
func Film(seed uint64, w, h, frames int) []*image.RGBA {
	pan := 2
	wide := Photograph(seed, w+pan*frames, h)
	r := random(seed, 22)
	movers := newLandscape(r.Uint64(), w, h).balls[:3]
	out := make([]*image.RGBA, frames)
	for i := range out {
		m := image.NewRGBA(image.Rect(0, 0, w, h))
		for y := range h {
			copy(m.Pix[y*m.Stride:][:4*w], wide.Pix[wide.PixOffset(pan*i, y):])
		}
		for k, b := range movers {
			angle := float64(i)/20 + float64(k)*2
			disc(m, b, float64(w)/2+math.Cos(angle)*float64(w)/3, float64(h)/2+math.Sin(1.3*angle)*float64(h)/3)
		}
		grain(m, r)
		out[i] = m
	}
	return out
}

func disc(m *image.RGBA, b ball, cx, cy float64) {
	for y := max(0, int(cy-b.radius)); y < min(m.Rect.Dy(), int(cy+b.radius)); y++ {
		for x := max(0, int(cx-b.radius)); x < min(m.Rect.Dx(), int(cx+b.radius)); x++ {
			dx, dy := (float64(x)-cx)/b.radius, (float64(y)-cy)/b.radius
			if dx*dx+dy*dy < 1 {
				light := 1 - 0.5*(dx*dx+dy*dy)
				o := m.Pix[m.PixOffset(x, y):]
				o[0], o[1], o[2] = level(b.r*light), level(b.g*light), level(b.b*light)
			}
		}
	}
}

// grain is another noise in every frame, as a sensor has it.
func grain(m *image.RGBA, r *rand.Rand) {
	for i := range m.Pix {
		if i%4 == 3 {
			continue
		}
		n := int(m.Pix[i]) + int(r.Uint32N(5)) - 2
		m.Pix[i] = byte(min(max(n, 0), 255))
	}
}
