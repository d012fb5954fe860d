//go:build linux

package linux

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"jump/internal/testtree"
	"jump/platform/child"
)

// tree is a Debian that has its own files and processes, but this computer's
// network. It is not booted: nothing runs in it but what the test starts.
type tree struct {
	t    *testing.T
	root string
	pid  int // of its first process, as this computer counts
}

// newTree makes a tree with the ordinary users username and jsmith, whose sh is
// the shell of that name.
func newTree(t *testing.T, shell string) *tree {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can make a Debian tree and enter it")
	}
	tr := &tree{t: t, root: testtree.Overlay(t, testtree.Base(t))}
	for _, user := range []string{"username", "jsmith"} {
		must(t, "chroot", tr.root, "useradd", "--create-home", "--shell", "/bin/sh", user)
	}
	sh := filepath.Join(tr.root, "bin/sh")
	if err := errors.Join(os.Remove(sh), os.Symlink(shell, sh)); err != nil {
		t.Fatal(err)
	}
	tr.start()
	return tr
}

// first is the first process of a tree: it mounts /proc and waits for orphans.
const first = `mount -t proc proc /proc && echo ready; while :; do sleep 3600 & wait; done`

// start starts the first process. All others end with it.
func (tr *tree) start() {
	tr.t.Helper()
	cmd := exec.Command("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private",
		"chroot", tr.root, "dash", "-c", first)
	out, err := cmd.StdoutPipe()
	if err != nil {
		tr.t.Fatal(err)
	}
	p, err := child.Start(cmd)
	if err != nil {
		tr.t.Fatal(err)
	}
	tr.t.Cleanup(func() { _ = p.Stop(0) })
	if _, err := out.Read(make([]byte, len("ready\n"))); err != nil {
		tr.t.Fatal(err)
	}
	path := fmt.Sprintf("/proc/%d/task/%d/children", cmd.Process.Pid, cmd.Process.Pid)
	b, err := os.ReadFile(path)
	if err == nil {
		tr.pid, err = strconv.Atoi(strings.TrimSpace(string(b)))
	}
	if err != nil {
		tr.t.Fatal(err)
	}
}

// as runs a command line in a user's shell in the tree, beginning in that
// user's home directory, as if it was typed there.
func (tr *tree) as(user, line string) result {
	tr.t.Helper()
	return tr.exec("su", "-", user, "-c", line)
}

// exec runs a program in the tree as root.
func (tr *tree) exec(args ...string) result {
	tr.t.Helper()
	enter := []string{"--target", strconv.Itoa(tr.pid), "--mount", "--pid", "--root", "--wd", "--"}
	env := []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}
	return try(tr.t, nil, "nsenter", append(append(enter, append([]string{"env", "-i"}, env...)...), args...)...)
}

// path returns where a file of the tree is for this computer.
func (tr *tree) path(inside string) string { return filepath.Join(tr.root, inside) }

// snapshot describes all files of the tree, but what the system writes itself.
func (tr *tree) snapshot() string {
	tr.t.Helper()
	return must(tr.t, "find", tr.root, "-xdev", "-path", tr.path("proc"), "-prune", "-o",
		"(", "-type", "d", "-printf", `%M %u %P\n`, ")", "-o", "-printf", `%M %u %s %T@ %P %l\n`)
}
