//go:build !linux && !windows

package desktop

import "context"

// Shared reports whether some session of this computer has its screen and can
// be shown.
func Shared() bool { return Present(context.Background()) }
