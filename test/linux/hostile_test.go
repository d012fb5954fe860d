//go:build linux

package linux

import (
	"strings"
	"testing"
)

// TestHostile: whatever stands in a parameter arrives at the site as it is, or
// is refused before anything is written; nobody interprets it.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, shell := range shells {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			s, tr := newSite(t), newTree(t, shell)
			uid := tr.bring(s, "username")
			before := tr.snapshot()
			install := []string{"sh", "/home/username/bomgar-scc-" + uid + ".bin", "--install-dir", "/home/username/jc"}
			run := func(args ...string) result {
				return tr.exec(append([]string{"setpriv", "--reuid=username", "--regid=username", "--init-groups", "env", "HOME=/home/username"}, append(install, args...)...)...)
			}
			for _, bad := range [][]string{
				{"--jc-tag", "a\nb"}, {"--jc-name", "\x1b[2J"}, {"--jc-comments", strings.Repeat("x", 1025)},
				{"--jc-name", "a\u202eb"}, {"--jc-jump-group", "a\rb"}, {"--jc-tag", "\xff"},
				{"--user", "-u0"}, {"--user", "root; touch /tmp/pwned"}, {"--mode", "root"}, {"--sylent"},
			} {
				if r := run(bad...); r.status != 2 {
					t.Errorf("%q: %v", bad, r)
				}
			}
			for _, dir := range []string{"/home/username/$(touch x)", "/home/username/a'b", "/home/username/%h", "/home/username/a\nb", "/home/username", "/proc/x/y", "/root/jc"} {
				if r := run("--install-dir", dir); r.status != 6 {
					t.Errorf("%q: %v", dir, r)
				}
			}
			tr.unchanged(before)

			name, tag := "`id` 'x' \"y\" $(touch /tmp/pwned)", "--silent"
			comments := `%COMSPEC% ${HOME} \n 'quoted' "twice" & | > < ; -- ünïcödé`
			r := run("--wait-online", "60s", "--jc-name", name, "--jc-tag", tag, "--jc-comments", comments)
			says(t, 0, "It is online", r)
			if all := s.clients(); len(all) != 1 || all[0].Name != name || all[0].Tag != tag || all[0].Comments != comments {
				t.Errorf("the clients are %+v", all)
			}
			says(t, 0, "uninstalled", tr.as("username", "jc/uninstall"))
			r = run("--wait-online", "60s", "--jc-comments", "front", "desk,", "left -", "hand", "side")
			says(t, 0, "It is online", r)
			if all := s.clients(); len(all) != 2 || all[0].Comments != "front desk, left - hand side" && all[1].Comments != "front desk, left - hand side" {
				t.Errorf("the clients are %+v", all)
			}
			says(t, 0, "uninstalled", tr.as("username", "jc/uninstall"))
			tr.unchanged(before)
		})
	}
}

// TestOddDir: a directory with spaces and other signs that are allowed.
func TestOddDir(t *testing.T) {
	t.Parallel()
	s, tr := newSite(t), newTree(t, "busybox")
	uid := tr.bring(s, "username")
	before := tr.snapshot()
	dir := "/home/username/R&D (old); -x/Jump  Client/ö#!"
	says(t, 0, "It is online", tr.as("username", "sh ./bomgar-scc-"+uid+".bin --startup auto --wait-online 60s --install-dir '"+dir+"'"))
	says(t, 0, "running: online", tr.as("username", "'"+dir+"/init-script' restart"))
	line := strings.TrimPrefix(strings.TrimSpace(tr.as("username", "crontab -l").out), "@reboot ")
	says(t, 0, "running already", tr.as("username", line))
	says(t, 0, "uninstalled", tr.as("username", "'"+dir+"/uninstall'"))
	tr.unchanged(before)
}

// TestNotAllowed: only the site knows what a key allows. Without --wait-online
// the client tells; with it the installer does, and undoes everything.
func TestNotAllowed(t *testing.T) {
	t.Parallel()
	s, tr := newSite(t), newTree(t, "dash")
	uid := tr.bring(s, "username", "--override", "name")
	log := tr.syslog()
	before := tr.snapshot()
	install := "sh ./bomgar-scc-" + uid + ".bin --install-dir /home/username/jumpclient --jc-tag servers"

	says(t, 8, "does not allow the tag to be set", tr.as("username", install+" --wait-online 60s"))
	log.says("installation failed: wait until the site knows this computer")
	tr.unchanged(before)

	says(t, 0, "is installed", tr.as("username", install))
	says(t, 1, "does not allow the tag to be set", tr.as("username", "jumpclient/init-script start"))
	says(t, 3, "does not allow the tag to be set", tr.as("username", "jumpclient/init-script status"))
	log.says("the Jump Client could not join: the site at 127.0.0.1")
	says(t, 0, `"code": "override`, tr.as("username", "jumpclient/jumpclient status --json"))
	says(t, 0, "uninstalled", tr.as("username", "jumpclient/uninstall"))
	tr.unchanged(before)
	if all := s.clients(); len(all) != 0 {
		t.Errorf("the clients are %+v", all)
	}
}

// TestSilent: no output whatever happens; exit code and system log tell
// (requirements B9, B11).
func TestSilent(t *testing.T) {
	t.Parallel()
	s, tr := newSite(t), newTree(t, "dash")
	uid := tr.bring(s, "username")
	log := tr.syslog()
	quiet := func(status int, line string) {
		t.Helper()
		if r := tr.as("username", line); r.status != status || r.out+r.err != "" {
			t.Errorf("%s: want status %d and nothing else: %v", line, status, r)
		}
	}
	install := "sh ./bomgar-scc-" + uid + ".bin --silent --install-dir "
	quiet(6, install+"/root/x/y")
	log.says("installation failed: ")
	quiet(2, install+"/home/username/jc --colour green")
	log.says("unknown flag: --colour")
	quiet(0, install+"/home/username/jc")
	quiet(5, install+"/home/username/jc")
	quiet(0, "jc/uninstall --silent")
	quiet(127, "jc/uninstall --silent 2>/dev/null")
}

// TestDryRun shows the steps and does nothing.
func TestDryRun(t *testing.T) {
	t.Parallel()
	s, tr := newSite(t), newTree(t, "dash")
	uid := tr.bring(s, "username")
	before := tr.snapshot()
	says(t, 0, "move everything to /home/username/jc", tr.as("username", "sh ./bomgar-scc-"+uid+".bin --install-dir /home/username/jc --dry-run"))
	tr.unchanged(before)
}

// TestNoExec: a folder for temporary files that lets no programs run.
func TestNoExec(t *testing.T) {
	t.Parallel()
	for _, shell := range shells {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			s, tr := newSite(t), newTree(t, shell)
			uid := tr.bring(s, "username")
			says(t, 0, "", tr.exec("mount", "-t", "tmpfs", "-o", "noexec,mode=1777", "tmpfs", "/tmp"))
			says(t, 0, "is installed", tr.as("username", "sh ./bomgar-scc-"+uid+".bin --install-dir /home/username/jumpclient"))
			says(t, 0, "running: online", tr.as("username", "jumpclient/init-script start"))
			says(t, 0, "uninstalled", tr.as("username", "jumpclient/uninstall"))
			says(t, 0, "", tr.exec("mkdir", "-m", "1777", "/mnt/data"))
			says(t, 0, "", tr.exec("mount", "-t", "tmpfs", "-o", "noexec,mode=1777", "tmpfs", "/mnt/data"))
			says(t, 6, "programs cannot be run", tr.as("username", "sh ./bomgar-scc-"+uid+".bin --install-dir /mnt/data/jumpclient"))
			if left := tr.exec("find", "/mnt/data", "-mindepth", "1").out; left != "" {
				t.Errorf("there is left %s", left)
			}
		})
	}
}
