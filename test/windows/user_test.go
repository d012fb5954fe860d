//go:build linux && amd64

package windows

import (
	"strings"
	"testing"
)

// TestUser is user mode (requirement A3): in the user's profile, started when
// that user signs in, without a service. Beside it lives a second client, in
// service mode and in a directory of its own.
func TestUser(t *testing.T) {
	w, s := shared.wine, newSite(t)
	uid, keyInfo := s.key()
	exe := w.stamped(t, uid, keyInfo)
	uid, keyInfo = s.key()
	second := w.stamped(t, uid, keyInfo)
	before := w.look(t)

	profile := strings.TrimSpace(w.must(t, "cmd", "/d", "/c", "echo %LOCALAPPDATA%"))
	dir := profile + `\JumpClient`
	w.showLog(t, dir)
	if out := w.must(t, exe, "--mode", "user", "--jc-name", "of the user", "--jc-comments", `say "hi"`, "&", "%PATH%"); !strings.Contains(out, dir) {
		t.Errorf("it says %q", out)
	}
	mine := s.online("the user's client", func(c client) bool { return c.Name == "of the user" })
	if want := `say "hi" & %PATH%`; mine.Comments != want {
		t.Errorf("comments %q, want %q", mine.Comments, want)
	}
	if out := w.must(t, "reg", "query", `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`); !strings.Contains(out, dir+`\jumpclient.exe run`) {
		t.Errorf("at sign-in: %q", out)
	}

	const other = `C:\Program Files\Second`
	w.must(t, second, "--install-dir", other, "--jc-name", "of the computer", "--silent")
	theirs := s.online("the computer's client", func(c client) bool { return c.Name == "of the computer" })

	w.must(t, dir+`\jumpclient.exe`, "uninstall", "--silent")
	s.gone(mine.ID)
	s.online("the computer's client", func(c client) bool { return c.ID == theirs.ID })
	s.jump("remove", theirs.ID, "--yes")
	w.nothingLeft(t, before) // it takes itself off
}
