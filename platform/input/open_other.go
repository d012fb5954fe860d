//go:build !linux && !windows && !darwin

package input

import (
	"errors"
	"fmt"
	"runtime"
)

// Open fails: nothing moves the pointer of this system yet.
func Open() (Device, error) {
	return nil, fmt.Errorf("input on %s: %w", runtime.GOOS, errors.ErrUnsupported)
}
