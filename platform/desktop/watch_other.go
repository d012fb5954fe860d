//go:build !linux

package desktop

import (
	"context"
	"errors"
	"fmt"
)

// Watch returns an error: these systems end the processes of a user who signs
// out by themselves.
func Watch(context.Context) (<-chan struct{}, error) {
	return nil, fmt.Errorf("watch the desktop: %w", errors.ErrUnsupported)
}
