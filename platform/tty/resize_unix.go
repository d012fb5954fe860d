//go:build !windows

package tty

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func resizes(ctx context.Context, _ *os.File) <-chan struct{} {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGWINCH)
	out := make(chan struct{})
	go func() {
		defer close(out)
		defer signal.Stop(signals)
		for {
			select {
			case <-signals:
			case <-ctx.Done():
				return
			}
			select {
			case out <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// sequences has nothing to do: every terminal here understands them.
func sequences(*os.File) (undo func() error, err error) {
	return func() error { return nil }, nil
}
