//go:build linux

package linux

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jump/internal/testwait"
	"jump/platform/x11/x11test"
)

// TestDesktop installs in user mode on a desktop: the client is there at once,
// comes with every sign-in and goes with the desktop (requirement A3).
func TestDesktop(t *testing.T) {
	t.Parallel()
	s, screen, home := newSite(t), x11test.Start(t, 640, 480), t.TempDir()
	_, key := s.key()
	env := []string{"HOME=" + home, "XDG_CONFIG_HOME=", "DISPLAY=" + screen.Display, "WAYLAND_DISPLAY=", "JUMP_KEY_INFO=" + key.String()}
	me := strings.TrimSpace(must(t, "id", "-un"))
	says(t, 0, "It is online", try(t, env, program("jumpclient"), "install", "--mode", "user", "--user", me, "--wait-online", "60s"))
	dir := filepath.Join(home, ".local/share/jumpclient")
	script := filepath.Join(dir, "init-script")

	entries, err := filepath.Glob(filepath.Join(home, ".config/autostart/jumpclient-*.desktop"))
	if err != nil || len(entries) != 1 {
		t.Fatalf("the desktop's entries are %q, %v", entries, err)
	}
	text, err := os.ReadFile(entries[0])
	if err != nil || !strings.Contains(string(text), "\nExec=\""+script+"\" restart\n") {
		t.Errorf("%s, %v", text, err)
	}
	says(t, 0, "running: online", try(t, env, script, "restart"))
	if all := s.clients(); len(all) != 1 || all[0].Status != "online" {
		t.Errorf("the clients are %+v", all)
	}

	screen.Kill()
	testwait.Eventually(t, "the client ends with the desktop", func() error {
		if r := try(t, env, script, "status"); r.status != 3 {
			return r
		}
		return nil
	})
	says(t, 0, "uninstalled", try(t, env, filepath.Join(dir, "uninstall")))
	if left := must(t, "find", home, "-mindepth", "1"); left != "" {
		t.Errorf("there is left\n%s", left)
	}
}
