//go:build linux && amd64

package windows

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jump/installer/stamp"
)

// stamped makes the installer that a site would hand out for a key, in the
// folder C:\users, and returns its name.
func (w *wine) stamped(t *testing.T, uid, keyInfo string) string {
	t.Helper()
	key, err := stamp.Parse(keyInfo)
	if err != nil {
		t.Fatal(err)
	}
	template, err := os.Open(program("jumpclient.exe"))
	if err != nil {
		t.Fatal(err)
	}
	defer template.Close()
	info, err := template.Stat()
	if err != nil {
		t.Fatal(err)
	}
	name := "bomgar-scc-" + uid + ".exe"
	path := w.path(`C:\users\` + name)
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(path) })
	if err := stamp.Write(out, stamp.KindExe, template, info.Size(), stamp.Label{Key: key}); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestExe is the guide's command for the executable, from the silent install to
// the last file (requirements B3 to B9, E10).
func TestExe(t *testing.T) {
	w, s := shared.wine, newSite(t)
	uid, keyInfo := s.key()
	exe := w.stamped(t, uid, keyInfo)
	before := w.look(t)

	const dir = `C:\Program Files\Support Client`
	w.showLog(t, dir)
	args := []string{"--install-dir", dir, "--jc-jump-group", "user:admin", "--jc-tag", "servers", "--silent"}
	if out := w.must(t, exe, args...); out != "" {
		t.Errorf("--silent said %q", out)
	}
	c := s.online("the client", func(c client) bool { return c.Tag == "servers" })
	if c.Group.Name != "admin" {
		t.Errorf("the site has %+v", c)
	}

	program := dir + `\jumpclient.exe`
	if out := w.must(t, program, "status"); !strings.Contains(out, "online") {
		t.Errorf("status says %q", out)
	}
	name := w.service(t, program)
	if out := w.must(t, "sc", "query", name); !strings.Contains(out, "RUNNING") {
		t.Errorf("the service: %q", out)
	}
	if out := s.exec(c.Name, "cmd", "/d", "/c", "echo", "hello"); !strings.HasPrefix(out, "hello") {
		t.Errorf("a program in the user's session says %q", out)
	}
	if r := w.try(t, exe, args...); r.status != 5 || r.out != "" {
		t.Errorf("a second install: %+v", r)
	}
	noSecret(t, w.path(program), keyInfo)

	if out := w.must(t, program, "uninstall", "--silent"); out != "" {
		t.Errorf("--silent said %q", out)
	}
	w.nothingLeft(t, before)
	s.gone(c.ID)
}

// showLog shows what a client wrote down if its test fails.
func (w *wine) showLog(t *testing.T, dir string) {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() {
			text, err := os.ReadFile(w.path(dir + `\state\client.log`))
			t.Logf("the client's log: %v\n%s", err, text)
		}
	})
}

// service returns the name of the service that runs a program.
func (w *wine) service(t *testing.T, program string) string {
	t.Helper()
	const services = `[HKEY_LOCAL_MACHINE\System\CurrentControlSet\Services\`
	want := strings.ReplaceAll(program, `\`, `\\`)
	lines, err := w.export(t, "HKLM")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		key, value, found := strings.Cut(line, "] ")
		if found && len(key) > len(services) && strings.EqualFold(key[:len(services)], services) &&
			strings.HasPrefix(value, `"ImagePath"=`) && strings.Contains(value, want) {
			return key[len(services):]
		}
	}
	t.Fatalf("no service runs %s", program)
	return ""
}

// noSecret looks for the key in a file that everybody may read.
func noSecret(t *testing.T, path, keyInfo string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), keyInfo) {
		t.Errorf("%s holds the deployment key", filepath.Base(path))
	}
}
