//go:build linux

package linux

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// shells are what sh is on somebody's computer.
var shells = []string{"dash", "bash", "busybox"}

// TestGuide types what the guide's chapter on headless Linux says, word for word
// but for {uid}, as an ordinary user.
func TestGuide(t *testing.T) {
	t.Parallel()
	for _, shell := range shells {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			s, tr := newSite(t), newTree(t, shell)
			s.group("Linux Admins")
			uid := tr.bring(s, "username")
			before := tr.snapshot()

			says(t, 0, "is installed in /home/username/jumpclient", tr.as("username", fmt.Sprintf(
				`sh ./bomgar-scc-%s.bin --install-dir /home/username/jumpclient --jc-jump-group "Linux Admins" --jc-tag "Headless Linux Systems"`, uid)))
			if all := s.clients(); len(all) != 0 {
				t.Errorf("the installer talked to the site: %+v", all)
			}
			says(t, 3, "not running", tr.as("username", "/home/username/jumpclient/init-script status"))
			says(t, 0, "running: online", tr.as("username", "/home/username/jumpclient/init-script start"))
			says(t, 0, "running: online", tr.as("username", "cd jumpclient && ./init-script status"))
			all := s.clients()
			if len(all) != 1 || all[0].Group.Name != "Linux Admins" || all[0].Tag != "Headless Linux Systems" || all[0].Status != "online" {
				t.Errorf("the clients are %+v", all)
			}
			tr.listensOnNothing()
			says(t, 0, "running already", tr.as("username", "/home/username/jumpclient/init-script start"))
			says(t, 0, "running: online", tr.as("username", "/home/username/jumpclient/init-script restart"))
			says(t, 5, "installed already, in /home/username/jumpclient", tr.as("username",
				"sh ./bomgar-scc-"+uid+".bin --install-dir /home/username/jumpclient"))
			says(t, 0, "stopped", tr.as("username", "/home/username/jumpclient/init-script stop"))
			says(t, 0, "stopped", tr.as("username", "/home/username/jumpclient/init-script stop"))
			says(t, 3, "not running", tr.as("username", "/home/username/jumpclient/init-script status"))
			says(t, 2, "", tr.as("username", "/home/username/jumpclient/init-script dance"))
			says(t, 0, "running", tr.as("username", "/home/username/jumpclient/init-script start"))
			says(t, 0, "is uninstalled", tr.as("username", "/home/username/jumpclient/uninstall"))
			if all := s.clients(); len(all) != 1 || all[0].Status != "uninstalled" {
				t.Errorf("the clients are %+v", all)
			}
			tr.unchanged(before)
		})
	}
}

// TestGuideAsRoot: root is warned, and names a user whose everything then is.
func TestGuideAsRoot(t *testing.T) {
	t.Parallel()
	for _, shell := range shells {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			s, tr := newSite(t), newTree(t, shell)
			uid := tr.bring(s, "root")
			before := tr.snapshot()
			install := "sh ./bomgar-scc-" + uid + ".bin --install-dir /home/username/jumpclient"

			says(t, 7, "Give --user <username>", tr.as("root", install))
			says(t, 2, "no user \"nobody-here\"", tr.as("root", install+" --user nobody-here"))
			says(t, 6, "jsmith may not make /home/username/jumpclient", tr.as("root", install+" --user jsmith"))
			tr.unchanged(before)

			says(t, 0, "is installed", tr.as("root", "sh ./bomgar-scc-"+uid+".bin --install-dir /home/jsmith/jumpclient --user jsmith"))
			if out := must(t, "find", tr.path("home/jsmith/jumpclient"), "!", "-user", fmt.Sprint(tr.uid("jsmith"))); out != "" {
				t.Errorf("not jsmith's: %s", out)
			}
			says(t, 0, "running: online", tr.as("root", "/home/jsmith/jumpclient/init-script start"))
			tr.runsAs("jsmith")
			says(t, 0, "running: online", tr.as("root", "/home/jsmith/jumpclient/init-script status"))
			says(t, 7, "do it as the client's own user", tr.as("username", "/home/jsmith/jumpclient/init-script stop"))
			says(t, 7, "is somebody else's", tr.as("username", "/home/jsmith/jumpclient/jumpclient uninstall"))
			says(t, 0, "is uninstalled", tr.as("root", "/home/jsmith/jumpclient/uninstall"))
			tr.unchanged(before)
		})
	}
}

// TestBoot: what the installer offers so that the client starts at boot, as
// root and as a user (requirement C6).
func TestBoot(t *testing.T) {
	t.Parallel()
	s, tr := newSite(t), newTree(t, "dash")
	uid := tr.bring(s, "username")
	must(t, "cp", tr.path("home/username/bomgar-scc-"+uid+".bin"), tr.path("root"))
	before := tr.snapshot()

	says(t, 0, "It is online", tr.as("root", "sh ./bomgar-scc-"+uid+".bin --install-dir /home/jsmith/jc --user jsmith --startup auto --wait-online 60s"))
	tr.runsAs("jsmith")
	links := must(t, "find", tr.path("etc"), "-path", "*rc2.d/S*jumpclient-boot-*")
	if strings.Count(links, "\n") != 1 {
		t.Errorf("what starts at boot is %q", links)
	}
	script := strings.TrimPrefix(strings.TrimSpace(links), tr.root)
	says(t, 0, "stopped", tr.exec(script, "stop"))
	says(t, 0, "running", tr.exec(script, "start"))
	tr.runsAs("jsmith")
	says(t, 0, "running", tr.exec(script, "status"))
	says(t, 0, "uninstalled", tr.as("root", "/home/jsmith/jc/uninstall"))
	tr.unchanged(before)

	says(t, 0, "It is online", tr.as("username", "sh ./bomgar-scc-"+uid+".bin --install-dir /home/username/jc --startup auto --wait-online 60s"))
	says(t, 0, "@reboot '/home/username/jc/init-script' start", tr.as("username", "crontab -l"))
	says(t, 0, "uninstalled", tr.as("username", "/home/username/jc/uninstall"))
	says(t, 1, "no crontab", tr.as("username", "crontab -l"))
}

// bring puts a stamped installer for headless Linux into a user's home
// directory, and returns the uid in its name.
func (tr *tree) bring(s *site, user string, flags ...string) (uid string) {
	tr.t.Helper()
	uid, key := s.key(flags...)
	home := "home/" + user
	if user == "root" {
		home = "root"
	}
	path := tr.path(home + "/bomgar-scc-" + uid + ".bin")
	s.bin(path, key, true)
	if err := os.Chown(path, tr.uid(user), -1); err != nil {
		tr.t.Fatal(err)
	}
	return uid
}

func (tr *tree) uid(user string) (uid int) {
	tr.t.Helper()
	if _, err := fmt.Sscan(tr.exec("id", "-u", user).out, &uid); err != nil {
		tr.t.Fatal(err)
	}
	return uid
}

// says demands an exit code and a text.
func says(t *testing.T, status int, text string, r result) {
	t.Helper()
	if r.status != status || !strings.Contains(r.out+r.err, text) {
		t.Errorf("want status %d and %q: %v", status, text, r)
	}
}

func (tr *tree) unchanged(before string) {
	tr.t.Helper()
	if after := tr.snapshot(); after != before {
		tr.t.Errorf("the tree has changed: %s", difference(before, after))
	}
}

// difference returns the lines that only one text has.
func difference(a, b string) string {
	in := map[string]int{}
	for line := range strings.Lines(a) {
		in["- "+line]++
	}
	var out strings.Builder
	for line := range strings.Lines(b) {
		if in["- "+line] == 0 {
			out.WriteString("+ " + line)
		}
		in["- "+line]--
	}
	for line, n := range in {
		if n > 0 {
			out.WriteString(line)
		}
	}
	return out.String()
}

// processes returns the numbers and users of the tree's running clients.
func (tr *tree) processes() map[string]string {
	tr.t.Helper()
	found := map[string]string{}
	for line := range strings.Lines(tr.exec("sh", "-c", `for p in /proc/[0-9]*; do
		case $(tr '\0' ' ' <$p/cmdline) in */jumpclient\ run\ *) echo ${p#/proc/} $(stat -c %U $p); esac
	done 2>/dev/null`).out) {
		if f := strings.Fields(line); len(f) == 2 {
			found[f[0]] = f[1]
		}
	}
	return found
}

func (tr *tree) runsAs(user string) {
	tr.t.Helper()
	all := tr.processes()
	for _, u := range all {
		if u != user {
			tr.t.Errorf("a client runs as %s", u)
		}
	}
	if len(all) != 1 {
		tr.t.Errorf("the clients' processes are %v", all)
	}
}
