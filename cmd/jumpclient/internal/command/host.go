package command

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"jump/agent/config"
	"jump/agent/session"
	"jump/capture"
	"jump/capture/video"
	"jump/platform/desktop"
	"jump/platform/input"
	"jump/platform/program"
	"jump/platform/sysinfo"
	"jump/platform/terminal"
	"jump/transport/wire"
)

// newHost returns this computer as its sessions see it from the desktop of this
// very process: whatever this system can do, up to the ceiling.
func newHost(ceiling wire.Rights, log *slog.Logger) *session.Host {
	return &session.Host{
		Ceiling:  ceiling,
		Capture:  capture.Open,
		Video:    video.New,
		Input:    input.Open,
		Terminal: terminal.Start,
		Program:  program.Start,
		Files:    true,
		Log:      log,
	}
}

var rights = map[string]wire.Rights{
	"view":    wire.RightView,
	"control": wire.RightControl,
	"shell":   wire.RightShell,
	"exec":    wire.RightExec,
	"files":   wire.RightFiles,
	"none":    0,
}

// parseCeiling reads names of rights with commas between. No name at all means
// every right, those of later versions too.
func parseCeiling(s string) (wire.Rights, error) {
	if strings.TrimSpace(s) == "" {
		return ^wire.Rights(0), nil
	}
	var sum wire.Rights
	for name := range strings.SplitSeq(s, ",") {
		r, ok := rights[strings.TrimSpace(name)]
		if !ok {
			return 0, fmt.Errorf("ceiling: %q is none of view, control, shell, exec, files and none", name)
		}
		sum |= r
	}
	return sum, nil
}

// facts reads what this computer says about itself. What cannot be found out
// is missing, and no reason to be unreachable.
func facts(c config.Config, log *slog.Logger) func(context.Context) wire.Status {
	return func(ctx context.Context) wire.Status {
		f, err := sysinfo.Read(ctx)
		if err != nil {
			log.Debug("facts are missing", "error", err)
		}
		return wire.Status{
			Hostname: f.Hostname, System: f.System, SystemName: f.SystemName, Arch: f.Arch,
			ConsoleUser: f.ConsoleUser, IdleSeconds: f.IdleSeconds,
			Domain: f.Domain, Workgroup: f.Workgroup, PrivateIP: f.PrivateIP,
			Uptime: f.Uptime, CPUPermille: f.CPUPermille,
			MemoryTotal: f.MemoryTotal, MemoryUsed: f.MemoryUsed,
			DiskTotal: f.DiskTotal, DiskUsed: f.DiskUsed,
			Screen: f.Screen || c.Mode == modeService && desktop.Shared(), Mode: mode(c),
		}
	}
}

// mode is how the client was installed (requirement A3).
func mode(c config.Config) wire.Mode {
	if c.Mode == modeService {
		return wire.ModeService
	}
	return wire.ModeUser
}
