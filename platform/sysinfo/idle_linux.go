package sysinfo

import (
	"context"
	"os"
	"sync"

	"github.com/jezek/xgb/screensaver"
	"github.com/jezek/xgb/xproto"

	"jump/platform/x11"
)

// screen is the X display of this process. Its connection lasts as long as the
// process or the display: an X server may start anew when its last client
// leaves, so coming and going every minute could do harm.
var screen saver

type saver struct {
	mu      sync.Mutex
	conn    *x11.Conn // nil if not connected
	display string    // that conn is to
}

// idle returns the seconds since the last input, or -1.
func (s *saver) idle(ctx context.Context) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.connectLocked(ctx); err != nil {
		return -1
	}
	stop := context.AfterFunc(ctx, func() { _ = s.conn.Close() })
	defer stop()
	r, err := screensaver.QueryInfo(s.conn.X, xproto.Drawable(s.conn.Root())).Reply()
	if err != nil {
		return -1
	}
	return int64(r.MsSinceUserInput / 1000)
}

func (s *saver) connectLocked(ctx context.Context) error {
	display := os.Getenv("DISPLAY")
	if s.conn != nil {
		if !s.conn.Ended() && s.display == display {
			return nil
		}
		_ = s.conn.Close()
		s.conn = nil
	}
	c, err := x11.Dial(ctx, display, nil)
	if err != nil {
		return err
	}
	if _, err := c.Use("MIT-SCREEN-SAVER"); err != nil {
		_ = c.Close()
		return err
	}
	s.conn, s.display = c, display
	return nil
}
