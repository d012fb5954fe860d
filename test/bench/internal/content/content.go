// Package content draws what the scenes of the benchmark show: pages of text, a
// code editor, a web page, photographs and a film. Everything comes from a seed,
// so every peer and every machine gets the same pixels, and another seed gives
// other pixels of the same nature.
//
// It is not a desktop: nothing here moves (package stage does that), and it
// reads no file.
package content

import (
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// random returns the randomness of one picture.
func random(seed, part uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, part)) }

// syllables make up words that look like some language.
var syllables = strings.Fields("an ber con der el for gen hal in jor ka le mon ner or pre qui ra ser tan ul ver wo xa yel zin sta tri ment ing tion al")

func word(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(3) {
		b.WriteString(syllables[r.IntN(len(syllables))])
	}
	return b.String()
}

// Line returns about n characters of words.
func Line(r *rand.Rand, n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(word(r))
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

// Text returns lines for a pager: prose, indented code and empty lines.
func Text(seed uint64, lines int) string {
	r := random(seed, 1)
	var b strings.Builder
	for range lines {
		switch r.IntN(7) {
		case 0:
		case 1, 2:
			b.WriteString(strings.Repeat("    ", 1+r.IntN(3)) + word(r) + " := " + word(r) + "(" + word(r) + ")")
		default:
			b.WriteString(Line(r, 30+r.IntN(70)))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Typed returns what somebody types: lower-case words, with a new line after
// every sixth.
func Typed(seed uint64, n int) []rune {
	r := random(seed, 2)
	var out []rune
	for i := 1; len(out) < n; i++ {
		out = append(out, []rune(word(r))...)
		if i%6 == 0 {
			out = append(out, '\n')
		} else {
			out = append(out, ' ')
		}
	}
	return out[:n]
}

// face opens one of the Go fonts at a size in pixels.
func face(ttf []byte, size float64) font.Face {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("content: " + err.Error()) // the fonts are part of the library
	}
	made, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic("content: " + err.Error())
	}
	return made
}

var (
	regular = face(goregular.TTF, 15)
	heading = face(gobold.TTF, 22)
	mono    = face(gomono.TTF, 14)
)

func rgb(v uint32) color.RGBA { return color.RGBA{byte(v >> 16), byte(v >> 8), byte(v), 255} }

func fill(m draw.Image, r image.Rectangle, v uint32) {
	draw.Draw(m, r, image.NewUniform(rgb(v)), image.Point{}, draw.Src)
}

// write draws s with grey edges, its baseline at y, and returns where it ends.
func write(m draw.Image, f font.Face, x, y int, s string, v uint32) int {
	d := font.Drawer{Dst: m, Src: image.NewUniform(rgb(v)), Face: f, Dot: fixed.P(x, y)}
	d.DrawString(s)
	return d.Dot.X.Round()
}

// subpixel is a picture three times as wide, whose thirds become the red, green
// and blue of one pixel: how most desktops smooth text.
type subpixel struct {
	wide *image.Alpha
	to   *image.RGBA
}

// writeLCD draws s with coloured edges.
func writeLCD(m *image.RGBA, ttf []byte, size float64, x, y int, s string, v uint32) {
	f := face(ttf, 3*size)
	width, height := font.MeasureString(f, s).Ceil()+12, int(3*1.6*size)/3*3+6
	p := subpixel{image.NewAlpha(image.Rect(0, 0, width, height)), m}
	rise := int(3.3*size) / 3 * 3
	d := font.Drawer{Dst: p.wide, Src: image.Opaque, Face: f, Dot: fixed.P(6, rise)}
	d.DrawString(s)
	p.squeeze(image.Pt(x-2, y-rise/3), rgb(v))
}

// squeeze paints the letters with their upper left corner at p.
func (s subpixel) squeeze(p image.Point, c color.RGBA) {
	rows, columns := s.wide.Rect.Dy()/3, s.wide.Rect.Dx()/3
	for y := range rows {
		for x := range columns {
			at := p.Add(image.Pt(x, y))
			if !at.In(s.to.Rect) {
				continue
			}
			o := s.to.PixOffset(at.X, at.Y)
			for k, ink := range [3]byte{c.R, c.G, c.B} {
				a := s.cover(3*x+k, 3*y)
				old := int(s.to.Pix[o+k])
				s.to.Pix[o+k] = byte(old + (int(ink)-old)*a/255)
			}
		}
	}
}

// cover is the smoothed coverage of a third of a pixel: three rows, and its
// neighbours to both sides.
func (s subpixel) cover(x, y int) int {
	sum := 0
	for dx := -1; dx <= 1; dx++ {
		for dy := range 3 {
			sum += int(s.wide.AlphaAt(x+dx, y+dy).A)
		}
	}
	return sum / 9
}
