package capture

import (
	"context"
	"errors"
	"fmt"

	"jump/platform/x11"
)

// Open returns the desktop of this process: the X display that $DISPLAY names.
// The error wraps ErrNoScreen when there is none or it may not be read.
func Open(ctx context.Context) (Source, error) {
	s, err := openX11(ctx, "")
	if errors.Is(err, x11.ErrNoDisplay) {
		return nil, fmt.Errorf("%w: %w", ErrNoScreen, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open the X display: %w", err)
	}
	return s, nil
}
