//go:build !linux && !windows && !darwin

package capture

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// Open fails: nothing reads the display of this system yet.
func Open(context.Context) (Source, error) {
	return nil, fmt.Errorf("%w: reading the display of %s: %w", ErrNoScreen, runtime.GOOS, errors.ErrUnsupported)
}
