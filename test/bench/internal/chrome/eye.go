package chrome

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/xproto"

	"jump/platform/x11"
)

// eye looks at the display that the browser is shown on, from outside: to read a
// canvas in the page costs the browser a copy of it, 30 ms. It looks when the
// display's server says that something is drawn, and costs nothing between.
type eye struct {
	conn   *x11.Conn
	damage damage.Damage
	drawn  chan struct{} // one slot
}

// looked is how many pixels of a column are compared.
const looked = 512

func openEye(display string) (*eye, error) {
	e := &eye{drawn: make(chan struct{}, 1)}
	var err error
	if e.conn, err = x11.Dial(context.Background(), display, e.event); err != nil {
		return nil, err
	}
	if err := e.watch(); err != nil {
		_ = e.conn.Close()
		return nil, fmt.Errorf("watch the browser's display: %w", err)
	}
	return e, nil
}

// event takes every one for news: no others were asked for.
func (e *eye) event(*x11.Event) {
	select {
	case e.drawn <- struct{}{}:
	default:
	}
}

func (e *eye) watch() error {
	if _, err := e.conn.Use("DAMAGE"); err != nil {
		return err
	}
	_, err := damage.QueryVersion(e.conn.X, 1, 1).Reply()
	if err != nil {
		return err
	}
	if e.damage, err = damage.NewDamageId(e.conn.X); err != nil {
		return err
	}
	return damage.CreateChecked(e.conn.X, e.damage, e.root(), damage.ReportLevelNonEmpty).Check()
}

func (e *eye) root() xproto.Drawable { return xproto.Drawable(e.conn.Root()) }

func (e *eye) close() { _ = e.conn.Close() }

// column returns the pixels from at downwards, four bytes each. What is drawn from
// now on is news.
func (e *eye) column(at image.Point, height int) ([]byte, error) {
	damage.Subtract(e.conn.X, e.damage, 0, 0)
	reply, err := xproto.GetImage(e.conn.X, xproto.ImageFormatZPixmap, e.root(), int16(at.X), int16(at.Y), 1, uint16(height), 1<<32-1).Reply()
	if err != nil {
		return nil, err
	}
	return reply.Data, nil
}

// await waits until a pixel is light or dark, and returns when that was seen.
func (e *eye) await(at image.Point, light bool, timeout time.Duration) (time.Time, error) {
	late := time.After(timeout)
	for {
		pixel, err := e.column(at, 1)
		if now := time.Now(); err != nil || (pixel[1] > 128) == light {
			return now, err
		}
		select {
		case <-e.drawn:
		case <-e.conn.Done():
			return time.Now(), errors.New("the browser's display went away")
		case <-late:
			return time.Now(), fmt.Errorf("the page does not show the mark within %v", timeout)
		}
	}
}

// count counts how often a column is another one than before, until stop is
// called.
func (e *eye) count(at image.Point) (stop func() (int, error)) {
	over, changes := make(chan struct{}), make(chan int, 1)
	var failed error
	go func() {
		n := 0
		defer func() { changes <- n }()
		var before []byte
		for {
			now, err := e.column(at, looked)
			if failed = err; err != nil {
				return
			}
			if before != nil && !bytes.Equal(before, now) {
				n++
			}
			before = now
			select {
			case <-over:
				return
			case <-e.drawn:
			}
		}
	}()
	return func() (int, error) {
		close(over)
		return <-changes, failed
	}
}
