package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"jump/internal/atomicfile"
)

// unitDir is where units of the administrator are, see systemd.unit(5).
const unitDir = "/etc/systemd/system"

// booted is there if and only if systemd runs this computer (sd_booted(3)).
const booted = "/run/systemd/system"

// supported returns ErrUnsupported where there is no systemd. kardianos/service,
// which serves on Windows, is not asked here: it writes a unit in place, which a
// crash leaves half written, it knows neither sockets nor our restrictions, and
// with it comes text/template (see units).
func supported() error {
	if _, err := os.Lstat(booted); err != nil {
		return ErrUnsupported
	}
	return nil
}

// Register writes the units of a service, each whole or not at all, and enables
// them; it starts nothing. What is there under these names is replaced.
func Register(ctx context.Context, s Spec) error {
	if err := supported(); err != nil {
		return err
	}
	list, err := render(s)
	if err != nil {
		return err
	}
	for _, u := range list {
		if err := atomicfile.Write(filepath.Join(unitDir, u.name), []byte(u.text), 0o644); err != nil {
			return err
		}
	}
	if err := systemctl(ctx, "daemon-reload"); err != nil {
		return err
	}
	for _, u := range list {
		if u.enabled {
			if err := systemctl(ctx, "enable", "--quiet", "--", u.name); err != nil {
				return err
			}
		}
	}
	return nil
}

// Remove stops a service and removes all that Register made, or what a Register
// or Remove that was killed has left of it. That there is nothing is no error.
func Remove(ctx context.Context, name string) error {
	if err := supported(); err != nil {
		return err
	}
	for _, unit := range names(name) {
		// Of a file that a killed Register was writing.
		if err := os.Remove(filepath.Join(unitDir, unit+atomicfile.Suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove service %s: %w", name, err)
		}
	}
	there, err := registered(name)
	if err != nil || len(there) == 0 {
		return err
	}
	// What a killed Register wrote, systemd may not know yet.
	if err := systemctl(ctx, "daemon-reload"); err != nil {
		return err
	}
	for _, unit := range there {
		if unit == names(name)[4] {
			continue // it may be what runs this, and is not enabled
		}
		if err := systemctl(ctx, "disable", "--quiet", "--now", "--", unit); err != nil {
			return err
		}
	}
	for _, unit := range there {
		if err := os.Remove(filepath.Join(unitDir, unit)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove service %s: %w", name, err)
		}
	}
	if err := systemctl(ctx, "daemon-reload"); err != nil {
		return err
	}
	// Of a unit that has failed systemd keeps that memory, of others none.
	_ = systemctl(ctx, append([]string{"reset-failed", "--quiet", "--"}, there...)...)
	return nil
}

// registered returns those units of a service that have a file.
func registered(name string) ([]string, error) {
	var there []string
	for _, unit := range names(name) {
		_, err := os.Lstat(filepath.Join(unitDir, unit))
		if err == nil {
			there = append(there, unit)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("look for service %s: %w", name, err)
		}
	}
	return there, nil
}

// Registered returns the names of all services of clients on this computer.
func Registered() ([]string, error) {
	entries, err := os.ReadDir(unitDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("look for services: %w", err)
	}
	var list []string
	for _, e := range entries {
		id, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), ".service"), servicePrefix)
		if ok && len(id) == digestSize && e.Name() == servicePrefix+id+".service" {
			list = append(list, servicePrefix+id)
		}
	}
	return list, nil
}

// Supported reports whether this computer runs a service manager that is known
// here.
func Supported() bool { return supported() == nil }

// Start starts a service with all that belongs to it, and returns when it runs.
// What runs already is left alone.
func Start(ctx context.Context, name string) error {
	if err := supported(); err != nil {
		return err
	}
	there, err := registered(name)
	if err != nil {
		return err
	}
	for _, unit := range there {
		if strings.HasSuffix(unit, ".service") {
			continue // started when it is needed, but for the one below
		}
		if err := systemctl(ctx, "start", "--", unit); err != nil {
			return err
		}
	}
	return systemctl(ctx, "start", "--", name+".service")
}

// Stop stops a service and returns when it has stopped. That there is none is
// no error.
func Stop(ctx context.Context, name string) error {
	state, err := Look(ctx, name)
	if err != nil || state != StateRunning {
		return err
	}
	return systemctl(ctx, "stop", "--", name+".service")
}

// Look returns what a service does.
func Look(ctx context.Context, name string) (State, error) {
	if err := supported(); err != nil {
		return StateAbsent, err
	}
	out, err := exec.CommandContext(ctx, "systemctl", "show", "--property=LoadState", "--property=ActiveState", "--", name+".service").Output()
	if err != nil {
		return StateAbsent, fmt.Errorf("look at service %s: %w", name, err)
	}
	return stateOf(strings.Fields(string(out))), nil
}

// stateOf reads the two properties. A service that waits to be started again is
// running.
func stateOf(properties []string) State {
	is := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(properties, w) })
	}
	switch {
	case is("ActiveState=active", "ActiveState=activating", "ActiveState=reloading"):
		return StateRunning
	case is("LoadState=not-found"):
		return StateAbsent
	}
	return StateStopped
}

// systemctl runs one command of the service manager; its arguments are ours.
func systemctl(ctx context.Context, args ...string) error {
	out, err := exec.CommandContext(ctx, "systemctl", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("systemctl %s: %w: %.300s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}
