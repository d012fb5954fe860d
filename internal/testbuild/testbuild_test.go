package testbuild

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestPrograms(t *testing.T) {
	dir := t.TempDir()
	if err := Programs(dir, "jump/cmd/jumpclient"); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	out, err := exec.Command(filepath.Join(dir, entries[0].Name()), "version").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := Programs(dir, "jump/cmd/nothing"); err == nil || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("a command that does not exist: %v", err)
	}
}

// TestKept: what was built before is linked again only if it has to be.
func TestKept(t *testing.T) {
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	const command = "jump/packaging/make"
	built := func() (kept os.FileInfo) {
		t.Helper()
		dir := t.TempDir()
		if err := Programs(dir, command); err != nil {
			t.Fatal(err)
		}
		name := Target{}.name(command)
		if _, err := exec.LookPath(Path(dir, name)); err != nil {
			t.Error(err)
		}
		if all, err := os.ReadDir(dir); err != nil || len(all) != 1 {
			t.Errorf("%v, %v", all, err)
		}
		if kept, err = os.Stat(filepath.Join(Target{}.kept(), name)); err != nil {
			t.Fatal(err)
		}
		return kept
	}
	first := built()
	if again := built(); !os.SameFile(first, again) {
		t.Error("linked again")
	}
	another, err := os.Executable()
	if err == nil {
		err = duplicate(another, filepath.Join(Target{}.kept(), first.Name()))
	}
	if err != nil {
		t.Fatal(err)
	}
	if now := built(); now.Size() != first.Size() {
		t.Errorf("in the place of another program, %d bytes, want %d", now.Size(), first.Size())
	}
}
