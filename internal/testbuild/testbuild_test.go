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
