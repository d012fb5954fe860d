//go:build linux && amd64

package windows

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"jump/agent/config"
	"jump/internal/testwait"
	msi "jump/packaging/windows"
)

// hostile is data wherever it goes: variables of cmd.exe, properties and escapes
// of Windows Installer, and what would be a number in the registry. Quotes are
// left to TestExe: wine's msiexec has them wrong.
const hostile = `#1 [SystemFolder] [\[] {[JC_TAG]} [~] %COMSPEC% 'x' & del $(y) ` + "`z`" + ` --silent`

// msi makes the generic MSI in the folder C:\users and returns its name, which
// is the guide's.
func (w *wine) msi(t *testing.T) string { return w.msiOf(t, "0.1.0", "bomgar-scc-win32.msi") }

// msis are those that were made, by version.
var msis = map[string][]byte{}

// msiOf makes the MSI of a version.
func (w *wine) msiOf(t *testing.T, version, name string) string {
	t.Helper()
	b, ok := msis[version]
	if !ok {
		client, err := os.ReadFile(program("jumpclient.exe"))
		if err == nil {
			b, err = msi.MSI{Version: version, Time: time.Unix(1767225600, 0), Program: client}.Bytes(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		msis[version] = b
	}
	path := w.path(`C:\users\` + name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(path) })
	return name
}

// TestMSI is the guide's command for the MSI, its properties in lower case,
// from the install to the last file (requirement B10).
func TestMSI(t *testing.T) {
	w, s := shared.wine, newSite(t)
	_, keyInfo := s.key()
	file := w.msi(t)
	before := w.look(t)

	const (
		dir   = `C:\Program Files\Support Client`
		proxy = "http://ada:geheim@127.0.0.1:9"
	)
	w.showLog(t, dir)
	w.batch(t, "msiexec /i "+file+" KEY_INFO="+keyInfo+` jc_jump_group=user:admin jc_tag=servers jc_comments="`+hostile+`" installdir="`+dir+`" PROXY=`+proxy+` /quiet`)
	c := s.online("the client", func(c client) bool { return c.Tag == "servers" })
	if c.Group.Name != "admin" || c.Comments != hostile {
		t.Errorf("the site has %+v", c)
	}
	if out := w.must(t, "sc", "query", "jumpclient-msi"); !strings.Contains(out, "RUNNING") {
		t.Errorf("the service: %q", out)
	}
	lines, err := w.export(t, "HKLM")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if strings.Contains(line, keyInfo) || strings.Contains(line, "geheim") {
			t.Errorf("the registry holds a secret: %s", line)
		}
	}
	if c, err := config.At(w.path(dir)).Config(); err != nil || c.Proxy != proxy {
		t.Errorf("the client's proxy is %q, %v", c.Proxy, err)
	}

	w.begin(t)
	w.must(t, "msiexec", "/x", file, "/quiet")
	w.nothingLeft(t, before)
	s.gone(c.ID)
}

// begin does what msiexec does first when it uninstalls: it removes the values of
// the product and then stops the service. That of wine does not wait until the
// service has stopped, as Windows does, and fails to delete its program then.
func (w *wine) begin(t *testing.T) {
	t.Helper()
	w.must(t, "reg", "delete", `HKLM\SOFTWARE\JumpClient`, "/v", "Product", "/f")
	w.must(t, "sc", "stop", "jumpclient-msi")
	testwait.Eventually(t, "the service has stopped", func() error {
		if out := w.must(t, "sc", "query", "jumpclient-msi"); !strings.Contains(out, "STOPPED") {
			return errors.New(out)
		}
		return nil
	})
}

// TestMSIRefusals: what cannot be is refused before anything is changed.
func TestMSIRefusals(t *testing.T) {
	w, s := shared.wine, newSite(t)
	_, keyInfo := s.key()
	file := w.msi(t)
	const taken = `C:\Program Files\Taken`
	if err := os.Mkdir(w.path(taken), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(w.path(taken)) })
	before := w.look(t)
	for name, properties := range map[string][]string{
		"no key":              {},
		"a garbled key":       {"KEY_INFO=" + keyInfo[1:]},
		"a folder that is":    {"KEY_INFO=" + keyInfo, "installdir=" + taken},
		"a tag without bound": {"KEY_INFO=" + keyInfo, "jc_tag=" + strings.Repeat("x", 65)},
	} {
		if r := w.try(t, "msiexec", append([]string{"/i", file, "/quiet"}, properties...)...); r.status == 0 {
			t.Errorf("%s: installed", name)
		}
		w.nothingLeft(t, before)
	}
}

// TestMSIUpgrade: a newer MSI takes the place of an older one, without a key,
// and the client stays the one that it was. An older one is refused.
func TestMSIUpgrade(t *testing.T) {
	w, s := shared.wine, newSite(t)
	_, keyInfo := s.key()
	older, newer := w.msi(t), w.msiOf(t, "0.2.0", "newer.msi")
	before := w.look(t)

	const dir = `C:\Program Files\Support Client`
	w.showLog(t, dir)
	w.must(t, "msiexec", "/i", older, "KEY_INFO="+keyInfo, "installdir="+dir, "/quiet")
	first := s.online("the client", func(client) bool { return true })
	w.must(t, "msiexec", "/i", newer, "/quiet")
	s.online("the same client", func(c client) bool { return c.ID == first.ID })
	if out := w.must(t, dir+`\jumpclient.exe`, "status"); !strings.Contains(out, first.ID) {
		t.Errorf("the client in %s is another: %q", dir, out)
	}
	if r := w.try(t, "msiexec", "/i", older, "/quiet"); r.status == 0 {
		t.Error("the older version was installed over the newer")
	}

	w.begin(t)
	w.must(t, "msiexec", "/x", newer, "/quiet")
	w.nothingLeft(t, before)
	s.gone(first.ID)
}
