package desktop

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	"jump/platform/x11"
)

// Watch returns a channel that is closed when the desktop on which this process
// was started has gone: its user has signed out. The watch ends with ctx. The
// error says that there is no desktop, or that nobody could tell.
func Watch(ctx context.Context) (<-chan struct{}, error) {
	if name := os.Getenv("WAYLAND_DISPLAY"); name != "" {
		if gone, err := watchWayland(ctx, name); err == nil {
			return gone, nil
		}
	}
	c, err := x11.Dial(ctx, "", func(*x11.Event) {})
	if err != nil {
		return nil, fmt.Errorf("watch the desktop: %w", err)
	}
	context.AfterFunc(ctx, func() { c.Close() })
	return c.Done(), nil
}

// watchWayland is a client that says nothing: the compositor closes the
// connection when it ends.
func watchWayland(ctx context.Context, name string) (<-chan struct{}, error) {
	if !filepath.IsAbs(name) {
		name = filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), name)
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", name)
	if err != nil {
		return nil, fmt.Errorf("watch the desktop: %w", err)
	}
	gone := make(chan struct{})
	context.AfterFunc(ctx, func() { c.Close() })
	go func() { // ends with the connection
		defer close(gone)
		_, _ = io.Copy(io.Discard, c)
	}()
	return gone, nil
}
