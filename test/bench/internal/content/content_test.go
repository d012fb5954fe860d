package content

import (
	"bytes"
	"image"
	"testing"
)

// TestSeeds: the same seed gives the same pixels, another seed others.
func TestSeeds(t *testing.T) {
	for name, f := range map[string]func(uint64) *image.RGBA{
		"document":   func(s uint64) *image.RGBA { return Document(s, 400, 300) },
		"editor":     func(s uint64) *image.RGBA { return Editor(s, 400, 300) },
		"page":       func(s uint64) *image.RGBA { return Page(s, 1100, 400) },
		"photograph": func(s uint64) *image.RGBA { return Photograph(s, 90, 60) },
		"film":       func(s uint64) *image.RGBA { return Film(s, 90, 60, 3)[2] },
	} {
		a, b, c := f(1), f(1), f(2)
		if !bytes.Equal(a.Pix, b.Pix) {
			t.Errorf("%s: the same seed gives other pixels", name)
		}
		if bytes.Equal(a.Pix, c.Pix) {
			t.Errorf("%s: another seed gives the same pixels", name)
		}
	}
	text, again := Text(1, 50), Text(1, 50)
	typed, asBefore := string(Typed(3, 40)), string(Typed(3, 40))
	if text != again || typed != asBefore || text == Text(2, 50) {
		t.Error("texts do not follow their seed")
	}
}
