//go:build linux

package service

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"jump/internal/testtree"
	"jump/internal/testwait"
	"jump/platform/child"
)

// packages are what is in the tree beyond the least: what boots it, a display
// manager with its greeter, an X server in memory, what shows itself on it, and
// strace.
var packages = []string{"systemd", "systemd-sysv", "dbus", "libpam-systemd", "iproute2", "procps",
	"xvfb", "xauth", "xterm", "x11-xserver-utils", "lightdm", "lightdm-gtk-greeter", "strace"}

// tree is a booted Debian.
type tree struct {
	t      *testing.T
	dir    string
	net    network
	nspawn *child.Process // nil before it was started
	pid    int            // of unshare(1), its parent
	said   bytes.Buffer
}

// boot boots a copy of the base tree with two users, anna and ben. It ends with
// the test.
func boot(t *testing.T) *tree {
	t.Helper()
	tr := &tree{t: t, dir: testtree.Overlay(t, testtree.With(t, packages...)), net: newNetwork(t)}
	must(t, "cp", "--recursive", "--no-target-directory", "testdata/tree", tr.dir)
	tr.settle()
	t.Cleanup(tr.end)
	tr.start()
	return tr
}

// start switches the tree on, and waits until it is up.
func (tr *tree) start() {
	tr.t.Helper()
	// All processes are in a namespace of nspawn's, so that nspawn's death is
	// theirs. lightdm keeps passwords in locked memory, and ends where it may not.
	cmd := exec.Command("unshare", "--pid", "--mount-proc", "--fork", "--kill-child", "systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--console=read-only",
		"--capability=CAP_IPC_LOCK", "--rlimit=RLIMIT_MEMLOCK=infinity",
		"--network-namespace-path=/run/netns/"+tr.net.namespace, "--machine="+tr.net.namespace, "--directory="+tr.dir)
	cmd.Stdout, cmd.Stderr = &tr.said, &tr.said
	p, err := child.Start(cmd)
	if err != nil {
		tr.t.Fatal(err)
	}
	tr.nspawn, tr.pid = p, cmd.Process.Pid
	testwait.Eventually(tr.t, "the tree is up", func() error {
		state, err := tr.try("systemctl", "is-system-running")
		if s := strings.TrimSpace(state); s == "running" || s == "degraded" {
			return nil
		}
		return fmt.Errorf("%q, %v", state, err)
	})
}

// settle makes what cannot be a file in testdata.
func (tr *tree) settle() {
	tr.t.Helper()
	for _, name := range []string{"lightdm", "lightdm-greeter", "lightdm-autologin"} {
		path := filepath.Join(tr.dir, "etc/pam.d", name)
		old, err := os.ReadFile(path)
		if err != nil {
			tr.t.Fatal(err)
		}
		// lightdm always counts consoles, logind has none here and would refuse.
		first := "session required pam_env.so readenv=0 conffile=/etc/security/no-console.conf\n"
		if err := os.WriteFile(path, append([]byte(first), old...), 0o644); err != nil {
			tr.t.Fatal(err)
		}
	}
	for _, user := range []string{"anna", "ben"} {
		must(tr.t, "chroot", tr.dir, "useradd", "--create-home", "--shell", "/bin/bash", user)
		must(tr.t, "sh", "-c", `echo "$1:$1" | chroot "$2" chpasswd`, "sh", user, tr.dir)
	}
}

// leader returns the process that is number 1 in there, 0 if there is none now.
func (tr *tree) leader() int {
	if tr.nspawn == nil {
		return 0
	}
	nspawn := childOf(tr.pid, "systemd-nspawn")
	return childOf(nspawn, "systemd")
}

// childOf returns the child of that name of a process with one thread, 0 if
// there is none now.
func childOf(pid int, name string) int {
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return 0
	}
	for child := range strings.FieldsSeq(string(children)) {
		comm, _ := os.ReadFile("/proc/" + child + "/comm")
		if strings.TrimSpace(string(comm)) == name {
			n, _ := strconv.Atoi(child)
			return n
		}
	}
	return 0
}

// command returns a command that runs in the tree as root.
func (tr *tree) command(args ...string) *exec.Cmd {
	all := append([]string{"--target", strconv.Itoa(tr.leader()), "--all", "--",
		"env", "--chdir=/", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, args...)
	return exec.Command("nsenter", all...)
}

// try runs a command in the tree and returns what it prints.
func (tr *tree) try(args ...string) (string, error) {
	if tr.leader() == 0 {
		return "", errors.New("the tree is down")
	}
	out, err := tr.command(args...).CombinedOutput()
	return string(out), err
}

// run is try for commands that must work.
func (tr *tree) run(args ...string) string {
	tr.t.Helper()
	out, err := tr.try(args...)
	if err != nil {
		tr.t.Fatalf("%s: %v: %s", strings.Join(args, " "), err, out)
	}
	return out
}

// reboot reboots the tree and waits until it is up again. nspawn ends when the
// tree goes down, as it would below a service manager.
func (tr *tree) reboot() {
	tr.t.Helper()
	tr.run("systemctl", "reboot")
	tr.wait(patience)
	tr.start()
}

// wait waits for nspawn's end, and makes it happen if that takes too long.
func (tr *tree) wait(patience time.Duration) {
	select {
	case <-tr.nspawn.Done():
	case <-time.After(patience):
	}
	if err := tr.nspawn.Stop(0); err != nil {
		tr.t.Error(err)
	}
}

// copy copies a program into the tree.
func (tr *tree) copy(from, to string) {
	tr.t.Helper()
	must(tr.t, "install", "-D", "-m", "755", from, filepath.Join(tr.dir, to))
}

func (tr *tree) end() {
	if tr.nspawn == nil {
		return
	}
	if tr.t.Failed() && tr.leader() != 0 {
		journal, _ := tr.try("journalctl", "--no-pager", "--lines=150", "--output=short-precise")
		tr.t.Logf("journal:\n%s", journal)
	}
	if leader := tr.leader(); leader != 0 {
		_ = syscall.Kill(leader, syscall.SIGKILL)
	}
	tr.wait(20 * time.Second)
	if tr.t.Failed() {
		tr.t.Logf("console:\n%s", tr.said.String())
	}
}
