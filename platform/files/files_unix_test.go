//go:build unix

package files

import (
	"os"
	"syscall"
	"testing"
)

// TestNotThrough: nothing is opened that is no file, and nothing is written
// through a link, nor into a file that is not this user's alone.
func TestNotThrough(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()+"/victim"
	if err := os.WriteFile(other, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(dir+"/pipe", 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir + "/pipe"); code(err) != "file_special" {
		t.Errorf("a pipe: %v", err)
	}
	if _, err := Open("/dev/null"); code(err) != "file_special" {
		t.Errorf("a device: %v", err)
	}
	if err := put(t, Target{Path: dir + "/pipe", Force: true}, []byte("x")); code(err) != "file_special" {
		t.Errorf("onto a pipe: %v", err)
	}
	if err := os.Symlink(other, dir+"/.a.jump-part"); err != nil {
		t.Fatal(err)
	}
	if err := put(t, Target{Path: dir + "/a", Fresh: true}, []byte("x")); code(err) != "file_exists" {
		t.Errorf("through a link: %v", err)
	}
	if err := os.Link(other, dir+"/.b.jump-part"); err != nil {
		t.Fatal(err)
	}
	if err := put(t, Target{Path: dir + "/b", Fresh: true}, []byte("x")); code(err) != "file_exists" {
		t.Errorf("into a file of two names: %v", err)
	}
	if err := os.Symlink(other, dir+"/c"); err != nil {
		t.Fatal(err)
	}
	if err := put(t, Target{Path: dir + "/c", Force: true}, []byte("x")); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(other); string(b) != "kept" {
		t.Errorf("%q, %v", b, err)
	}
	if s, err := Open("/proc/self/status"); err == nil {
		if s.Size == 0 {
			t.Error("a file of the kernel's is empty")
		}
		s.Close()
	}
}
