package installer

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestRootOnly: what others can exchange is no place for what runs as root. The
// links and access lists of a real system are under test in test/service.
func TestRootOnly(t *testing.T) {
	mine := t.TempDir() // below the sticky /tmp, as a rule
	link := filepath.Join(mine, "link")
	if err := os.Symlink("/usr", link); err != nil {
		t.Fatal(err)
	}
	loop := filepath.Join(mine, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	for dir, ok := range map[string]bool{
		"/": true, "/usr": true, "/usr/bin/..": true,
		"/tmp": false, mine: false, link: false, loop: false, "/usr/none": false,
	} {
		err := rootOnly(dir)
		var no *Refusal
		if (err == nil) != ok || err != nil && (!errors.As(err, &no) || no.Reason != ReasonDir) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

// TestLasting: what root runs as a user's client may lie beside what others
// make, but not where they could exchange it.
func TestLasting(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root's directories are told apart")
	}
	shared := t.TempDir()
	theirs, ours, link := filepath.Join(shared, "theirs"), filepath.Join(shared, "theirs/ours"), filepath.Join(shared, "link")
	err := errors.Join(os.MkdirAll(ours, 0o755), os.Chown(theirs, 1, 1), os.Symlink("/usr", link), os.Lchown(link, 1, 1),
		os.Chmod(shared, 0o777|os.ModeSticky))
	if err != nil {
		t.Fatal(err)
	}
	for dir, ok := range map[string]bool{"/usr": true, shared: true, theirs: false, ours: false, link: false} {
		if err := lasting(dir); (err == nil) != ok {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
