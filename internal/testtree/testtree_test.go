//go:build linux

package testtree

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOverlay: what is changed in a copy is not changed in the tree, and the copy
// goes with its test.
func TestOverlay(t *testing.T) {
	needRoot(t)
	lower, tree := t.TempDir(), ""
	t.Run("lives", func(t *testing.T) {
		tree = Overlay(t, lower)
		if err := os.WriteFile(filepath.Join(tree, "new"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if sweep(t); !mounted(t, tree) {
			t.Error("a test that lives has lost its tree")
		}
	})
	if mounted(t, tree) {
		t.Errorf("%s is mounted", tree)
	}
	if all, err := os.ReadDir(lower); err != nil || len(all) > 0 {
		t.Errorf("the tree itself has %v, %v", all, err)
	}
}

// TestSweep: what a test that was killed has left mounted is removed.
func TestSweep(t *testing.T) {
	needRoot(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, owned), nil, 0o600); err != nil { // which nobody holds
		t.Fatal(err)
	}
	tree := mount(t, t.TempDir(), dir)
	if sweep(t); mounted(t, tree) {
		t.Errorf("%s is mounted", tree)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is there: %v", dir, err)
	}
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("mounting needs root")
	}
}

func mounted(t *testing.T, path string) bool {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(mounts), " "+path+" ")
}
