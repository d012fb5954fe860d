package acl

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
)

func TestFolder(t *testing.T) {
	// Not t.TempDir: it is removed by a call that wine does not have.
	dir := filepath.Join(os.TempDir(), "jump-acl-"+rand.Text())
	t.Cleanup(func() { os.Remove(dir) })
	if err := MakeFolder(dir, Folder); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "x.exe")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(file) })
	if err := Set(file, Program); err != nil {
		t.Error(err)
	}
	if err := CheckParents(dir); err != nil {
		t.Error(err)
	}
	if err := MakeFolder(dir, Folder); !os.IsExist(err) {
		t.Errorf("made twice: %v", err)
	}
}
