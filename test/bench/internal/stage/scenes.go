package stage

import (
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/jezek/xgb/xproto"

	"jump/test/bench/internal/content"
)

// Longest is how long a scene may be played before it would show something
// again: a viewer with a cache would be measured on its cache. (In Switch that
// is what it is about.)
const Longest = 12 * time.Second

// Names are the scenes.
var Names = []string{"idle", "typing", "terminal", "page", "drag", "switch", "photos", "video"}

// Play is a scene that stands ready.
type Play struct {
	pace  time.Duration
	step  func(i int)
	wins  []xproto.Window
	pix   []xproto.Pixmap
	stage *Stage
}

// Run plays for that long and returns how many things happened.
func (p *Play) Run(d time.Duration) int { return p.from(0, d, nil) }

// from plays from step first on, until d or stop is over; it returns the next
// step.
func (p *Play) from(first int, d time.Duration, stop <-chan struct{}) int {
	start := time.Now()
	for i := 0; ; i++ {
		at := time.Duration(i) * p.pace
		if at >= d {
			time.Sleep(time.Until(start.Add(d)))
			return first + i
		}
		select {
		case <-stop:
			return first + i
		case <-time.After(time.Until(start.Add(at))):
		}
		if p.step != nil {
			p.step(first + i)
			p.stage.sync()
		}
	}
}

// Loop plays until the function that it returns is called.
func (p *Play) Loop() (end func()) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		p.from(0, time.Hour, stop)
	}()
	return func() { close(stop); <-done }
}

// Clear takes the scene off the screen.
func (p *Play) Clear() {
	p.stage.endProgram()
	for _, w := range p.wins {
		xproto.DestroyWindow(p.stage.conn, w)
	}
	for _, m := range p.pix {
		xproto.FreePixmap(p.stage.conn, m)
	}
	p.stage.sync()
}

// show puts a window with a picture on the screen.
func (p *Play) show(x, y int, m *image.RGBA) xproto.Window {
	background := p.stage.upload(m)
	w := p.stage.window(image.Rectangle{Max: m.Rect.Size()}.Add(image.Pt(x, y)), background)
	p.wins, p.pix = append(p.wins, w), append(p.pix, background)
	xproto.MapWindow(p.stage.conn, w)
	p.stage.sync()
	return w
}

// Prepare builds a scene: what is there before the first step.
func (s *Stage) Prepare(name string) (*Play, error) {
	p := &Play{stage: s, pace: time.Second}
	build, ok := map[string]func(*Play) error{
		"idle": (*Play).idle, "typing": (*Play).typing, "terminal": (*Play).terminal, "page": (*Play).page, "drag": (*Play).drag,
		"switch": (*Play).change, "photos": (*Play).photos, "video": (*Play).video, "echo": (*Play).echo,
		"smooth": (*Play).smooth,
	}[name]
	if !ok {
		return nil, fmt.Errorf("there is no scene %q", name)
	}
	if err := build(p); err != nil {
		p.Clear()
		return nil, fmt.Errorf("scene %s: %w", name, err)
	}
	return p, nil
}

func (p *Play) idle() error {
	p.show(0, 0, content.Document(p.stage.seed, p.stage.Width, p.stage.Height))
	return nil
}

// echo is a terminal that shows what is typed.
func (p *Play) echo() error {
	p.show(0, 0, content.Document(p.stage.seed, p.stage.Width, p.stage.Height))
	return p.stage.terminal("cat")
}

// typing is eight characters a second.
func (p *Play) typing() error {
	p.show(0, 0, content.Editor(p.stage.seed, p.stage.Width, p.stage.Height))
	text := content.Typed(p.stage.seed, 1000)
	p.pace, p.step = time.Second/8, func(i int) { p.stage.strike(text[i%len(text)]) }
	return p.stage.terminal("cat")
}

// terminal is a pager that scrolls twenty lines a second.
func (p *Play) terminal() error {
	p.show(0, 0, content.Editor(p.stage.seed, p.stage.Width, p.stage.Height))
	file := filepath.Join(p.stage.folder, "text")
	if err := os.WriteFile(file, []byte(content.Text(p.stage.seed, 4000)), 0o600); err != nil {
		return err
	}
	p.pace, p.step = time.Second/20, func(int) { p.stage.strike('j') }
	return p.stage.terminal("less", file)
}

// page is a page of the web that scrolls 40 pixels, twenty times a second.
func (p *Play) page() error { return p.scroll(40, 20) }

// smooth is the same page as a good browser scrolls it, sixty times a second.
func (p *Play) smooth() error { return p.scroll(14, 60) }

func (p *Play) scroll(step, perSecond int) error {
	p.show(0, 0, content.Document(p.stage.seed, p.stage.Width, p.stage.Height))
	size := image.Pt(p.stage.Width*5/6, p.stage.Height*5/6)
	w := p.show(p.stage.Width/12, p.stage.Height/12, content.Editor(p.stage.seed+1, size.X, size.Y))
	long := p.stage.upload(content.Page(p.stage.seed, size.X, size.Y+step*perSecond*int(Longest/time.Second)))
	p.pix = append(p.pix, long)
	p.pace, p.step = time.Second/time.Duration(perSecond), func(i int) {
		xproto.CopyArea(p.stage.conn, xproto.Drawable(long), xproto.Drawable(w), p.stage.gc, 0, int16(step*(i%(perSecond*12))), 0, 0, uint16(size.X), uint16(size.Y))
	}
	p.step(0)
	p.stage.sync()
	return nil
}

// drag is a window that is moved over a page, thirty times a second.
func (p *Play) drag() error {
	p.show(0, 0, content.Page(p.stage.seed, p.stage.Width, p.stage.Height))
	size := image.Pt(p.stage.Width*15/32, p.stage.Height*5/9)
	w := p.show(0, 0, content.Editor(p.stage.seed, size.X, size.Y))
	room := image.Pt(p.stage.Width, p.stage.Height).Sub(size)
	p.pace, p.step = time.Second/30, func(i int) {
		t := float64(i) / 30
		x, y := float64(room.X)*(0.5+0.45*math.Sin(1.3*t-1.5)), float64(room.Y)*(0.5+0.45*math.Sin(1.9*t-1.5))
		xproto.ConfigureWindow(p.stage.conn, w, xproto.ConfigWindowX|xproto.ConfigWindowY, []uint32{uint32(x), uint32(y)})
	}
	p.step(0)
	return nil
}

// change is one full window and another, twice a second.
func (p *Play) change() error {
	both := []xproto.Window{
		p.show(0, 0, content.Document(p.stage.seed, p.stage.Width, p.stage.Height)),
		p.show(0, 0, content.Page(p.stage.seed, p.stage.Width, p.stage.Height)),
	}
	p.pace, p.step = time.Second/2, func(i int) { p.stage.raise(both[i%2]) }
	return nil
}

// photos is another photograph of the whole screen every second.
func (p *Play) photos() error {
	var all []xproto.Pixmap
	for i := range int(Longest/time.Second) + 1 {
		m := p.stage.upload(content.Photograph(p.stage.seed+uint64(i), p.stage.Width, p.stage.Height))
		all, p.pix = append(all, m), append(p.pix, m)
	}
	w := p.show(0, 0, content.Photograph(p.stage.seed, p.stage.Width, p.stage.Height))
	p.step = func(i int) {
		xproto.CopyArea(p.stage.conn, xproto.Drawable(all[1+i%(len(all)-1)]), xproto.Drawable(w), p.stage.gc, 0, 0, 0, 0, uint16(p.stage.Width), uint16(p.stage.Height))
	}
	return nil
}

// video is a film of 640 by 360 in a page, thirty frames a second.
func (p *Play) video() error {
	const w, h = 640, 360
	p.show(0, 0, content.Document(p.stage.seed, p.stage.Width, p.stage.Height))
	var frames []xproto.Pixmap
	for _, f := range content.Film(p.stage.seed, w, h, 30*int(Longest/time.Second)) {
		m := p.stage.upload(f)
		frames, p.pix = append(frames, m), append(p.pix, m)
	}
	win := p.show(p.stage.Width/3, p.stage.Height/3, image.NewRGBA(image.Rect(0, 0, w, h)))
	p.pace, p.step = time.Second/30, func(i int) {
		xproto.CopyArea(p.stage.conn, xproto.Drawable(frames[i%len(frames)]), xproto.Drawable(win), p.stage.gc, 0, 0, 0, 0, w, h)
	}
	return nil
}
