package files

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func code(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func sum(b []byte) []byte {
	s := sha256.Sum256(b)
	return s[:]
}

// put writes b as a target, in pieces of n bytes.
func put(t *testing.T, target Target, b []byte) error {
	t.Helper()
	target.Size = int64(len(b))
	p, err := Create(target)
	if err != nil {
		return err
	}
	if _, err := p.Write(b[p.Offset:]); err != nil {
		return err
	}
	return p.Finish(sum(b))
}

// TestPart: a file is in its place when it is whole and not before, with its
// time, and goes on with what is there.
func TestPart(t *testing.T) {
	dir, b := t.TempDir(), bytes.Repeat([]byte("0123456789"), 1000)
	then := time.Unix(1_500_000_000, 123_000_000)
	target := Target{Path: dir, Name: "a", Size: int64(len(b)), Mode: 0o640, Time: then.UnixNano()}
	p, err := Create(target)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Create(target); code(err) != "file_busy" {
		t.Errorf("a second: %v", err)
	}
	if _, err := p.Write(b[:3000]); err != nil {
		t.Fatal(err)
	}
	p.Close()
	if _, err := os.Stat(dir + "/a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half a file is there: %v", err)
	}
	if p, err = Create(target); err != nil || p.Offset != 3000 || !bytes.Equal(p.Sum(), sum(b[:3000])) {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := p.Write(b[3000:]); err != nil {
		t.Fatal(err)
	}
	if err := p.Finish(sum(b)); err != nil {
		t.Fatal(err)
	}
	fi, err := os.Stat(dir + "/a")
	if err != nil || !fi.ModTime().Equal(then) || !Is(dir+"/a", int64(len(b)), sum(b)) || Is(dir+"/a", 3000, sum(b[:3000])) {
		t.Errorf("%v, %v", fi, err)
	}
	if left, _ := filepath.Glob(dir + "/.*"); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// TestPartRefuses: nothing is replaced unasked, and what is damaged is not kept.
func TestPartRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := put(t, Target{Path: dir + "/a"}, []byte("one")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		target Target
		want   string
	}{
		"is there":          {Target{Path: dir + "/a"}, "file_exists"},
		"replaced":          {Target{Path: dir + "/a", Force: true}, ""},
		"a folder, named":   {Target{Path: dir, Name: "../b"}, "file_name"},
		"a folder, no name": {Target{Path: dir}, "file_folder"},
		"no folder":         {Target{Path: dir + "/x/y"}, "no_folder"},
		"a folder to be":    {Target{Path: dir + "/x/"}, "no_folder"},
		"below a file":      {Target{Path: dir + "/a/y"}, "no_folder"},
		"a long name":       {Target{Path: dir + "/" + strings.Repeat("n", 300)}, "file_name"},
		"the longest name":  {Target{Path: dir + "/" + strings.Repeat("n", 255)}, ""},
	} {
		if err := put(t, c.target, []byte("two")); code(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	p, err := Create(Target{Path: dir + "/c", Size: 3})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("four")); code(err) != CodeDamaged {
		t.Errorf("more than was announced: %v", err)
	}
	if p, err = Create(Target{Path: dir + "/c", Size: 3}); err != nil {
		t.Fatal(err)
	}
	if err := p.Finish(sum(nil)); code(err) != CodeDamaged {
		t.Errorf("less than was announced: %v", err)
	}
	if left, _ := filepath.Glob(dir + "/.*"); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// TestSource: what is read is what was there when it was opened.
func TestSource(t *testing.T) {
	path := t.TempDir() + "/a"
	if err := os.WriteFile(path, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := os.WriteFile(path, []byte("0123456789 and more"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	if n, err := s.ReadAt(b, 4); err != nil || string(b[:n]) != "456789" {
		t.Errorf("%q, %v", b[:n], err)
	}
	for n, want := range map[int64]bool{0: true, 4: true, 10: true, 11: false} {
		if is, err := s.Begins(n, sum([]byte("0123456789 ")[:n]), NewSum()); is != want || err != nil {
			t.Errorf("begins with %d: %v, %v", n, is, err)
		}
	}
	if err := os.Truncate(path, 5); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ReadAt(b, 0); code(err) != "file_changed" {
		t.Errorf("shorter: %v", err)
	}
}

// TestList: what is there, and no links followed.
func TestList(t *testing.T) {
	dir := t.TempDir()
	if _, err := Make(dir+"/sub", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(dir+"/sub", 0); err != nil {
		t.Errorf("once more: %v", err)
	}
	if err := os.WriteFile(dir+"/a", []byte("123"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(dir+"/a", 0); code(err) != "file_exists" {
		t.Errorf("where a file is: %v", err)
	}
	if _, err := Make(dir+"/x/y", 0); code(err) != "no_folder" {
		t.Errorf("in none: %v", err)
	}
	seen := map[string]Kind{}
	hidden, err := List(dir, 1, func(list []Info) error {
		for _, i := range list {
			seen[i.Name] = i.Kind
		}
		return nil
	})
	if err != nil || hidden != 0 || len(seen) != 2 || seen["sub"] != KindFolder || seen["a"] != KindRegular {
		t.Errorf("%v, %d hidden, %v", seen, hidden, err)
	}
	if _, err := List(dir+"/a", 1, nil); code(err) != "no_folder" {
		t.Errorf("of a file: %v", err)
	}
}

// TestWindowsPath: Windows gives some names to devices, cuts others, and takes a
// colon for another stream of the file.
func TestWindowsPath(t *testing.T) {
	for path, want := range map[string]bool{
		`C:\Users\anna\Grüße.txt`: true, `C:/a/../b`: true, `\\server\share\a b`: true, `C:\com.txt`: true, `C:\COM10`: true, `C:\null`: true,
		`C:\a:b`: false, `a:b:c`: false, `C:\NUL`: false, `C:\con.txt`: false, `C:\Com1.log`: false, `C:\LPT²`: false, `C:\a.`: false, `C:\a \b`: false,
		`C:\a?`: false, "C:\\a\tb": false, `\\.\C:`: false, `\\?\C:\a`: false, `C:\aux .txt`: false,
	} {
		if got := windowsPath(path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}

// FuzzSingle: a name of another computer's never leads out of its folder.
func FuzzSingle(f *testing.F) {
	for _, s := range []string{"a", "/", `\`, "..", "../a", `..\a`, "C:", `C:\a`, "a/b", "", "a\x00", "NUL", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if Single(name) && (filepath.Dir(filepath.Join("/folder", name)) != filepath.Clean("/folder") || strings.ContainsAny(name, "/\x00")) {
			t.Errorf("%q", name)
		}
	})
}
