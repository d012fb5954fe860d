//go:build linux

package linux

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jump/internal/strace"
	"jump/internal/testwait"
)

// points is at how many system calls a test kills, of those that others may see;
// JUMP_SOAK=1 takes all there are.
const points = 24

// bench is where a client is installed and killed again and again: an empty
// directory of an ordinary user, on this computer.
type bench struct {
	t       *testing.T
	site    *site
	uid     string // of the installer
	program string // jumpclient, under a name by which this bench's processes are told
	root    string
	dir     string // of the client
	user    string
	install []string
	env     []string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Fatal("strace is not installed: run `make setup`")
	}
	root := t.TempDir()
	b := &bench{t: t, program: filepath.Join(t.TempDir(), "jumpclient"), root: root, dir: filepath.Join(root, "above", "client")}
	must(t, "cp", "--link", program("jumpclient"), b.program)
	b.install = []string{b.program, "install", "--headless", "--install-dir", b.dir}
	if os.Geteuid() == 0 {
		b.user = "nobody"
		b.install = append(b.install, "--user", b.user)
		must(t, "chown", b.user, root)
		for dir := filepath.Dir(root); dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil { // for nobody
				t.Fatal(err)
			}
		}
	}
	b.site = newSite(t)
	uid, key := b.site.key()
	b.uid = uid
	b.env = []string{"JUMP_KEY_INFO=" + key.String()}
	return b
}

func (b *bench) run(args ...string) result { return try(b.t, b.env, args[0], args[1:]...) }

// calls returns the system calls of a command at which a test kills it: points of
// all, or all of them.
func (b *bench) calls(whom []string, args ...string) []string {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "trace")
	if r := b.run(append(append(append([]string{"strace"}, whom...), "-qq", "-o", file), args...)...); r.status != 0 {
		b.t.Fatal(r)
	}
	f, err := os.Open(file)
	if err != nil {
		b.t.Fatal(err)
	}
	defer f.Close()
	all, err := strace.Calls(f)
	if err != nil {
		b.t.Fatal(err)
	}
	some := all
	if os.Getenv("JUMP_SOAK") == "" {
		some = strace.Sample(strace.Visible(all), points)
	}
	b.t.Logf("killed at %d of %d system calls", len(some), len(all))
	return some
}

// kill runs a command that is killed at that call, and waits for those who clean
// up.
func (b *bench) kill(whom []string, at string, args ...string) result {
	b.t.Helper()
	r := b.run(append(append(append([]string{"strace"}, whom...), "-qq", "-o", "/dev/null", "-e", "inject="+at), args...)...)
	testwait.Eventually(b.t, "nobody is busy any more", b.idle)
	return r
}

// idle returns an error while a process runs whose program is the client's.
func (b *bench) idle() error {
	all, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		return err
	}
	for _, link := range all {
		exe, err := os.Readlink(link)
		if err == nil && (strings.HasPrefix(exe, b.root) || strings.HasPrefix(exe, b.program)) {
			return fmt.Errorf("%s runs %s", filepath.Dir(link), exe)
		}
	}
	return nil
}

// there returns what is below the bench, the client's own files left out.
func (b *bench) there() (others []string, client bool) {
	b.t.Helper()
	err := filepath.WalkDir(b.root, func(path string, _ os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == b.dir:
			client = true
			return filepath.SkipDir
		case path != b.root && path != filepath.Dir(b.dir):
			others = append(others, path)
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return others, client
}

// works demands that what is installed is all of a client, and takes it off.
func (b *bench) works(at string) {
	b.t.Helper()
	for _, args := range [][]string{{"init-script", "start"}, {"init-script", "status"}, {"uninstall"}} {
		if r := b.run(append([]string{filepath.Join(b.dir, args[0])}, args[1:]...)...); r.status != 0 {
			b.t.Errorf("killed at %s: %s: %v", at, strings.Join(args, " "), r)
		}
	}
}

// nothing demands that no trace is left.
func (b *bench) nothing(at string) {
	b.t.Helper()
	if left := must(b.t, "find", b.root, "-mindepth", "1"); left != "" {
		b.t.Errorf("killed at %s: there is left\n%s", at, left)
		must(b.t, "find", b.root, "-mindepth", "1", "-delete")
	}
}

// TestKillInstaller kills an installation at its system calls.
func TestKillInstaller(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	calls := b.calls(strace.OneProcess, b.install...)
	b.works("no call")
	b.nothing("no call")
	for _, at := range calls {
		b.kill(strace.OneProcess, at, b.install...)
		others, client := b.there()
		if len(others) > 0 {
			t.Errorf("killed at %s: there is left %q", at, others)
		}
		if client {
			b.works(at)
		}
		b.nothing(at)
	}
}

// TestKillAll kills an installation with all who help it. What they may leave is
// hidden, and gone after the next.
func TestKillAll(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	calls := b.calls(strace.Everybody, b.install...)
	b.works("no call")
	for _, at := range calls {
		b.kill(strace.Everybody, at, b.install...)
		if _, client := b.there(); !client {
			if r := b.run(b.install...); r.status != 0 {
				t.Fatalf("killed at %s, and then: %v", at, r)
			}
		}
		b.works(at)
		b.nothing(at)
	}
}

// TestKillUninstaller kills an uninstallation: it is finished by who watches
// over it, or the client is whole.
func TestKillUninstaller(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	uninstall := []string{filepath.Join(b.dir, "jumpclient"), "uninstall"}
	again := func() {
		t.Helper()
		if r := b.run(b.install...); r.status != 0 {
			t.Fatal(r)
		}
	}
	again()
	for _, at := range b.calls(strace.OneProcess, uninstall...) {
		again()
		b.kill(strace.OneProcess, at, uninstall...)
		if _, client := b.there(); client {
			b.works(at)
		}
		b.nothing(at)
	}
}

// TestKillShell kills the shell of a self-extracting installer, whose program may
// go on alone.
func TestKillShell(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	bin, temp := filepath.Join(t.TempDir(), "x.bin"), t.TempDir()
	_, key := b.site.key()
	b.site.bin(bin, key, true)
	b.env = append(b.env, "TMPDIR="+temp)
	for _, shell := range [][]string{{"dash"}, {"bash"}, {"busybox", "sh"}} {
		install := append(append(slices.Clone(shell), bin), b.install[2:]...)
		calls := b.calls(strace.OneProcess, install...)
		b.works("no call")
		for i := 0; i < len(calls); i += shellStride() {
			at := strings.Join(shell, " ") + ": " + calls[i]
			b.kill(nil, calls[i], install...)
			testwait.Eventually(t, "what was unpacked is removed", func() error {
				if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
					return fmt.Errorf("%v, %v", left, err)
				}
				return b.idle()
			})
			if _, client := b.there(); client {
				b.works(at)
			}
			b.nothing(at)
		}
	}
}

// shellStride makes the points fewer: each takes a second or so.
func shellStride() int {
	if os.Getenv("JUMP_SOAK") != "" {
		return 1
	}
	return 6
}

// TestKillState kills a client where it writes its key and its status. It ends by
// itself, since its site refuses it; whenever it is killed, what it finds the
// next time is whole.
func TestKillState(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.site.jump("installer", "revoke", b.uid)
	if r := b.run(b.install...); r.status != 0 {
		t.Fatal(r)
	}
	const refused = 3
	run := []string{filepath.Join(b.dir, "jumpclient"), "run", "--dir", b.dir}
	if b.user != "" {
		run = append([]string{"setpriv", "--reuid", b.user, "--clear-groups"}, run...)
	}
	id := ""
	for _, call := range []string{"openat", "write", "fsync", "renameat", "unlinkat"} {
		for n := 1; ; n++ {
			at := fmt.Sprintf("%s:signal=SIGKILL:when=%d", call, n)
			killed := b.kill(strace.Everybody, at, run...)
			r := b.run(run...)
			if r.status != refused {
				t.Fatalf("killed at %s, and then: %v", at, r)
			}
			now := must(t, "grep", "-h", `"id"`, filepath.Join(b.dir, "state/status.json"))
			if id != "" && now != id {
				t.Errorf("killed at %s: it is %s and was %s", at, now, id)
			}
			id = now
			if killed.status == refused {
				break // there is no n-th call
			}
		}
	}
	if r := b.run(filepath.Join(b.dir, "uninstall")); r.status != 0 {
		t.Error(r)
	}
	b.nothing("the end")
}
