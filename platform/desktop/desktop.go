// Package desktop knows whether this process has a screen before it.
//
// It is not a picture of the screen (capture takes it) and no hands on it
// (platform/input has them).
package desktop

import "context"

// Present reports whether there is a display that this process may hope to
// show: capture.Open can still be refused. It costs so little that it can be
// asked every few seconds.
func Present(ctx context.Context) bool { return present(ctx) }
