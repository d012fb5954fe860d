package command

import (
	"context"
	"log/slog"
	"os"

	"jump/agent/config"
	"jump/transport"
	"jump/transport/wire"
)

// host is what this computer can do for its representatives.
type host struct {
	capabilities []wire.Kind
	serve        func(ctx context.Context, s transport.Stream, open *wire.Open)
	status       func(ctx context.Context) wire.Status
}

func newHost(config.Dir, *slog.Logger) (*host, error) {
	return &host{serve: refuse, status: facts}, nil
}

func refuse(_ context.Context, s transport.Stream, _ *wire.Open) {
	wire.Send(s, wire.TypeRefused, wire.Refused{Code: wire.CodeUnsupported, Text: "This client cannot hold that conversation."})
}

func facts(context.Context) wire.Status {
	name, _ := os.Hostname()
	return wire.Status{Hostname: name}
}

func (*host) close() {}
