package acl

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "client")
	if err := MakeFolder(dir, Folder); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "x.exe")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
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
