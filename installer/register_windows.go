package installer

import (
	"context"
	"os/exec"
	"path/filepath"
	"syscall"
	"unicode/utf16"

	"jump/agent/config"
	"jump/internal/version"
	"jump/platform/daemon"
	"jump/platform/registry"
	"jump/platform/service"
)

// Keys of the registry, in HKLM for service mode and in HKCU for user mode.
const (
	runPath       = `Software\Microsoft\Windows\CurrentVersion\Run`
	uninstallPath = `Software\Microsoft\Windows\CurrentVersion\Uninstall`
)

// title is what people read in lists of services and programs.
const title = "Jump Client"

func root(mode Mode) registry.Root {
	if mode == ModeService {
		return registry.Machine
	}
	return registry.User
}

// registration makes the system know a client: by its list of programs, and by
// a service or the user's startup.
func registration(o Options) []Step {
	list := Step{
		Name: "enter it into the list of programs",
		Do:   func(context.Context) error { return enlist(o.Mode, o.Dir) },
		Undo: func(context.Context) error { return unlist(o.Mode, o.Dir) },
	}
	register := Step{Undo: func(ctx context.Context) error { return unregister(ctx, o.Mode, o.Dir) }}
	switch {
	case o.Mode == ModeService:
		register.Name = "register the service " + ServiceName(o.Dir)
		register.Do = func(ctx context.Context) error { return service.Register(ctx, serviceOf(o)) }
	case o.Startup == StartupAuto:
		register.Name = "start it when its user signs in"
		register.Do = func(context.Context) error { return setRun(o.Dir) }
	default:
		return []Step{list}
	}
	return []Step{list, register}
}

func serviceOf(o Options) service.Spec {
	return service.Spec{
		Name:        ServiceName(o.Dir),
		Title:       title + " (" + o.Dir + ")",
		Description: "Keeps this computer reachable by its support site.",
		Program:     filepath.Join(o.Dir, programName),
		Args:        []string{"service", "--dir", o.Dir},
		State:       filepath.Join(o.Dir, "state"),
		Auto:        o.Startup == StartupAuto,
	}
}

// maxRun is how long a line in the key Run may be, in characters.
const maxRun = 260

// userWords are the arguments of a client in user mode: it finds its directory
// by where its program lies. Its log is left out where it would make the line
// that starts it too long for Windows.
func userWords(dir string) []string {
	words := []string{"run", "--log", filepath.Join(dir, "state", "client.log")}
	if len(utf16.Encode([]rune(commandLine(dir, words)))) > maxRun {
		return words[:1]
	}
	return words
}

// commandLine quotes as Windows' own parser reads it.
func commandLine(dir string, words []string) string {
	line := syscall.EscapeArg(filepath.Join(dir, programName))
	for _, w := range words {
		line += " " + syscall.EscapeArg(w)
	}
	return line
}

func setRun(dir string) error {
	line := commandLine(dir, userWords(dir))
	return registry.Set(registry.Key{Root: registry.User, Path: runPath}, registry.Value{Name: ServiceName(dir), Data: line})
}

// unregister takes a client out of startup, also one that is not there.
func unregister(ctx context.Context, mode Mode, dir string) error {
	if mode == ModeService {
		return service.Remove(ctx, ServiceName(dir))
	}
	return registry.Unset(registry.Key{Root: registry.User, Path: runPath}, ServiceName(dir))
}

func entry(mode Mode, dir string) registry.Key {
	return registry.Key{Root: root(mode), Path: uninstallPath}.Sub(ServiceName(dir))
}

// enlist makes the entry that Settings > Apps shows, and by which management
// tools know that, where and how.
func enlist(mode Mode, dir string) error {
	program := filepath.Join(dir, programName)
	line := commandLine(dir, []string{"uninstall", "--dir", dir})
	return registry.Set(entry(mode, dir),
		registry.Value{Name: "DisplayName", Data: title},
		registry.Value{Name: "DisplayVersion", Data: version.Number},
		registry.Value{Name: "Publisher", Data: "Jump"},
		registry.Value{Name: "DisplayIcon", Data: program},
		registry.Value{Name: "InstallLocation", Data: dir},
		registry.Value{Name: "UninstallString", Data: line},
		registry.Value{Name: "QuietUninstallString", Data: line + " --silent"},
		registry.Value{Name: "NoModify", Data: uint32(1)},
		registry.Value{Name: "NoRepair", Data: uint32(1)},
	)
}

func unlist(mode Mode, dir string) error {
	err := registry.Remove(entry(mode, dir))
	if err != nil || mode == ModeService {
		return err
	}
	list := registry.Key{Root: registry.User, Path: uninstallPath} // a new profile has none
	return registry.RemoveEmpty(list, filepath.Dir(uninstallPath))
}

// starting is the last step: from here the client stands on its own feet.
func starting(mode Mode, dir string) Step {
	if mode == ModeService {
		return Step{
			Name: "start the service",
			Do:   func(ctx context.Context) error { return service.Start(ctx, ServiceName(dir)) },
			Undo: func(ctx context.Context) error { return service.Stop(ctx, ServiceName(dir)) },
		}
	}
	return Step{
		Name: "start the client",
		Do: func(ctx context.Context) error {
			return daemon.Start(ctx, config.At(dir).Lock(), exec.Command(filepath.Join(dir, programName), userWords(dir)...))
		},
		Undo: func(ctx context.Context) error { return halt(ctx, dir) },
	}
}

// halt ends a client that no service manager has.
func halt(ctx context.Context, dir string) error {
	return daemon.Stop(ctx, config.At(dir).Lock(), filepath.Join(dir, programName))
}
