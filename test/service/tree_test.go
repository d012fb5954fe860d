//go:build linux

package service

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
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
)

// suite is the Debian that is booted: the same everywhere, whatever this
// computer runs.
const suite = "bookworm"

// packages are what is in the tree beyond the least that boots: a display
// manager with its greeter, an X server in memory, and what shows itself on it.
var packages = []string{"libpam-systemd", "iproute2", "procps", "xvfb", "xauth", "xterm", "x11-xserver-utils", "lightdm", "lightdm-gtk-greeter", "strace"}

// base returns a tree as debootstrap makes it. It is made once and kept in the
// user's cache directory; tests see copies.
func base(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	sum := sha256.Sum256([]byte(suite + strings.Join(packages, " ")))
	dir := filepath.Join(cache, "jump-tests", "tree-"+hex.EncodeToString(sum[:6]))
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	defer exclusive(t, dir+".lock")()
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	t.Logf("making a tree in %s, which takes a minute or two", dir)
	fresh := dir + ".new"
	must(t, "rm", "-rf", "--one-file-system", fresh)
	must(t, "debootstrap", "--variant=minbase", "--include=systemd,systemd-sysv,dbus", suite, fresh)
	must(t, append([]string{"chroot", fresh, "env", "DEBIAN_FRONTEND=noninteractive", "SYSTEMD_OFFLINE=1", "apt-get", "install",
		"-y", "-qq", "--no-install-recommends", "-o", "DPkg::Options::=--force-unsafe-io"}, packages...)...)
	must(t, "chroot", fresh, "apt-get", "clean")
	if err := os.Rename(fresh, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// exclusive holds a lock that all tests of this computer respect.
func exclusive(t *testing.T, path string) (release func()) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	return func() { f.Close() }
}

// tree is a booted Debian.
type tree struct {
	t      *testing.T
	dir    string
	net    network
	nspawn *exec.Cmd
	said   bytes.Buffer
}

// boot boots a copy of the base tree with two users, anna and ben. It ends with
// the test.
func boot(t *testing.T) *tree {
	t.Helper()
	tr := &tree{t: t, dir: overlay(t, base(t)), net: newNetwork(t)}
	must(t, "cp", "--recursive", "--no-target-directory", "testdata/tree", tr.dir)
	tr.settle()
	t.Cleanup(tr.end)
	tr.start()
	return tr
}

// start switches the tree on, and waits until it is up.
func (tr *tree) start() {
	tr.t.Helper()
	// lightdm keeps passwords in locked memory, and ends where it may not.
	tr.nspawn = exec.Command("systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--console=read-only",
		"--capability=CAP_IPC_LOCK", "--rlimit=RLIMIT_MEMLOCK=infinity",
		"--network-namespace-path=/run/netns/"+tr.net.namespace, "--machine="+tr.net.namespace, "--directory="+tr.dir)
	tr.nspawn.Stdout, tr.nspawn.Stderr = &tr.said, &tr.said
	tr.nspawn.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := tr.nspawn.Start(); err != nil {
		tr.t.Fatal(err)
	}
	eventually(tr.t, "the tree is up", func() error {
		state, err := tr.try("systemctl", "is-system-running")
		if s := strings.TrimSpace(state); s == "running" || s == "degraded" {
			return nil
		}
		return fmt.Errorf("%q, %v", state, err)
	})
}

// overlay mounts a copy of a tree that is forgotten with the test.
func overlay(t *testing.T, lower string) string {
	t.Helper()
	dir := t.TempDir()
	merged := filepath.Join(dir, "merged")
	for _, d := range []string{"upper", "work", "merged"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s/upper,workdir=%s/work", lower, dir, dir)
	must(t, "mount", "-t", "overlay", "overlay", "-o", options, merged)
	t.Cleanup(func() { must(t, "umount", merged) })
	return merged
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
	pid := tr.nspawn.Process.Pid
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return 0
	}
	for _, child := range strings.Fields(string(children)) {
		name, _ := os.ReadFile("/proc/" + child + "/comm")
		if strings.TrimSpace(string(name)) == "systemd" {
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
	late := time.AfterFunc(patience, func() { _ = syscall.Kill(-tr.nspawn.Process.Pid, syscall.SIGKILL) })
	defer late.Stop()
	_ = tr.nspawn.Wait()
}

// copy copies a program into the tree.
func (tr *tree) copy(from, to string) {
	tr.t.Helper()
	must(tr.t, "install", "-D", "-m", "755", from, filepath.Join(tr.dir, to))
}

func (tr *tree) end() {
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
