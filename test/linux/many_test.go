//go:build linux

package linux

import "testing"

// TestHundred: a hundred installations and uninstallations in a row leave the
// computer as it was.
func TestHundred(t *testing.T) {
	t.Parallel()
	s, tr := newSite(t), newTree(t, "dash")
	_, key := s.key()
	must(t, "cp", program("jumpclient"), tr.path("usr/local/bin/jumpclient"))
	before := tr.snapshot()
	says(t, 0, "all done", tr.as("username", `export JUMP_KEY_INFO=`+key.String()+`
		for i in $(seq 100); do
			jumpclient install --headless --silent --install-dir new/jc && new/jc/uninstall --silent || exit
		done
		echo all done`))
	tr.unchanged(before)
}

// TestSideBySide: two clients of one installer in two directories know nothing
// of each other.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	s, tr := newSite(t), newTree(t, "bash")
	uid := tr.bring(s, "username")
	before := tr.snapshot()
	install := "sh ./bomgar-scc-" + uid + ".bin --wait-online 60s --startup auto --install-dir "
	says(t, 0, "online", tr.as("username", install+"one --jc-name one"))
	says(t, 0, "online", tr.as("username", install+"two --jc-name two --jc-jump-group Benutzer:admin"))
	says(t, 0, "stopped", tr.as("username", "one/init-script stop"))
	says(t, 0, "running: online", tr.as("username", "two/init-script status"))
	says(t, 0, "uninstalled", tr.as("username", "one/uninstall"))
	says(t, 0, "running: online", tr.as("username", "two/init-script status"))
	says(t, 0, "/home/username/two/init-script", tr.as("username", "crontab -l"))
	got := map[string]string{}
	for _, c := range s.clients() {
		got[c.Name] = c.Status + " in " + c.Group.Code
	}
	if len(got) != 2 || got["one"] != "uninstalled in general" || got["two"] != "online in user:admin" {
		t.Errorf("the clients are %v", got)
	}
	says(t, 0, "uninstalled", tr.as("username", "two/uninstall"))
	says(t, 1, "no crontab", tr.as("username", "crontab -l"))
	tr.unchanged(before)
}
