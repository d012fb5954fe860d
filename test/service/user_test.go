//go:build linux

package service

import (
	"errors"
	"strings"
	"testing"

	"jump/internal/testwait"
)

// TestHeadlessBoot is a headless client that root installs for a user: systemd
// starts it at boot as that user, and init-script and systemd agree about it
// (requirements C3, C5 and C6).
func TestHeadlessBoot(t *testing.T) {
	j := begin(t)
	const dir = "/home/anna/jump client"
	install := []string{"/root/jumpclient", "install", "--headless", "--user", "anna", "--install-dir", dir, "--startup", "auto",
		"--key-info", j.site.keyInfo(), "--jc-name", "anna's"}
	j.tree.run(append(install, "--wait-online", "60s")...)
	j.site.await("anna's", "online")
	j.tree.reboot()
	j.site.await("anna's", "online")
	if out := j.tree.run("ps", "-o", "user=", "-C", "jumpclient"); strings.TrimSpace(out) != "anna" {
		t.Errorf("the client runs as %q", out)
	}

	units := func(state string) {
		t.Helper()
		out, _ := j.tree.try("systemctl", "list-units", "--all", "--plain", "--no-legend", "jumpclient-boot-*")
		if !strings.Contains(out, " "+state+" ") {
			t.Errorf("the unit is not %s: %s", state, out)
		}
	}
	units("active")
	j.tree.run(dir+"/init-script", "stop")
	units("inactive")
	j.tree.run(dir+"/init-script", "start")
	units("active")

	if out, err := j.tree.try(append(install, "--silent")...); err == nil || out != "" {
		t.Errorf("a second installation: %q, %v", out, err)
	}
	testwait.Eventually(t, "the journal says why", func() error { // journald writes when it gets round to it
		out, err := j.tree.try("journalctl", "--identifier", "jumpclient", "--priority", "err", "--no-pager")
		if err == nil && !strings.Contains(out, "installed already, in "+dir) {
			err = errors.New(out)
		}
		return err
	})
	j.tree.run(dir+"/uninstall", "--silent")
	j.site.await("anna's", "uninstalled")
	j.nothingLeft()
}
