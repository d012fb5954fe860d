package input

import (
	"sync"
	"sync/atomic"

	"github.com/go-vgo/robotgo/x11"
	"github.com/jezek/xgb/xproto"
)

// pointer is the mouse of a device, through robotgo's X11 back end. That has
// one connection for the whole process, whose events nobody reads: after 5,000
// changes of the keymap it would stop for ever. So it is closed when the last
// device is, and anew after a number of changes; robotgo opens another with
// the next movement.
type pointer struct {
	buttons uint16
	wheel   wheel
	changes atomic.Int32 // of the keymap since the connection began
}

// maxChanges of the keymap, for one connection of robotgo.
const maxChanges = 500

var (
	robot      sync.Mutex // guards what follows, and robotgo's connection
	robotUsers int
)

func (p *pointer) open() {
	robot.Lock()
	defer robot.Unlock()
	if robotUsers == 0 {
		x11.Close() // it may be to a server that ended
	}
	robotUsers++
}

func (p *pointer) close() {
	robot.Lock()
	defer robot.Unlock()
	if robotUsers--; robotUsers == 0 {
		x11.Close()
	}
}

// mapped counts a change of the keymap.
func (p *pointer) mapped() { p.changes.Add(1) }

// with runs f with robotgo for this device alone.
func (p *pointer) with(f func() error) error {
	robot.Lock()
	defer robot.Unlock()
	if p.changes.Load() > maxChanges {
		p.changes.Store(0)
		x11.Close()
	}
	return f()
}

// maxCoordinate is X's.
const maxCoordinate = 32767

// names are robotgo's for the first buttons, codes X's for the others, which
// robotgo does not have.
var (
	names = []string{"left", "center", "right"}
	codes = []byte{8, 9}
)

func (p *pointer) set(d *x11Device, x, y int, buttons uint16) error {
	x, y = min(max(x, 0), maxCoordinate), min(max(y, 0), maxCoordinate)
	buttons &= 1<<(len(names)+len(codes)) - 1
	at, err := xproto.QueryPointer(d.conn.X, d.conn.Root()).Reply()
	if err != nil {
		return err
	}
	return p.with(func() error {
		if x != int(at.RootX) || y != int(at.RootY) {
			x11.Move(x, y)
		}
		return p.press(d, buttons)
	})
}

func (p *pointer) press(d *x11Device, buttons uint16) error {
	for i := range len(names) + len(codes) {
		bit := uint16(1) << i
		if (buttons^p.buttons)&bit == 0 {
			continue
		}
		if err := p.toggle(d, i, buttons&bit != 0); err != nil {
			return err
		}
		p.buttons ^= bit
	}
	return nil
}

func (p *pointer) toggle(d *x11Device, i int, down bool) error {
	if i < len(names) {
		way := "up"
		if down {
			way = "down"
		}
		return x11.Toggle(names[i], way)
	}
	kind := byte(xproto.ButtonRelease)
	if down {
		kind = xproto.ButtonPress
	}
	d.fake(kind, codes[i-len(names)])
	d.conn.Sync()
	return nil
}

// turn scrolls; robotgo counts up and left as positive.
func (p *pointer) turn(dx, dy int) {
	x, y := p.wheel.turn(dx, dy)
	if x == 0 && y == 0 {
		return
	}
	_ = p.with(func() error {
		x11.Scroll(-x, -y, 0)
		return nil
	})
}

func (p *pointer) releaseAll(d *x11Device) error {
	p.wheel = wheel{}
	if p.buttons == 0 {
		return nil
	}
	return p.with(func() error { return p.press(d, 0) })
}
