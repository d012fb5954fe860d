package lock

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMain lets the test program be the other process.
func TestMain(m *testing.M) {
	if path := os.Getenv("LOCK_TEST_HOLD"); path != "" {
		if _, err := Acquire(path); err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString("held\n")
		os.Stdin.Read(make([]byte, 1)) // until killed
	}
	os.Exit(m.Run())
}

func TestOneProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	expect(t, path, false)
	a, err := Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, path, true)
	if _, err := Acquire(path); !errors.Is(err, ErrHeld) {
		t.Errorf("second lock: %v", err)
	}
	if err := a.Release(); err != nil {
		t.Error(err)
	}
	expect(t, path, false)
	b, err := Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	b.Release()
}

// TestKilled: a process that is killed holds nothing.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), "LOCK_TEST_HOLD="+path)
	if _, err := other.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	expect(t, path, true)
	other.Process.Kill()
	other.Wait()
	expect(t, path, false)
}

func expect(t *testing.T, path string, want bool) {
	t.Helper()
	if got, err := Held(path); err != nil || got != want {
		t.Errorf("Held: %v, %v; want %v", got, err, want)
	}
}

func TestNoDirectory(t *testing.T) {
	if _, err := Acquire(filepath.Join(t.TempDir(), "missing", "lock")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestNoLink: a lock of whose file another account has made a link is not taken,
// since what it leads to would be overwritten.
func TestNoLink(t *testing.T) {
	dir := t.TempDir()
	precious, path := filepath.Join(dir, "precious"), filepath.Join(dir, "lock")
	if err := errors.Join(os.WriteFile(precious, []byte("x"), 0o600), os.Symlink(precious, path)); err != nil {
		t.Fatal(err)
	}
	if f, err := Acquire(path); err == nil {
		f.Release()
		t.Error("the link was followed")
	}
	if b, err := os.ReadFile(precious); string(b) != "x" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := Held(path); err == nil {
		t.Error("the link was looked at")
	}
}
