package tty

import (
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// pollSize is how often the size is looked at: a console says nothing of a
// change but to those who read its input as records.
const pollSize = 250 * time.Millisecond

func resizes(ctx context.Context, f *os.File) <-chan struct{} {
	out := make(chan struct{})
	go func() {
		defer close(out)
		ticker := time.NewTicker(pollSize)
		defer ticker.Stop()
		columns, rows, _ := Size(f)
		for {
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
			c, r, err := Size(f)
			if err != nil || c == columns && r == rows {
				continue
			}
			columns, rows = c, r
			select {
			case out <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// sequences lets a console understand escape sequences.
func sequences(f *os.File) (undo func() error, err error) {
	h := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(h, &mode) != nil {
		return func() error { return nil }, nil // not a console: nothing to prepare
	}
	if err := windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING); err != nil {
		return nil, fmt.Errorf("switch escape sequences on: %w", err)
	}
	return func() error { return windows.SetConsoleMode(h, mode) }, nil
}
