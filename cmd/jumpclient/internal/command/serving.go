package command

import (
	"context"
	"fmt"
	"log/slog"

	"jump/agent/config"
	"jump/transport"
	"jump/transport/wire"
)

// server holds the conversations of a client: session.Host does it in this very
// process, seat.Proxy has it done in the session of the user at the screen.
type server interface {
	Capabilities() []wire.Kind
	Serve(ctx context.Context, s transport.Stream, open *wire.Open)
}

// newServer returns who serves this computer, up to the ceiling that its owner
// has set.
func newServer(dir config.Dir, c config.Config, log *slog.Logger) (server, error) {
	rights, err := parseCeiling(c.Ceiling)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", config.FileName, err)
	}
	if c.Mode == modeService {
		return newProxy(dir, rights, log)
	}
	return newHost(rights, log), nil
}
