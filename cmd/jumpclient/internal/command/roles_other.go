//go:build !linux && !windows

package command

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/transport/wire"
)

// newProxy is for systems with service mode.
func newProxy(config.Dir, wire.Rights, *slog.Logger) (server, error) {
	return nil, fmt.Errorf("service mode: %w", errors.ErrUnsupported)
}

// roles are the words that a service manager says: none here.
func roles() []*cobra.Command { return nil }
