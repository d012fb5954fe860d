package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	for _, content := range []string{"first", "second, and longer", "", "third"} {
		if err := Write(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := read(t, path); got != content {
			t.Errorf("read %q, want %q", got, content)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	expectNames(t, filepath.Dir(path), "state.json")
}

// TestLeftover: what a crash left behind is in nobody's way, and a link that
// somebody placed there is not followed.
func TestLeftover(t *testing.T) {
	dir := t.TempDir()
	path, victim := filepath.Join(dir, "state"), filepath.Join(dir, "victim")
	for _, f := range []string{path, path + Suffix, victim} {
		if err := os.WriteFile(f, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := Write(path, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, path+Suffix); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte("newer"), 0o600); err != nil {
		t.Fatal(err)
	}
	if read(t, path) != "newer" || read(t, victim) != "old" {
		t.Errorf("state %q, victim %q", read(t, path), read(t, victim))
	}
	expectNames(t, dir, "state", "victim")
}

func TestNoDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "state")
	if err := Write(path, nil, 0o600); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
}

// TestFailAtEveryStep fails the first step, then the second, and so on, in two
// ways: the program learns of it and cleans up, or the machine dies there.
func TestFailAtEveryStep(t *testing.T) {
	for _, dies := range []bool{false, true} {
		for n := 1; ; n++ {
			path := filepath.Join(t.TempDir(), "state")
			if err := Write(path, []byte("old content"), 0o600); err != nil {
				t.Fatal(err)
			}
			d := &failing{at: n, dies: dies}
			err := write(d, path, []byte("new content"), 0o600)
			if d.step < n {
				if err != nil || read(t, path) != "new content" {
					t.Errorf("no step failed, but %v, %q", err, read(t, path))
				}
				break
			}
			if !errors.Is(err, errInjected) {
				t.Errorf("step %d (%s): error %v", n, d.name, err)
			}
			if got := read(t, path); got != "old content" && (got != "new content" || d.name != "sync directory") {
				t.Errorf("step %d (%s): content %q", n, d.name, got)
			}
			if !dies && d.name != "sync directory" {
				expectNames(t, filepath.Dir(path), "state")
			}
			if err := Write(path, []byte("again"), 0o600); err != nil || read(t, path) != "again" {
				t.Errorf("after a failure of step %d (%s): %v", n, d.name, err)
			}
		}
	}
}

var errInjected = errors.New("injected")

// failing is the real disk, but for the step number at. If it dies there, all
// further steps fail too.
type failing struct {
	System
	at, step int
	name     string
	dies     bool
}

func (d *failing) next(name string) error {
	d.step++
	if d.step == d.at {
		d.name = name
		return errInjected
	}
	if d.dies && d.step > d.at {
		return errInjected
	}
	return nil
}

func (d *failing) Remove(path string) error {
	return errors.Join(d.next("remove"), d.unlessDead(func() error { return d.System.Remove(path) }))
}

func (d *failing) Rename(from, to string) error {
	if err := d.next("rename"); err != nil {
		return err
	}
	return d.System.Rename(from, to)
}

func (d *failing) SyncDir(path string) error {
	if err := d.next("sync directory"); err != nil {
		return err
	}
	return d.System.SyncDir(path)
}

func (d *failing) Create(path string, perm fs.FileMode) (File, error) {
	if err := d.next("create"); err != nil {
		return nil, err
	}
	f, err := d.System.Create(path, perm)
	return &failingFile{f, d}, err
}

func (d *failing) unlessDead(do func() error) error {
	if d.step == d.at || d.dies && d.step > d.at {
		return nil
	}
	return do()
}

type failingFile struct {
	File
	disk *failing
}

// Write fails as a full disk does: after a part.
func (f *failingFile) Write(p []byte) (int, error) {
	if err := f.disk.next("write"); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f *failingFile) Sync() error {
	if err := f.disk.next("sync"); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *failingFile) Close() error {
	return errors.Join(f.disk.next("close"), f.File.Close())
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func expectNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("directory holds %q, want %q", got, want)
	}
}
