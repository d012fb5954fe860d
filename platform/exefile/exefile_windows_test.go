package exefile

import (
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestMain is also the program that is removed while it runs, and the one that
// sweeps up after it.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != "sweep" && os.Args[1] != "vanish" {
		os.Exit(m.Run())
	}
	var err error
	if os.Args[1] == "sweep" {
		err = Sweep(context.Background(), os.Args[2])
	} else {
		err = Remove(os.Args[2], os.Args[3], "sweep")
	}
	if err != nil {
		panic(err)
	}
	os.Exit(0)
}

// TestRemove: a program takes itself out of its folder, and nothing is left of
// it or of its helper.
func TestRemove(t *testing.T) {
	// Not t.TempDir: it is removed by a call that wine does not have.
	top := filepath.Join(os.TempDir(), "jump-exefile-"+rand.Text())
	dir := filepath.Join(top, "client")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(top) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "x.exe")
	if err := copyFile(program, self); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "vanish", program, top).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.Remove(dir); err != nil {
		t.Errorf("the folder is not empty: %v", err)
	}
	empty(t, top)
	if err := Remove(program, top, "sweep"); err != nil {
		t.Errorf("removed twice: %v", err)
	}
}

// empty waits until nothing is in a folder.
func empty(t *testing.T, dir string) {
	t.Helper()
	limit := time.After(time.Minute)
	for {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) == 0 {
			return
		}
		select {
		case <-time.After(sweepEvery):
		case <-limit:
			t.Fatalf("there is still %v", entries)
		}
	}
}
