//go:build linux

package service

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jump/internal/strace"
	"jump/internal/testwait"
)

// points is at how many system calls a test kills, of those that others may see;
// JUMP_SOAK=1 takes them all.
const points = 8

// killing is a client in service mode that is installed and taken off again and
// again, and killed at it.
type killing struct {
	*journey
	install, uninstall []string
}

func beginKilling(t *testing.T) *killing {
	j := begin(t)
	return &killing{j,
		[]string{"/root/jumpclient", "install", "--mode", "service", "--key-info", j.site.keyInfo()},
		[]string{installed + "/jumpclient", "uninstall", "--silent"}}
}

// TestKillInstaller kills an installation in service mode at its system calls:
// there is nothing afterwards, or a client that works.
func TestKillInstaller(t *testing.T) {
	k := beginKilling(t)
	calls := k.calls(k.install)
	k.works("no call")
	for i, at := range calls {
		k.progress(i, len(calls))
		k.kill(at, k.install)
		k.check(at)
	}
}

// TestKillUninstaller kills an uninstallation in service mode: it is finished by
// who watches over it, or the client works.
func TestKillUninstaller(t *testing.T) {
	k := beginKilling(t)
	k.tree.run(k.install...)
	calls := k.calls(k.uninstall)
	for i, at := range calls {
		k.progress(i, len(calls))
		k.tree.run(k.install...)
		k.kill(at, k.uninstall)
		k.check(at)
	}
}

// calls returns the system calls of a command at which it is killed.
func (k *killing) calls(command []string) []string {
	k.Helper()
	k.tree.run(slices.Concat([]string{"strace"}, strace.OneProcess, []string{"-qq", "-o", "/root/trace"}, command)...)
	f, err := os.Open(filepath.Join(k.tree.dir, "root/trace"))
	if err != nil {
		k.Fatal(err)
	}
	defer f.Close()
	all, err := strace.Calls(f)
	if err != nil || len(all) == 0 {
		k.Fatalf("%d calls, %v", len(all), err)
	}
	all = strace.Visible(all) // each takes a second or so
	some := all
	if os.Getenv("JUMP_SOAK") == "" {
		some = strace.Sample(all, points)
	}
	k.Logf("killed at %d of %d system calls", len(some), len(all))
	return some
}

// progress says how far a walk of half an hour has come.
func (k *killing) progress(done, of int) {
	k.Helper()
	if done > 0 && done%50 == 0 {
		k.Logf("%d of %d", done, of)
	}
}

// kill runs a command that is killed at that call, and waits for those who clean
// up.
func (k *killing) kill(at string, command []string) {
	k.Helper()
	_, _ = k.tree.try(slices.Concat([]string{"strace"}, strace.OneProcess, []string{"-qq", "-o", "/dev/null", "-e", "inject=" + at}, command)...)
	testwait.Eventually(k.T, "nobody is busy any more", func() error {
		out, err := k.tree.try("pgrep", "-a", "-f", busy)
		if out == "" && err != nil {
			return nil // nobody is found
		}
		return fmt.Errorf("%s, %v", out, err)
	})
}

// busy matches the command lines of those who change something.
const busy = `^[^ ]*(jumpclient|/exe) (install|uninstall|guard|clean)|^[^ ]*(useradd|userdel|groupdel|systemctl|strace) `

// check demands that there is nothing, or a client that works.
func (k *killing) check(at string) {
	k.Helper()
	if _, err := os.Lstat(filepath.Join(k.tree.dir, installed)); err == nil {
		k.works(at)
	} else if err := k.left(); err != nil {
		k.Errorf("killed at %s: %v", at, err)
	}
}

// works demands that the client runs when it is told to, and takes it off.
func (k *killing) works(at string) {
	k.Helper()
	for _, args := range [][]string{{"init-script", "start"}, {"init-script", "status"}, {"uninstall", "--silent"}} {
		if out, err := k.tree.try(append([]string{installed + "/" + args[0]}, args[1:]...)...); err != nil {
			k.Errorf("killed at %s: %s: %v: %s", at, strings.Join(args, " "), err, out)
		}
	}
	if err := k.left(); err != nil {
		k.Errorf("killed at %s, and uninstalled: %v", at, err)
	}
}

// left returns what there is of any client in the tree, nil for nothing.
func (j *journey) left() error {
	j.Helper()
	var all []error
	testwait.Eventually(j.T, "systemd has forgotten the units", func() error { // whose name somebody has just asked for
		out, err := j.tree.try("systemctl", "list-units", "--all", "--plain", "--no-legend", "jumpclient-*")
		if err == nil && strings.TrimSpace(out) != "" {
			err = errors.New(out)
		}
		return err
	})
	for _, pattern := range []string{"/opt/*", "/opt/.*", "/etc/systemd/system/jumpclient*", "/etc/systemd/system/*/jumpclient*", "/run/jumpclient*"} {
		found, err := filepath.Glob(filepath.Join("/proc", fmt.Sprint(j.tree.leader()), "root", pattern))
		if err != nil || len(found) > 0 {
			all = append(all, fmt.Errorf("files %q, %v", found, err))
		}
	}
	for _, accounts := range []string{"passwd", "group"} {
		if out, err := j.tree.try("getent", accounts, "jumpclient"); err == nil {
			all = append(all, fmt.Errorf("in %s: %s", accounts, out))
		}
	}
	if out, err := j.tree.try("pgrep", "-a", "jumpclient"); out != "" || err == nil {
		all = append(all, fmt.Errorf("processes: %s", out))
	}
	return errors.Join(all...)
}

func (j *journey) nothingLeft() {
	j.Helper()
	if err := j.left(); err != nil {
		j.Errorf("there is left: %v", err)
	}
}
