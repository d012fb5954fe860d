//go:build unix

package terminal

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"os/user"
	"strings"
)

// loginShell returns the shell of the user of this process: what the user
// database says, else $SHELL, else /bin/sh.
func loginShell() string {
	candidates := []string{os.Getenv("SHELL")}
	if u, err := user.Current(); err == nil {
		if f, err := os.Open("/etc/passwd"); err == nil {
			defer f.Close()
			candidates = append([]string{shellOf(f, u.Uid)}, candidates...)
		}
	}
	for _, c := range candidates {
		if strings.HasPrefix(c, "/") && runnable(c) {
			return c
		}
	}
	return "/bin/sh"
}

func runnable(path string) bool {
	_, err := exec.LookPath(path)
	return err == nil
}

// shellOf reads passwd(5), whose lines are
// name:password:uid:gid:comment:home:shell.
func shellOf(passwd io.Reader, uid string) string {
	lines := bufio.NewScanner(passwd)
	for lines.Scan() {
		if f := strings.Split(lines.Text(), ":"); len(f) == 7 && f[2] == uid {
			return f[6]
		}
	}
	return ""
}
