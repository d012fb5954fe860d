package account

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	root, err := Lookup("root")
	if err != nil || root.UID != 0 || root.Home == "" {
		t.Errorf("%+v, %v", root, err)
	}
	for _, name := range []string{"", "-u", "nobody-of-that-name", "root\n"} {
		if a, err := Lookup(name); !errors.Is(err, ErrUnknown) {
			t.Errorf("%q: %+v, %v", name, a, err)
		}
	}
	me, err := Current()
	if err != nil || !me.Own() {
		t.Errorf("%+v, %v", me, err)
	}
}

func nobody(t *testing.T) Account {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can act for others")
	}
	a, err := Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestDo: files are made with the account's rights and no others, and only
// inside.
func TestDo(t *testing.T) {
	a := nobody(t)
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(dir, "open")
	for path := dir; path != os.TempDir() && path != "/"; path = filepath.Dir(path) {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir(open, 0o755), os.Chown(open, int(a.UID), int(a.GID))); err != nil {
		t.Fatal(err)
	}
	err := a.Do(func() error { _, err := os.ReadFile(secret); return err })
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("root's file was read: %v", err)
	}
	err = a.Do(func() error { return os.WriteFile(filepath.Join(dir, "x"), nil, 0o600) })
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("root's directory was written to: %v", err)
	}
	mine := filepath.Join(open, "mine")
	if err := a.Do(func() error { return os.WriteFile(mine, nil, 0o600) }); err != nil {
		t.Error(err)
	}
	if owner, err := Owner(mine); err != nil || owner.UID != a.UID {
		t.Errorf("the file is %+v's, %v", owner, err)
	}
	if _, err := os.ReadFile(secret); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestBecome: a program runs as the account alone, with its groups, and knows
// nothing of our environment.
func TestBecome(t *testing.T) {
	a := nobody(t)
	t.Setenv("JUMP_SECRET", "x")
	cmd := exec.Command("sh", "-c", "id -u; id -ru; id -G; env")
	a.Become(cmd)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(out), "\n")
	if lines[0] != lines[1] || lines[0] == "0" || slices.Contains(strings.Fields(lines[2]), "0") {
		t.Errorf("it ran as %q", lines[:3])
	}
	if strings.Contains(string(out), "JUMP_SECRET") || !strings.Contains(string(out), "HOME="+a.Home+"\n") {
		t.Errorf("its environment is %q", lines[3:])
	}
}
