//go:build linux

package service

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jump/internal/testwait"
)

// TestPlaces: a directory that others could exchange is refused, and so is
// whoever is not root; nothing of the attempt is left.
func TestPlaces(t *testing.T) {
	j := begin(t)
	key := j.site.keyInfo()
	for _, command := range []string{
		"mkdir -p /srv/shared && chmod 775 /srv/shared",
		"ln -s /tmp /srv/link",
		"install -d -o anna /srv/hers/below",
		"chown anna /srv/hers",
	} {
		j.tree.run("sh", "-c", command)
	}
	install := func(user, dir string) (int, string) {
		cmd := j.tree.command("runuser", "-u", user, "--", "/usr/local/bin/jumpclient", "install", "--mode", "service", "--key-info", key, "--install-dir", dir)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return exit.ExitCode(), string(out)
		}
		return 0, string(out)
	}
	j.tree.copy(program("jumpclient"), "/usr/local/bin/jumpclient")
	for _, c := range []struct {
		user, dir string
		code      int
		says      string
	}{
		{"root", "/tmp/client", 6, "others than root can write to /tmp"},
		{"root", "/home/anna/client", 6, "others than root can write to /home/anna"},
		{"root", "/srv/shared/client", 6, "others than root can write to /srv/shared"},
		{"root", "/srv/link/client", 6, "others than root can write to /tmp"},
		{"root", "/srv/hers/below/client", 6, "others than root can write to /srv/hers"},
		{"root", `/opt/a"b`, 6, "characters"},
		{"anna", "/opt/client", 7, "root"},
	} {
		if code, out := install(c.user, c.dir); code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%s as %s: exit code %d, want %d: %s", c.dir, c.user, code, c.code, out)
		}
	}
	j.nothingLeft()
}

// TestRemoved: a client that is removed in the console takes itself off, though
// its agent has no rights to (requirement C8), and leaves the one beside it
// alone.
func TestRemoved(t *testing.T) {
	j := begin(t)
	const second = "/opt/second client"
	j.tree.run("sh", "-c", `umask 077 && exec /root/jumpclient install --mode service --key-info "$1" --jc-name first --wait-online 60s`, "sh", j.site.keyInfo())
	j.install("second", "--install-dir", second)
	j.site.await("first", "online")
	j.site.await("second", "online")

	if out, err := j.site.jump("remove", "first", "--yes"); err != nil {
		t.Fatalf("remove: %v: %s", err, out)
	}
	testwait.Eventually(t, "the removed client is off the computer", func() error {
		left, err := filepath.Glob(filepath.Join(j.tree.dir, installed+"*"))
		out, failed := j.tree.try("systemctl", "list-units", "--all", "--plain", "--no-legend", "jumpclient-*")
		if len(left) > 0 || strings.Contains(out, installed+":") || failed != nil {
			return fmt.Errorf("%q, %v, %s, %v", left, err, out, failed)
		}
		return nil
	})
	j.site.await("second", "online")
	j.tree.run("getent", "passwd", "jumpclient")
	j.tree.run(second+"/uninstall", "--silent")
	j.nothingLeft()
}
