//go:build linux

package service

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jump/internal/testwait"
	"jump/transport/wire"
)

// Colours of the screens, as testdata/tree sets them.
const (
	greeterColour = 0x903030
	annaColour    = 0x204080
	benColour     = 0x408020
)

// installed is where the client goes if nobody says.
const installed = "/opt/jumpclient"

// journey is a client in service mode in a booted tree, and its site.
type journey struct {
	*testing.T
	tree *tree
	site *site
}

func begin(t *testing.T) *journey {
	needRoot(t)
	tr := boot(t)
	tr.copy(program("jumpclient"), "/root/jumpclient")
	return &journey{t, tr, newSite(t, tr.net.here)}
}

// install installs a client in service mode, as an administrator would.
func (j *journey) install(name string, args ...string) {
	j.Helper()
	j.tree.run(append([]string{"/root/jumpclient", "install", "--mode", "service", "--key-info", j.site.keyInfo(),
		"--jc-name", name, "--wait-online", "60s"}, args...)...)
}

// TestService follows one client through its life: requirements A3 and A4.
func TestService(t *testing.T) {
	j := begin(t)
	j.install("tree")
	c := j.site.await("tree", "online")
	j.unprivileged()
	j.confined()

	v := j.site.view(c)
	v.shows(790, 590, greeterColour)
	j.nobody()
	j.logIn(v, "anna")
	v.shows(790, 590, annaColour)
	j.types(v, "anna", "hello from afar")
	long := j.startsProgram("anna")

	j.switches(v)
	if long.ProcessState != nil {
		t.Error("a program ended when its user's session went to the background")
	}
	j.offers("ben")
	if err := v.send(wire.TypeLogOut, nil); err != nil {
		t.Fatal(err)
	}
	v.shows(790, 590, greeterColour)
	if err := long.Wait(); err == nil {
		t.Error("a program outlived the session of its user")
	}
	j.logIn(v, "ben")
	v.shows(790, 590, benColour)
	j.runsAs("ben")
	testwait.Eventually(t, "the list says who is at the screen", func() error {
		c, err := j.site.find("tree", "online")
		if c.ConsoleUser != "ben" {
			return fmt.Errorf("%+v, %v", c, err)
		}
		return nil
	})
	if out, err := j.site.jump("logoff", "tree"); err != nil {
		t.Errorf("logoff: %v: %s", err, out)
	}
	v.shows(790, 590, greeterColour)
	if out, err := j.site.jump("logoff", "tree"); err == nil || !strings.Contains(out, "Nobody is logged in") {
		t.Errorf("a second logoff: %v: %s", err, out)
	}

	j.tree.reboot()
	j.site.await("tree", "online")
	j.uninstall()
}

// unprivileged: the process with the network is not root, and listens nowhere.
func (j *journey) unprivileged() {
	j.Helper()
	unit := strings.TrimSpace(j.tree.run("systemctl", "list-units", "--plain", "--no-legend", "--type=service", "jumpclient-*"))
	name, _, _ := strings.Cut(unit, " ")
	pid := strings.TrimSpace(j.tree.run("systemctl", "show", "--property=MainPID", "--value", name))
	status := j.tree.run("cat", "/proc/"+pid+"/status")
	for _, want := range []string{"NoNewPrivs:\t1", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "Seccomp:\t2"} {
		if !strings.Contains(status, want) {
			j.Errorf("the agent runs without %q: %s", want, status)
		}
	}
	if user := strings.TrimSpace(j.tree.run("ps", "-o", "user:32=", "-p", pid)); user != "jumpclient" {
		j.Errorf("the agent runs as %q", user)
	}
	// UDP knows no listening: -u would show every socket that is not connected,
	// the tunnel's own among them. It takes what the site's key has signed for.
	if all := j.tree.run("ss", "-lntp"); strings.Contains(all, "jumpclient") {
		j.Errorf("the client listens: %s", all)
	}
}

// maxExposure is what `systemd-analyze security` may give the agent and the
// broker, in tenths of 10: see docs/SECURITY.md.
const maxExposure = "13"

// confined: the units hold what docs/SECURITY.md says of them.
func (j *journey) confined() {
	j.Helper()
	units, err := filepath.Glob(filepath.Join(j.tree.dir, "etc/systemd/system/jumpclient-*.service"))
	if err != nil || len(units) != 3 {
		j.Fatalf("units %q, %v", units, err)
	}
	for _, u := range units {
		name := filepath.Base(u)
		if strings.HasPrefix(name, "jumpclient-ended-") {
			continue // it uninstalls, as root
		}
		if out, err := j.tree.try("systemd-analyze", "security", "--no-pager", "--threshold="+maxExposure, name); err != nil {
			j.Errorf("%s is exposed: %s", name, out)
		}
	}
}

// nobody: at the sign-in screen there is no user whose shell it could be.
func (j *journey) nobody() {
	j.Helper()
	if out, err := j.site.jump("exec", "tree", "--", "id"); err == nil || !strings.Contains(out, "Nobody is logged in") {
		j.Errorf("a program at the sign-in screen: %v: %s", err, out)
	}
}

// offers makes the next sign-in screen offer a user, as the one who was there
// last.
func (j *journey) offers(name string) {
	j.Helper()
	const state = "/var/lib/lightdm/.cache/lightdm-gtk-greeter/state"
	j.tree.run("install", "-D", "--owner=lightdm", "--group=lightdm", "/dev/null", state)
	j.tree.run("sh", "-c", `printf '[greeter]\nlast-user=%s\n' "$1" > "$2"`, "sh", name, state)
}

// logIn types a password at the sign-in screen, once it asks for that: the
// display manager writes down what it asks. It returns when the viewer sees the
// user's session: the sign-in screen's own seat may have a last look at it, since
// both are on one X server.
func (j *journey) logIn(v *viewer, name string) {
	j.Helper()
	testwait.Eventually(j.T, "the sign-in screen asks for the password of "+name, func() error {
		log, err := j.tree.try("cat", "/var/log/lightdm/lightdm.log")
		_, now, _ := cutLast(log, "Greeter connected")
		if strings.Contains(now, "authentication for "+name) && strings.Contains(now, "Prompt greeter") {
			return nil
		}
		return fmt.Errorf("%v: %s", err, now)
	})
	before := v.seen()
	v.text(name) // which is the password as well
	testwait.Eventually(j.T, "the screen of "+name+" is shown by another seat", func() error {
		if now := v.seen(); now == before {
			return fmt.Errorf("it is still description %d", now)
		}
		return nil
	})
}

// cutLast is strings.Cut at the last place.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// types types into the window of a user's desktop.
func (j *journey) types(v *viewer, user, text string) {
	j.Helper()
	v.shows(200, 60, 0xFFFFFF) // the window is there
	v.click(60, 50)
	v.text(text)
	testwait.Eventually(j.T, "the text arrives", func() error {
		out, err := j.tree.try("cat", "/home/"+user+"/typed")
		if !strings.Contains(out, text) {
			return fmt.Errorf("%q, %v", out, err)
		}
		return nil
	})
}

// runsAs: programs run as the user at the screen, in that desktop.
func (j *journey) runsAs(user string) {
	j.Helper()
	testwait.Eventually(j.T, "programs run as "+user, func() error {
		out, err := j.site.jump("exec", "tree", "--", "sh", "-c", "id -un; echo $HOME; xsetroot -name there && echo seen")
		if want := user + "\n/home/" + user + "\nseen\n"; out != want {
			return fmt.Errorf("%q, %v", out, err)
		}
		return nil
	})
}

// startsProgram starts one that runs until its user has logged out.
func (j *journey) startsProgram(user string) *exec.Cmd {
	j.Helper()
	j.runsAs(user)
	cmd := j.site.command("exec", "tree", "--", "sleep", "1000")
	if err := cmd.Start(); err != nil {
		j.Fatal(err)
	}
	testwait.Eventually(j.T, "the program runs", func() error {
		_, err := j.tree.try("pgrep", "-u", user, "-f", "^sleep 1000")
		return err
	})
	return cmd
}

// switches: another user takes the screen and gives it back.
func (j *journey) switches(v *viewer) {
	j.Helper()
	anna := strings.TrimSpace(j.tree.run("loginctl", "show-seat", "seat0", "--property=ActiveSession", "--value"))
	j.tree.run("systemd-run", "--quiet", "--unit=second", "--uid=ben", "--property=PAMName=login", "--setenv=XDG_SEAT=seat0",
		"--setenv=XDG_SESSION_TYPE=x11", "--setenv=XDG_SESSION_CLASS=user", "--working-directory=/home/ben", "/usr/local/bin/second-desktop")
	var ben string
	testwait.Eventually(j.T, "the second session is there", func() error {
		out, err := j.tree.try("loginctl", "--no-legend")
		for line := range strings.Lines(out) {
			if f := strings.Fields(line); len(f) > 3 && f[2] == "ben" && f[3] == "seat0" {
				ben = f[0]
				return nil
			}
		}
		return fmt.Errorf("%s, %v", out, err)
	})
	j.tree.run("loginctl", "activate", ben)
	v.shows(790, 590, benColour)
	j.types(v, "ben", "and now here")
	j.tree.run("loginctl", "activate", anna)
	v.shows(790, 590, annaColour)
	j.tree.run("systemctl", "stop", "second")
}

// uninstall takes the client off and looks for what is left.
func (j *journey) uninstall() {
	j.Helper()
	j.tree.run(installed+"/uninstall", "--silent")
	j.nothingLeft()
}
