//go:build linux

// Package testtree gives tests trees of files with a Debian in them, which they
// may change as they like.
//
// It is not what runs in them: booting and entering a tree is the test's matter.
// It needs root, debootstrap and overlayfs.
package testtree

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// suite is the Debian in the trees: the same everywhere, whatever this computer
// runs.
const suite = "bookworm"

// plain is what is in every tree beyond the least there is: a third shell, and
// something that starts programs at boot.
const plain = "busybox,cron"

// Base returns a tree with little in it. It is made once, in a minute, and kept
// in the user's cache directory. Nobody changes it: see Overlay.
func Base(t testing.TB) string {
	t.Helper()
	return kept(t, "plain", plain, func(dir string) {
		run(t, "debootstrap", "--variant=minbase", "--include="+plain, suite, dir)
	})
}

// With returns a tree like Base that has more packages, without what they
// recommend.
func With(t testing.TB, packages ...string) string {
	t.Helper()
	base := Base(t)
	return kept(t, "more", base+strings.Join(packages, " "), func(dir string) {
		run(t, "cp", "--archive", "--no-target-directory", base, dir)
		run(t, append([]string{"chroot", dir, "env", "DEBIAN_FRONTEND=noninteractive", "SYSTEMD_OFFLINE=1", "apt-get", "install",
			"-y", "-qq", "--no-install-recommends", "-o", "DPkg::Options::=--force-unsafe-io"}, packages...)...)
		run(t, "chroot", dir, "apt-get", "clean")
	})
}

// kept returns a tree of that name and content, which make makes if it is not in
// the cache directory yet.
func kept(t testing.TB, name, content string, make func(dir string)) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	sum := sha256.Sum256([]byte(suite + " " + content))
	dir := filepath.Join(cache, "jump-tests", name+"-"+hex.EncodeToString(sum[:6]))
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	lock, err := claim(dir+".lock", syscall.LOCK_EX) // all tests of this computer respect it
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	t.Logf("making a tree in %s, which takes a minute", dir)
	fresh := dir + ".new"
	run(t, "rm", "-rf", "--one-file-system", fresh)
	make(fresh)
	if err := os.Rename(fresh, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// claim opens a file, which it makes if need be, and locks it until it is closed
// or this process is gone, however it goes.
func claim(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return f, nil
}

func run(t testing.TB, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", strings.Join(args, " "), err, out)
	}
}

// Names in the directory of an overlay.
const (
	owned  = "owned" // locked by the test
	merged = "merged"
)

var sweeping sync.Once

// Overlay mounts a copy of a tree that is forgotten with the test, and removes
// what tests that were killed have left mounted.
func Overlay(t testing.TB, lower string) string {
	t.Helper()
	sweeping.Do(func() { sweep(t) })
	dir := t.TempDir()
	lock, err := claim(filepath.Join(dir, owned), syscall.LOCK_EX)
	if err != nil {
		t.Fatal(err)
	}
	tree := mount(t, lower, dir)
	t.Cleanup(func() {
		defer lock.Close()
		if err := syscall.Unmount(tree, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", tree, err)
		}
	})
	return tree
}

func mount(t testing.TB, lower, dir string) string {
	t.Helper()
	for _, d := range []string{"upper", "work", merged} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	tree := filepath.Join(dir, merged)
	run(t, "mount", "-t", "overlay", "overlay", "-o", fmt.Sprintf("lowerdir=%s,upperdir=%s/upper,workdir=%s/work", lower, dir, dir), tree)
	return tree
}

// sweep unmounts and removes the overlays whose test is gone.
func sweep(t testing.TB) {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(mounts)) {
		f := strings.Fields(line) // spaces in names are escaped; temporary folders have none
		if len(f) < 3 || f[2] != "overlay" || filepath.Base(f[1]) != merged {
			continue
		}
		dir := filepath.Dir(f[1])
		if _, err := os.Stat(filepath.Join(dir, owned)); errors.Is(err, fs.ErrNotExist) {
			continue // somebody else's
		}
		lock, err := claim(filepath.Join(dir, owned), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != nil {
			continue // its test lives
		}
		t.Logf("a test that was killed left %s mounted", f[1])
		if syscall.Unmount(f[1], syscall.MNT_DETACH) == nil {
			_ = exec.Command("rm", "-rf", "--one-file-system", dir).Run()
		}
		lock.Close()
	}
}
