package logfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBound: the newest entries are kept whole, in three files at most.
func TestBound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	for _, run := range []int{0, 50} { // the second continues the first
		l, err := open(path, 100)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 50 {
			fmt.Fprintf(l, "entry %03d\n", run+i)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var all strings.Builder
	for _, name := range []string{path + ".2", path + ".1", path} {
		b, err := os.ReadFile(name)
		if err != nil || len(b) > 100 {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
		all.Write(b)
	}
	text := all.String()
	if !strings.HasPrefix(text, "entry 070\nentry 071\n") || !strings.HasSuffix(text, "entry 099\n") {
		t.Errorf("%q", text)
	}
	if found, err := filepath.Glob(path + "*"); err != nil || len(found) != 3 {
		t.Errorf("%q, %v", found, err)
	}
}

func TestLongEntry(t *testing.T) {
	l, err := open(filepath.Join(t.TempDir(), "log"), 10)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 3 {
		if n, err := l.Write([]byte("longer than the bound\n")); n != 22 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
}
