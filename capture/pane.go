package capture

import (
	"image"
	"runtime"
	"sync"
)

// pane is one display of a mirrored source: its newest picture, and what
// changed since somebody asked. One goroutine, run, fills it.
type pane struct {
	display Display
	tell    func()     // that there is news
	opened  chan error // one slot: how opening went
	more    chan struct{}
	ended   chan struct{} // closed when run is over
	leave   chan struct{} // closed by end
	once    sync.Once

	mu     sync.Mutex
	words  []uint32 // of the display, row by row
	news   change
	full   bool // news waits to be taken
	failed error
}

func newPane(d Display, tell func()) *pane {
	return &pane{
		display: d, tell: tell, opened: make(chan error, 1), more: make(chan struct{}, 1),
		ended: make(chan struct{}), leave: make(chan struct{}),
		words: make([]uint32, d.Bounds.Dx()*d.Bounds.Dy()),
	}
}

// run follows the display until it is lost or end is called.
func (p *pane) run(d desk) {
	defer close(p.ended)
	// Never unlocked: what the mirror made of its thread is nobody else's.
	runtime.LockOSThread()
	m, c, err := d.mirror(p.display)
	if err == nil {
		defer m.close()
		err = m.read([]image.Rectangle{p.bounds()}, p.words)
	}
	p.opened <- err
	for err == nil && p.put(m, c) {
		if c, err = p.next(m); err != nil {
			p.fail(err)
		}
	}
}

// next waits for something to happen, or for end, which is an empty change.
func (p *pane) next(m mirror) (change, error) {
	for {
		select {
		case <-p.leave:
			return change{}, nil
		default:
		}
		if c, err := m.next(); err != nil || !c.empty() {
			return c, err
		}
	}
}

func (p *pane) bounds() image.Rectangle { return image.Rectangle{Max: p.display.Bounds.Size()} }

// put takes over what there is to tell and waits until somebody has taken it.
// It reports whether to go on.
func (p *pane) put(m mirror, c change) bool {
	err := p.show(m, c)
	p.tell()
	if err != nil {
		return false
	}
	select {
	case <-p.more:
		return true
	case <-p.leave:
		return false
	}
}

func (p *pane) show(m mirror, c change) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.damage = shorten(c.damage, p.bounds())
	if len(c.damage) > 0 {
		p.failed = m.read(c.damage, p.words)
	}
	p.news, p.full = c, true
	return p.failed
}

// fail says that the display was lost.
func (p *pane) fail(err error) {
	p.mu.Lock()
	p.failed = err
	p.mu.Unlock()
	p.tell()
}

// take returns what is new, and lets the pane go on.
func (p *pane) take() (change, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.news
	p.news = change{}
	if p.full {
		p.full = false
		p.more <- struct{}{}
	}
	return c, p.failed
}

// copyTo copies a part of the picture.
func (p *pane) copyTo(words []uint32, r image.Rectangle) {
	p.mu.Lock()
	defer p.mu.Unlock()
	width := p.display.Bounds.Dx()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		copy(words[y*width+r.Min.X:y*width+r.Max.X], p.words[y*width+r.Min.X:])
	}
}

func (p *pane) end() { p.once.Do(func() { close(p.leave) }) }

// endAll ends panes and waits for them.
func endAll(panes []*pane) {
	for _, p := range panes {
		p.end()
	}
	for _, p := range panes {
		<-p.ended
	}
}
