//go:build linux

package service

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"jump/internal/testwait"
)

// TestLifecycle: a client in service mode is installed into an image, begins on a
// copy, is disabled and enabled, and is removed in the console, upon
// which root takes it off.
func TestLifecycle(t *testing.T) {
	j := begin(t)
	client := installed + "/jumpclient"
	j.tree.run("/root/jumpclient", "install", "--mode", "service", "--key-info", j.site.keyInfo(), "--jc-name", "tree", "--prepare-image")
	j.reports("prepared")
	if out, err := j.tree.try("test", "-e", installed+"/state/identity.key"); err == nil {
		t.Errorf("the image has a key: %s", out)
	}

	// A copy of a container, which shares its host's clocks, is another computer
	// by its machine id.
	j.tree.run("sh", "-c", "echo 0123456789abcdef0123456789abcdef >/etc/machine-id")
	j.tree.reboot()
	c := j.site.await("tree", "online")
	j.tree.run(client, "doctor")

	if out, err := j.tree.try("runuser", "-u", "anna", "--", client, "disable"); err == nil || !strings.Contains(out, "as root") {
		t.Errorf("whoever is at the computer disables the service: %v: %s", err, out)
	}
	j.tree.run(client, "disable")
	j.site.await("tree", "disabled")
	j.tree.run(client, "enable")
	j.site.await("tree", "online")

	if out, err := j.site.jump("remove", "--yes", c.ID); err != nil {
		t.Fatal(err, out)
	}
	testwait.Eventually(t, "the client is gone", func() error {
		out, err := j.tree.try("find", "/opt", "/etc/systemd/system", "-name", "*jumpclient*")
		if err == nil && out != "" {
			err = errors.New(out)
		}
		return err
	})
	testwait.Eventually(t, "the uninstaller has ended", func() error {
		out, err := j.tree.try("systemctl", "list-units", "--all", "--plain", "--no-legend", "jumpclient-*")
		if err == nil && strings.TrimSpace(out) != "" {
			err = errors.New(out)
		}
		return err
	})
	j.nothingLeft()
}

// reports waits until the client in the tree says that it is in a state.
func (j *journey) reports(state string) {
	j.Helper()
	testwait.Eventually(j.T, "the client is "+state, func() error {
		out, err := j.tree.try(installed+"/jumpclient", "status")
		if err == nil && !strings.Contains(out, state) {
			err = fmt.Errorf("%s", out)
		}
		return err
	})
}
