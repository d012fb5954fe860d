package installer

import (
	"os/exec"
	"strings"
	"testing"

	"jump/platform/account"
)

// nasty is what Validate would refuse; the writers stand on their own feet.
var nasty = []string{"/a b", `/it's`, `/"q"`, "/$(id)", "/`id`", `/back\slash`, "/%h", "/${HOME}", "/a;b&c|d", "/-x", "/ä€"}

// TestShellQuote asks real shells.
func TestShellQuote(t *testing.T) {
	for _, shell := range [][]string{{"sh"}, {"bash"}, {"busybox", "sh"}} {
		for _, s := range nasty {
			cmd := exec.Command(shell[0], append(shell[1:], "-c", "printf %s "+shellQuote(s))...)
			if out, err := cmd.Output(); err != nil || string(out) != s {
				t.Errorf("%v: %q became %q, %v", shell, s, out, err)
			}
		}
	}
}

// TestCronLine: cron cuts a line at a percent sign, and gives the rest to sh.
func TestCronLine(t *testing.T) {
	line := cronLine("/home/jane doe/100%")
	if want := `@reboot '/home/jane doe/100\%/init-script' start # ` + ServiceName("/home/jane doe/100%"); line != want {
		t.Errorf("%s, want %s", line, want)
	}
	table := "# mine\n* * * * * true\n" + line + "\n"
	if got := without(table, "/home/jane doe/100%"); got != "# mine\n* * * * * true\n" {
		t.Errorf("%q", got)
	}
	if got := without(table, "/elsewhere"); got != table {
		t.Errorf("%q", got)
	}
}

func TestDesktopEntry(t *testing.T) {
	for dir, want := range map[string]string{
		"/home/jane/jc": `Exec="/home/jane/jc/init-script" restart`,
		"/a b":          `Exec="/a b/init-script" restart`,
		"/%f":           `Exec="/%%f/init-script" restart`,
		"/$x":           `Exec="/\\$x/init-script" restart`,
		`/a"b`:          `Exec="/a\\"b/init-script" restart`,
		"/a\nExec=b":    `Exec="/a\nExec=b/init-script" restart`,
	} {
		if text := autostartText(dir); !strings.Contains(text, "\n"+want+"\n") || strings.Count(text, "\nExec=") != 1 {
			t.Errorf("%q: %s", dir, text)
		}
	}
}

func TestUnit(t *testing.T) {
	for dir, want := range map[string]string{
		"/home/jane/jc": `ExecStart="/home/jane/jc/jumpclient" "run" "--dir" "/home/jane/jc"`,
		"/a b":          `ExecStart="/a b/jumpclient" "run" "--dir" "/a b"`,
		"/%h$x":         `ExecStart="/%%h$$x/jumpclient" "run" "--dir" "/%%h$$x"`,
		`/a"\`:          `ExecStart="/a\"\\/jumpclient" "run" "--dir" "/a\"\\"`,
		"/a\nUser=b":    `ExecStart="/a\nUser=b/jumpclient" "run" "--dir" "/a\nUser=b"`,
	} {
		text := unitText(dir, account.Account{UID: 1000})
		if !strings.Contains(text, "\n"+want) || strings.Count(text, "\nUser=") != 1 || !strings.Contains(text, "\nUser=1000\n") {
			t.Errorf("%q: %s", dir, text)
		}
	}
}

// TestBootScript: the shell of su gets one word, whatever is in it.
func TestBootScript(t *testing.T) {
	for _, dir := range nasty {
		text := bootScriptText(dir, account.Account{Name: "jane"})
		check := exec.Command("sh", "-n")
		check.Stdin = strings.NewReader(text)
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("%q: %v: %s", dir, err, out)
		}
		// A su that prints the command as its shell would see it.
		script := `su() { eval "set -- $4"; printf %s "$1"; }` + "\n" + strings.Replace(text, "exec su", "su", 1)
		out, _ := exec.Command("sh", "-c", script, "sh", "start").Output()
		if got, _, _ := strings.Cut(string(out), "\n"); got != dir+"/init-script" {
			t.Errorf("%q: su would run %q", dir, got)
		}
	}
}
