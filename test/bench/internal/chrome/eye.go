package chrome

import (
	"bytes"
	"fmt"
	"image"
	"sync"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// eye looks at the display that the browser is shown on, from outside: to read a
// canvas in the page costs the browser a copy of it, 30 ms.
type eye struct {
	conn *xgb.Conn
	root xproto.Drawable
}

const (
	lookEvery = 500 * time.Microsecond
	looked    = 512 // pixels of a column
)

func openEye(display string) (*eye, error) {
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, err
	}
	return &eye{conn, xproto.Drawable(xproto.Setup(conn).DefaultScreen(conn).Root)}, nil
}

func (e *eye) close() { e.conn.Close() }

// column returns the pixels from at downwards, four bytes each.
func (e *eye) column(at image.Point, height int) ([]byte, error) {
	reply, err := xproto.GetImage(e.conn, xproto.ImageFormatZPixmap, e.root, int16(at.X), int16(at.Y), 1, uint16(height), 1<<32-1).Reply()
	if err != nil {
		return nil, err
	}
	return reply.Data, nil
}

// await waits until a pixel is light or dark, and returns when that was seen.
func (e *eye) await(at image.Point, light bool, timeout time.Duration) (time.Time, error) {
	for end := time.Now().Add(timeout); ; time.Sleep(lookEvery) {
		pixel, err := e.column(at, 1)
		now := time.Now()
		if err != nil || (pixel[1] > 128) == light {
			return now, err
		}
		if now.After(end) {
			return now, fmt.Errorf("the page does not show the mark within %v", timeout)
		}
	}
}

// count counts how often a column is another one than before, until stop is
// called.
func (e *eye) count(at image.Point) (stop func() (int, error)) {
	over := make(chan struct{})
	var changes int
	var failed error
	var done sync.WaitGroup
	done.Go(func() {
		var before []byte
		for {
			now, err := e.column(at, looked)
			if failed = err; err != nil {
				return
			}
			if before != nil && !bytes.Equal(before, now) {
				changes++
			}
			before = now
			select {
			case <-over:
				return
			case <-time.After(4 * lookEvery):
			}
		}
	})
	return func() (int, error) {
		close(over)
		done.Wait()
		return changes, failed
	}
}
