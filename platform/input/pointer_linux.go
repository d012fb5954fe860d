package input

import (
	"math/bits"

	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// pointer is the mouse of a device: events of XTEST on the device's own
// connection, in order with its keys.
type pointer struct {
	buttons uint16
	wheel   wheel
}

// maxCoordinate is X's.
const maxCoordinate = 32767

// codes are X's numbers of the buttons, by their bit.
var codes = []byte{1, 2, 3, 8, 9}

// X's numbers of the buttons that a wheel is to it.
const (
	wheelUp, wheelDown    = 4, 5
	wheelLeft, wheelRight = 6, 7
)

func (p *pointer) set(d *x11Device, x, y int, buttons uint16) error {
	x, y = min(max(x, 0), maxCoordinate), min(max(y, 0), maxCoordinate)
	at, err := xproto.QueryPointer(d.conn.X, d.conn.Root()).Reply()
	if err != nil {
		return err
	}
	if x != int(at.RootX) || y != int(at.RootY) {
		xtest.FakeInput(d.conn.X, xproto.MotionNotify, 0, 0, d.conn.Root(), int16(x), int16(y), 0)
	}
	p.press(d, buttons&(1<<len(codes)-1), at.Mask)
	d.conn.Sync()
	return nil
}

// press makes the buttons as given; mask is the server's account of them. What
// somebody else left down, who perhaps died, is let go of first: the server
// would swallow a second press, and the click with it.
func (p *pointer) press(d *x11Device, buttons, mask uint16) {
	for change := p.buttons ^ buttons; change != 0; change &= change - 1 {
		i := bits.TrailingZeros16(change)
		if buttons>>i&1 == 0 {
			d.fake(xproto.ButtonRelease, codes[i])
			continue
		}
		if mask&maskOf(codes[i]) != 0 {
			d.fake(xproto.ButtonRelease, codes[i])
		}
		d.fake(xproto.ButtonPress, codes[i])
	}
	p.buttons = buttons
}

// maskOf returns a button's bit in the server's account, which knows of five.
func maskOf(code byte) uint16 {
	if code > 5 {
		return 0
	}
	return xproto.KeyButMaskButton1 << (code - 1)
}

// turn turns the wheel by whole notches.
func (p *pointer) turn(d *x11Device, dx, dy int) {
	x, y := p.wheel.turn(dx, dy)
	p.notches(d, y, wheelUp, wheelDown)
	p.notches(d, x, wheelLeft, wheelRight)
	d.conn.Sync()
}

func (p *pointer) notches(d *x11Device, n int, back, forth byte) {
	code := forth
	if n < 0 {
		n, code = -n, back
	}
	for range n {
		d.fake(xproto.ButtonPress, code)
		d.fake(xproto.ButtonRelease, code)
	}
}

func (p *pointer) releaseAll(d *x11Device) {
	p.wheel = wheel{}
	p.press(d, 0, 0)
	d.conn.Sync()
}
