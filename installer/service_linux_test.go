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
