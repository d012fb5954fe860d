package content

import (
	"image"
	"image/draw"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// Document is a page of black text on white paper.
func Document(seed uint64, w, h int) *image.RGBA {
	r, m := random(seed, 10), image.NewRGBA(image.Rect(0, 0, w, h))
	fill(m, m.Rect, 0xE8EAED)
	left, right := w/7, w-w/7
	fill(m, image.Rect(left, 0, right, h), 0xFFFFFF)
	for y := 70; y < h-20; y += 14 {
		if r.IntN(5) == 0 {
			write(m, heading, left+50, y, Line(r, 24), 0x1A3C78)
			y += 34
		}
		for range 3 + r.IntN(5) {
			write(m, regular, left+50, y, Line(r, (right-left-140)/8), 0x161616)
			y += 21
		}
	}
	return m
}

// Editor is a dark editor of code, with a tree of files at the left.
func Editor(seed uint64, w, h int) *image.RGBA {
	r, m := random(seed, 11), image.NewRGBA(image.Rect(0, 0, w, h))
	fill(m, m.Rect, 0x1F2024)
	fill(m, image.Rect(0, 0, 240, h), 0x26272C)
	fill(m, image.Rect(0, 0, w, 32), 0x3A3B40)
	colours := []uint32{0x7AA2F7, 0xC0CAF5, 0xE0AF68, 0x9ECE6A, 0xBB9AF7, 0x7DCFFF}
	for y := 54; y < h; y += 18 {
		write(m, regular, 20+14*r.IntN(4), y, word(r)+".go", 0xB8BAC2)
		x := 270 + 32*r.IntN(5)
		for range r.IntN(9) {
			if x > w-160 {
				break
			}
			x = write(m, mono, x, y, word(r)+[]string{" ", "(", ")", ".", " = "}[r.IntN(5)], colours[r.IntN(len(colours))])
		}
	}
	return m
}

// Page is a long page of the web: pictures, columns of text with coloured edges,
// boxes with links, a heading with a gradient.
func Page(seed uint64, w, h int) *image.RGBA {
	r, m := random(seed, 12), image.NewRGBA(image.Rect(0, 0, w, h))
	fill(m, m.Rect, 0xFFFFFF)
	for x := range w {
		fill(m, image.Rect(x, 0, x+1, 80), 0x184A90+uint32(0x40*x/w)<<8+uint32(0x50*x/w))
	}
	writeLCD(m, gobold.TTF, 26, 36, 52, Line(r, 20), 0xFFFFFF)
	for y := 110; y < h; y += 290 {
		article(m, r.Uint64(), y)
	}
	return m
}

func article(m *image.RGBA, seed uint64, y int) {
	r, w := random(seed, 13), m.Rect.Dx()
	draw.Draw(m, image.Rect(36, y, 436, y+250), Photograph(seed, 400, 250), image.Point{}, draw.Src)
	writeLCD(m, gobold.TTF, 21, 470, y+22, Line(r, 40), 0x14143C)
	for line := range 9 {
		writeLCD(m, goregular.TTF, 15, 470, y+54+22*line, Line(r, (w-900)/8), 0x282828)
	}
	fill(m, image.Rect(w-330, y, w-50, y+246), 0xF3F4F7)
	for line := range 6 {
		writeLCD(m, goregular.TTF, 14, w-310, y+30+28*line, Line(r, 26), 0x0A5AB4)
	}
	fill(m, image.Rect(w-310, y+204, w-200, y+234), 0x0A6ED2)
	writeLCD(m, gobold.TTF, 14, w-294, y+224, word(r), 0xFFFFFF)
}
