package input

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"jump/platform/x11"
	"jump/platform/x11/xkb"
)

// Open returns a device on the X display that $DISPLAY names.
func Open() (Device, error) {
	ctx, cancel := context.WithTimeout(context.Background(), openTimeout)
	defer cancel()
	d, err := openX11(ctx)
	if err != nil {
		return nil, fmt.Errorf("open the X display for input: %w", err)
	}
	return d, nil
}

const openTimeout = 10 * time.Second

// x11Device sends keys and the pointer through XTEST, on one connection of its
// own.
type x11Device struct {
	conn  *x11.Conn
	board *xkb.Server
	news  atomic.Uint32 // kind of the event that tells of a keymap
	stale atomic.Bool   // the keymap changed on the server

	mu      sync.Mutex
	keymap  *xkb.Keymap
	levels  map[xkb.Mods]byte // modifiers that choose levels, and a key for each
	repeats []byte            // a bit a keycode: repeats by itself when held
	held    map[keyID]held
	spares  spares
	pointer pointer
	closed  bool
}

// held is a key that is down.
type held struct {
	key byte
	sym uint32
}

func openX11(ctx context.Context) (*x11Device, error) {
	d := &x11Device{held: map[keyID]held{}}
	d.stale.Store(true)
	conn, err := x11.Dial(ctx, "", d.event)
	if err != nil {
		return nil, err
	}
	d.conn = conn
	if err := d.prepare(); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return d, nil
}

func (d *x11Device) prepare() error {
	if _, err := d.conn.Use("XTEST"); err != nil {
		return err
	}
	var err error
	if d.board, err = xkb.Use(d.conn); err != nil {
		return err
	}
	d.news.Store(uint32(d.board.Changed()))
	if err := d.board.Watch(); err != nil {
		return err
	}
	control, err := xproto.GetKeyboardControl(d.conn.X).Reply()
	if err != nil {
		return fmt.Errorf("ask which keys repeat: %w", err)
	}
	d.repeats = control.AutoRepeats
	return d.refresh()
}

func (d *x11Device) event(e *x11.Event) {
	if k := e.Kind(); k == xproto.MappingNotify || uint32(k) == d.news.Load() {
		d.stale.Store(true)
	}
}

// look returns the keyboard's state, and reads the keymap if it changed: news
// of that which came before the state is known by then.
func (d *x11Device) look() (xkb.State, error) {
	state, err := d.board.State()
	if err != nil {
		return state, err
	}
	return state, d.refresh()
}

func (d *x11Device) refresh() error {
	if !d.stale.Swap(false) {
		return nil
	}
	m, err := d.board.Load()
	if err != nil {
		d.stale.Store(true)
		return err
	}
	d.keymap, d.levels = m, m.Levels()
	d.spares.offer(m.Spare())
	return nil
}

// do runs one call of the device, and says so if the server is gone.
func (d *x11Device) do(action string, f func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return fmt.Errorf("%s: the device is closed", action)
	}
	err := f()
	if d.conn.Ended() {
		return fmt.Errorf("%s: %w", action, ErrLost)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	return nil
}

func (d *x11Device) Pointer(x, y int, buttons uint16) error {
	return d.do("move the pointer", func() error { return d.pointer.set(d, x, y, buttons) })
}

func (d *x11Device) Wheel(dx, dy int) error {
	return d.do("turn the wheel", func() error { d.pointer.turn(d, dx, dy); return nil })
}

func (d *x11Device) Key(keysym uint32, usage uint16, down bool) error {
	return d.do("press a key", func() error {
		id := idOf(keysym, usage)
		if down {
			return d.press(id, keysym)
		}
		d.release(id)
		d.conn.Sync()
		return nil
	})
}

func (d *x11Device) ReleaseAll() error {
	return d.do("release all keys", func() error { d.releaseAll(); return nil })
}

func (d *x11Device) releaseAll() {
	for _, id := range slices.Collect(maps.Keys(d.held)) {
		d.release(id)
	}
	d.pointer.releaseAll(d) // waits for the keys, too
}

// Close also ends the meanings that spare keys were given.
func (d *x11Device) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	d.releaseAll() // nothing is held on a server that is gone
	d.spares.giveBack(d)
	return d.conn.Close()
}

// fake makes one event of a device, as if by hand.
func (d *x11Device) fake(kind, detail byte) {
	xtest.FakeInput(d.conn.X, kind, detail, 0, d.conn.Root(), 0, 0, 0)
}
