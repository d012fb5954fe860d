//go:build linux

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// headless is the platform of this computer's installer without a desktop.
var headless = map[string]string{"amd64": "linux-headless-x64", "arm64": "linux-headless-arm64"}[runtime.GOARCH]

// packages makes the installer files of a platform, with the client that these
// tests have built already.
func packages(t testing.TB, platform string) string {
	t.Helper()
	clients, out := t.TempDir(), t.TempDir()
	if err := os.Link(program("jumpclient"), filepath.Join(clients, "jumpclient-linux-"+runtime.GOARCH)); err != nil {
		t.Fatal(err)
	}
	must(t, "", nil, program("make"), "-clients", clients, "-out", out, "-platforms", platform)
	return out
}

// download fetches an installer from the site, as a person does who was sent a
// link, and returns its file.
func (s *site) download(platform, uid, keyInfo string) string {
	s.t.Helper()
	c, err := s.client()
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := c.PostForm(fmt.Sprintf("%s/api/v1/install/%s/%s", s.url, uid, platform), url.Values{"key_info": {keyInfo}})
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("download: %s, %v: %s", resp.Status, err, clip(string(b), 300))
	}
	path := filepath.Join(readable(s.t), "bomgar-scc-"+uid+".bin")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// readable returns a folder in which everybody may read and write.
func readable(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "jump-e2e-install-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// owner are the flags that say for whom root installs (requirement C3).
func owner() []string {
	if os.Geteuid() == 0 {
		return []string{"--user", "nobody"}
	}
	return nil
}

// installation runs a downloaded installer until its client is online.
func installation(t testing.TB, installer, dir, name string) {
	t.Helper()
	args := append([]string{installer, "--install-dir", dir, "--jc-name", name, "--wait-online", "60s"}, owner()...)
	must(t, "", nil, "sh", args...)
	t.Cleanup(func() { _ = exec.Command(filepath.Join(dir, "uninstall"), "--silent").Run() })
}

// TestInstaller: from a site's download to a client in its list, and off again.
func TestInstaller(t *testing.T) {
	s := newSite(t, "--packages", packages(t, headless))
	uid, key := s.keyInfo("--group", "general")
	dir := filepath.Join(readable(t), "client")
	installation(t, s.download(headless, uid, key), dir, "installed")
	s.online("installed")
	must(t, "", nil, filepath.Join(dir, "uninstall"))
	if _, err := os.Lstat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", dir, err)
	}
}

// BenchmarkInstall is the time from `sh x.bin` to online in the site's list.
func BenchmarkInstall(b *testing.B) {
	s := newSite(b, "--packages", packages(b, headless))
	uid, key := s.keyInfo("--group", "general", "--max-uses", "10000")
	installer, dir := s.download(headless, uid, key), filepath.Join(readable(b), "client")
	for i := 0; b.Loop(); i++ {
		name := fmt.Sprintf("client-%d", i)
		installation(b, installer, dir, name)
		s.online(name)
		b.StopTimer()
		must(b, "", nil, filepath.Join(dir, "uninstall"))
		b.StartTimer()
	}
}
