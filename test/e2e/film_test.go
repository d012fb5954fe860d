//go:build linux

package e2e

import (
	"errors"
	"image"
	"image/color"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"jump/internal/testwait"
)

// A film's size in pixels, and its pictures a second.
const (
	filmWidth  = 640
	filmHeight = 360
	filmRate   = 25
)

// TestFilm: a film goes through the encoder of the system and the decoder of the
// browser. When it stands, every pixel is exact, and then again after another.
func TestFilm(t *testing.T) {
	if os.Getenv("JUMP_SOAK") == "" {
		t.Skip("a player, an encoder, a browser's decoder and an X server at 25 pictures a second want processors of their own: `make soak`, or JUMP_SOAK=1")
	}
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed (`make setup` does that): films are sent as photographs")
	}
	s := newSite(t)
	d := newDesktop(t)
	b := newBrowser(t, s)
	b.signIn(s)
	_, keyInfo := s.keyInfo("--override", "name")
	enrol(t, t.TempDir()+"/client", keyInfo, "cinema", "DISPLAY="+d.display)
	b.row("cinema", "Online")
	p := newProjector(t, d.display)
	b.jump("cinema")
	b.shows(d)
	b.do(`await page.getByRole('button', {name: 'Statistics'}).click()`, nil, nil)

	for range 2 {
		stop := p.play()
		b.do(`await page.getByText('Video', {exact: true}).locator('..').getByText(/H\.264|VP8/).waitFor()`, nil, nil)
		b.keepFilm()
		b.moves()
		stop()
		b.shows(d)
		b.do(`await page.getByText('Video', {exact: true}).waitFor({state: 'detached'})
			await page.locator('[data-exact]').waitFor()`, nil, nil)
	}
	b.unharmed()
}

// keepFilm leaves a picture of the page while the film plays, for people.
func (b *browser) keepFilm() {
	b.t.Helper()
	path, err := filepath.Abs(filepath.Join(keep(b.t), "playing.png"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(`await page.screenshot({path: arg})`, path, nil)
}

// moves waits until most of the film has become another picture on the canvas.
func (b *browser) moves() {
	b.t.Helper()
	before := b.canvas()
	testwait.Eventually(b.t, "the film moves on the canvas", func() error {
		if lively(before, b.canvas()) {
			return nil
		}
		return errors.New("it stands")
	})
}

// lively reports whether most of a film's area differs between two pictures.
func lively(a, b image.Image) bool {
	n := 0
	for y := range min(a.Bounds().Dy(), b.Bounds().Dy()) {
		for x := range min(a.Bounds().Dx(), b.Bounds().Dx()) {
			if color.RGBAModel.Convert(a.At(x, y)) != color.RGBAModel.Convert(b.At(x, y)) {
				n++
			}
		}
	}
	return 2*n > filmWidth*filmHeight
}

// projector is a window that shows a film.
type projector struct {
	t     *testing.T
	conn  *xgb.Conn
	win   xproto.Window
	whole xproto.Pixmap
	gc    xproto.Gcontext
	depth byte
	step  int
	a, b  *photograph
}

func newProjector(t *testing.T, display string) *projector {
	t.Helper()
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	screen := xproto.Setup(conn).DefaultScreen(conn)
	p := &projector{t: t, conn: conn, depth: screen.RootDepth, a: newPhotograph(1), b: newPhotograph(2)}
	p.win, _ = xproto.NewWindowId(conn)
	p.whole, _ = xproto.NewPixmapId(conn)
	p.gc, _ = xproto.NewGcontextId(conn)
	// The window manager has no part in it: the window is at this place.
	xproto.CreateWindow(conn, p.depth, p.win, screen.Root, 150, 130, filmWidth, filmHeight, 0, xproto.WindowClassInputOutput, screen.RootVisual, xproto.CwOverrideRedirect, []uint32{1})
	xproto.CreatePixmap(conn, p.depth, p.whole, xproto.Drawable(p.win), filmWidth, filmHeight)
	xproto.CreateGC(conn, p.gc, xproto.Drawable(p.win), 0, nil)
	if err := xproto.MapWindowChecked(conn, p.win).Check(); err != nil {
		t.Fatal(err)
	}
	return p
}

// play goes on with the film until the function that it returns is called.
func (p *projector) play() (stop func()) {
	end, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Second / filmRate)
		defer tick.Stop()
		for {
			select {
			case <-end:
				return
			case <-tick.C:
				p.next()
			}
		}
	}()
	return func() { close(end); <-done }
}

// next shows the next picture, all of it at once.
func (p *projector) next() {
	const rows = 90 // one request takes 256 KiB
	p.step++
	for y := 0; y < filmHeight; y += rows {
		strip := make([]byte, 0, rows*filmWidth*4)
		for i := range rows * filmWidth {
			strip = p.pixel(strip, i%filmWidth, y+i/filmWidth)
		}
		xproto.PutImage(p.conn, xproto.ImageFormatZPixmap, xproto.Drawable(p.whole), p.gc, filmWidth, rows, 0, int16(y), 0, p.depth, strip)
	}
	if err := xproto.CopyAreaChecked(p.conn, xproto.Drawable(p.whole), xproto.Drawable(p.win), p.gc, 0, 0, 0, 0, filmWidth, filmHeight).Check(); err != nil {
		p.t.Error(err)
	}
}

// pixel adds one: two photographs pass over each other, so it is no scrolling.
func (p *projector) pixel(to []byte, x, y int) []byte {
	a, b := p.a.at(x+3*p.step, y+p.step), p.b.at(x-2*p.step, y+2*p.step)
	for c := range 3 {
		to = append(to, a[c]/2+b[c]/2)
	}
	return append(to, 0)
}

// photograph is a picture without edges, the same again every photoSide pixels.
type photograph [photoSide * photoSide][3]byte

const photoSide = 512

func (p *photograph) at(x, y int) [3]byte {
	return p[(y&(photoSide-1))*photoSide+x&(photoSide-1)]
}

// newPhotograph sums clouds of several sizes.
func newPhotograph(seed uint64) *photograph {
	p, r := new(photograph), rand.New(rand.NewPCG(seed, 0))
	for cell, weight := 64, 0.5; cell >= 2; cell, weight = cell/2, weight/2 {
		for c := range 3 {
			p.cloud(r, c, cell, 255*weight)
		}
	}
	return p
}

// cloud adds values, random every cell pixels and smooth between, to a channel.
func (p *photograph) cloud(r *rand.Rand, channel, cell int, height float64) {
	n := photoSide / cell
	knots := make([]float64, n*n)
	for i := range knots {
		knots[i] = r.Float64() * height
	}
	for i := range p {
		x, y := i%photoSide, i/photoSide
		fx, fy := float64(x%cell)/float64(cell), float64(y%cell)/float64(cell)
		knot := func(dx, dy int) float64 { return knots[(y/cell+dy)%n*n+(x/cell+dx)%n] }
		top := knot(0, 0)*(1-fx) + knot(1, 0)*fx
		bottom := knot(0, 1)*(1-fx) + knot(1, 1)*fx
		p[i][channel] += byte(top*(1-fy) + bottom*fy)
	}
}
