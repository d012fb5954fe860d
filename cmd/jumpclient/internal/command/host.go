package command

import (
	"context"
	"log/slog"

	"jump/agent/config"
	"jump/platform/sysinfo"
	"jump/transport"
	"jump/transport/wire"
)

// host is what this computer can do for its representatives.
type host struct {
	capabilities []wire.Kind
	serve        func(ctx context.Context, s transport.Stream, open *wire.Open)
	log          *slog.Logger
}

func newHost(_ config.Dir, log *slog.Logger) (*host, error) {
	return &host{serve: refuse, log: log}, nil
}

func (*host) close() {}

func refuse(_ context.Context, s transport.Stream, _ *wire.Open) {
	wire.Send(s, wire.TypeRefused, wire.Refused{Code: wire.CodeUnsupported, Text: "This client cannot hold that conversation."})
}

// status reads the facts of this computer. What cannot be found out is missing
// from them, and no reason to be unreachable.
func (h *host) status(ctx context.Context) wire.Status {
	f, err := sysinfo.Read(ctx)
	if err != nil {
		h.log.Debug("facts are missing", "error", err)
	}
	return wire.Status{
		Hostname: f.Hostname, System: f.System, SystemName: f.SystemName, Arch: f.Arch,
		ConsoleUser: f.ConsoleUser, IdleSeconds: f.IdleSeconds,
		Domain: f.Domain, Workgroup: f.Workgroup, PrivateIP: f.PrivateIP,
		Uptime: f.Uptime, CPUPermille: f.CPUPermille,
		MemoryTotal: f.MemoryTotal, MemoryUsed: f.MemoryUsed,
		DiskTotal: f.DiskTotal, DiskUsed: f.DiskUsed,
		Screen: f.Screen,
	}
}
