package darwin

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The words of key_in_name's test: 102 characters is the shortest key.
var key = strings.Repeat("a", 100) + "27"

// mac is what the script finds around it: folders of its own, and programs of
// macOS that only tell how they were called.
type mac struct{ here, settings, client, tools string }

func newMac(t *testing.T) mac {
	t.Helper()
	m := mac{t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "Jump Client"), t.TempDir()}
	script := strings.NewReplacer("/etc/jumpclient", m.settings, "/Library/Application Support/JumpClient", m.client,
		"/Library/LaunchDaemons", m.tools).Replace(postinstall)
	write(t, filepath.Join(m.here, "postinstall"), script)
	write(t, filepath.Join(m.here, "jumpclient"), "#!/bin/sh\nprintf '<%s>' \"$@\"; printf ' key=%s' \"$JUMP_KEY_INFO\"\n")
	write(t, filepath.Join(m.tools, "stat"), "#!/bin/sh\necho root\n")
	write(t, filepath.Join(m.tools, "launchctl"), "#!/bin/sh\necho launchctl \"$1 $2 $3\"; [ $1 = kickstart ] || { shift 2; exec \"$@\"; }\n")
	write(t, filepath.Join(m.tools, "sudo"), "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"\n")
	return m
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// run is how Installer calls the script.
func (m mac) run(t *testing.T, pkg string, env ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", filepath.Join(m.here, "postinstall"), pkg, "/", "/")
	cmd.Env = append([]string{"PATH=" + m.tools + ":" + os.Getenv("PATH")}, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestPostinstall(t *testing.T) {
	service, user := "<install><--mode=service> key=", "launchctl asuser 0 sudo\n<install><--mode=user> key="
	for _, c := range []struct {
		pkg, file, env, want string
	}{
		{"/Users/ada/Down loads/bomgar-scc-abc-" + key + ".pkg", "", "", service + key},
		{"bomgar-scc-abc-" + key + "-service (1).pkg", "", "", service + key},
		{"BOMGAR-SCC-ABC-" + strings.ToUpper(key) + ".PKG", "", "", service + key},
		{"/x/bomgar-scc-abc-" + key + "-user.pkg", "", "", user + key},
		{"/x/bomgar-scc-abc-" + key + "-user (2).pkg", "", "", user + key},
		{"/x/Jump.pkg", "", "", service},
		{"/x/$(touch pwned) " + key + ".pkg", "", "", service + key},
		{"/x/" + key + ".pkg", "filekey", "", service + "filekey"},
		{"/x/" + key + ".pkg", "filekey", "envkey", service + "envkey"},
	} {
		m := newMac(t)
		if c.file != "" {
			write(t, filepath.Join(m.settings, "key-info"), c.file+"\n")
		}
		var env []string
		if c.env != "" {
			env = append(env, "JUMP_KEY_INFO="+c.env)
		}
		if got := strings.TrimSpace(m.run(t, c.pkg, env...)); got != strings.TrimSpace(c.want) {
			t.Errorf("%s: %q, want %q", c.pkg, got, c.want)
		}
	}
}

// TestPostinstallParameters: settings arrive as they are.
func TestPostinstallParameters(t *testing.T) {
	m := newMac(t)
	write(t, filepath.Join(m.settings, "jc-comments"), "$(touch x) 'a' \"b\" *\n")
	write(t, filepath.Join(m.settings, "jc-name"), "--mode=user\n")
	want := "<install><--jc-name=--mode=user><--jc-comments=$(touch x) 'a' \"b\" *><--mode=service> key=" + key
	if got := strings.TrimSpace(m.run(t, key+".pkg")); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestPostinstallUpgrade: a client that is there gets the new program, keeps
// everything else and is started anew.
func TestPostinstallUpgrade(t *testing.T) {
	m := newMac(t)
	if err := os.MkdirAll(m.client, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(m.client, "jumpclient"), "old")
	write(t, filepath.Join(m.client, "config.json"), "kept")
	write(t, filepath.Join(m.tools, "jumpclient-abc.plist"), "")
	if got := m.run(t, key+".pkg"); !strings.HasPrefix(got, "launchctl kickstart -k system/jumpclient-abc") {
		t.Errorf("%q", got)
	}
	for file, want := range map[string]string{"jumpclient": "#!/bin/sh", "config.json": "kept"} {
		if b, err := os.ReadFile(filepath.Join(m.client, file)); err != nil || !strings.HasPrefix(string(b), want) {
			t.Errorf("%s: %q, %v", file, b, err)
		}
	}
}
