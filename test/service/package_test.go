//go:build linux

package service

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"jump/internal/testwait"
)

// debs makes the .deb of this computer in two versions, of the client that these
// tests have built already, and returns their paths in the tree.
func (j *journey) debs() (one, two string) {
	j.Helper()
	clients, out := j.TempDir(), j.TempDir()
	if err := os.Link(program("jumpclient"), filepath.Join(clients, "jumpclient-linux-"+runtime.GOARCH)); err != nil {
		j.Fatal(err)
	}
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	for _, version := range []string{"1.0.0", "2.0.0"} {
		must(j.T, program("make"), "-clients", clients, "-out", out, "-version", version, "-platforms", "linux-deb-"+arch)
		j.tree.copy(filepath.Join(out, "jumpclient-linux-"+arch+".deb"), "/root/"+version+".deb")
	}
	return "/root/1.0.0.deb", "/root/2.0.0.deb"
}

// TestDeb follows a client that a package brings: with its key in a file, over
// an upgrade, and off again.
func TestDeb(t *testing.T) {
	j := begin(t)
	one, two := j.debs()
	j.tree.run("dpkg", "-i", one)
	if _, err := j.tree.try("test", "-e", installed); err == nil {
		t.Error("a client without a key")
	}
	j.tree.run("mkdir", "-m", "700", "/etc/jumpclient")
	for name, text := range map[string]string{"key-info": j.site.keyInfo(), "jc-name": "$(packaged) 'x'"} {
		if err := os.WriteFile(filepath.Join(j.tree.dir, "etc/jumpclient", name), []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	j.tree.run("/usr/lib/jumpclient/setup", "install")
	before := j.site.await("$(packaged) 'x'", "online")

	started := j.started()
	j.tree.run("dpkg", "-i", two)
	testwait.Eventually(t, "the upgraded client is another process", func() error {
		_, err := j.site.find(before.Name, "online")
		if err == nil && j.started() == started {
			err = os.ErrExist
		}
		return err
	})
	if after := j.site.await(before.Name, "online"); after.ID != before.ID {
		t.Errorf("%s became %s", before.ID, after.ID)
	}

	j.tree.run("dpkg", "-P", "jumpclient")
	j.site.await(before.Name, "uninstalled")
	for _, left := range []string{installed, "/usr/lib/jumpclient", "/var/lib/jumpclient", "/etc/jumpclient"} {
		if _, err := j.tree.try("test", "-e", left); err == nil {
			t.Errorf("%s is left", left)
		}
	}
	j.nothingLeft()
}

// started tells one start of the service from another.
func (j *journey) started() string {
	j.Helper()
	return strings.TrimSpace(j.tree.run("systemctl", "show", "--property=InvocationID", "--value", "jumpclient-????????.service"))
}
