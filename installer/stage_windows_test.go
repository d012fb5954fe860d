package installer

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSweep: what is old and ours goes, and nothing else.
func TestSweep(t *testing.T) {
	top := filepath.Join(os.TempDir(), "jump-sweep-"+rand.Text())
	t.Cleanup(func() { _ = removeTree(top) })
	left := filepath.Join(hiddenBeside(filepath.Join(top, "x")), "state")
	others := filepath.Join(top, "JumpClient")
	for _, dir := range []string{left, others} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	sweep(top, time.Now().Add(-abandoned))
	if _, err := os.Lstat(left); err != nil {
		t.Errorf("what may be in use was removed: %v", err)
	}
	sweep(top, time.Now().Add(abandoned))
	if _, err := os.Lstat(filepath.Dir(left)); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
	if _, err := os.Lstat(others); err != nil {
		t.Errorf("another folder was removed: %v", err)
	}
}
