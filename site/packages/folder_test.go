package packages

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// put writes a package and returns what a list says of it.
func put(t *testing.T, dir, platform, content string) Package {
	t.Helper()
	p, ok := PlatformByID(platform)
	if !ok {
		t.Fatalf("no platform %s", platform)
	}
	name := "jumpclient-" + platform + "." + p.Kind
	replace(t, filepath.Join(dir, name), content)
	sum := sha256.Sum256([]byte(content))
	return Package{platform, p.Kind, name, int64(len(content)), hex.EncodeToString(sum[:])}
}

// replace puts a file into the place of another, as whoever brings new packages
// does.
func replace(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func putList(t *testing.T, dir string, all ...Package) {
	t.Helper()
	text, err := json.Marshal(list{"1.0.0", all})
	if err != nil {
		t.Fatal(err)
	}
	replace(t, filepath.Join(dir, listFile), string(text))
}

// read returns a package's content, or "" if there is none.
func read(t *testing.T, f *Folder, platform string) string {
	t.Helper()
	file, o, err := f.Open(platform)
	if errors.Is(err, ErrNone) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil || int64(len(text)) != o.Size || o.ID != platform || !o.Available {
		t.Errorf("%+v with %d bytes, %v", o, len(text), err)
	}
	return string(text)
}

// TestReplace: a site takes notice of new packages without a restart.
func TestReplace(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "packages")
	f := At(dir)
	if got := read(t, f, "linux-x64"); got != "" || len(f.Offers()) != len(Platforms()) || f.Offers()[0].Available {
		t.Errorf("without a folder: %q, %+v", got, f.Offers())
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	one := put(t, dir, "linux-x64", "one")
	putList(t, dir, one)
	if got := read(t, f, "linux-x64"); got != "one" {
		t.Errorf("the first: %q", got)
	}
	two, exe := put(t, dir, "linux-x64", "two"), put(t, dir, "win64-exe", "a program")
	if got := read(t, f, "linux-x64"); got != "" {
		t.Errorf("a file that is not in the list yet is handed out: %q", got)
	}
	exe.Kind = KindExeSigned
	putList(t, dir, two, exe)
	if got := read(t, f, "linux-x64") + read(t, f, "win64-exe"); got != "twoa program" {
		t.Errorf("the second: %q", got)
	}
	if p, _ := PlatformByID("win64-exe"); f.Offer(p) != (Offer{p, true, 9, true}) || f.Offer(p).Carrier() != "named" {
		t.Errorf("%+v", f.Offer(p))
	}
	replace(t, filepath.Join(dir, listFile), "{")
	if got := read(t, f, "linux-x64"); got != "" {
		t.Errorf("with a broken list: %q", got)
	}
}

// TestFiles: only an ordinary file within the folder is handed out, and only as
// the list describes it.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(t.TempDir(), "secret")
	replace(t, secret, "secret")
	p := put(t, dir, "linux-x64", "secret")
	for what, spoil := range map[string]func(path string) error{
		"another content": func(path string) error { return os.WriteFile(path, []byte("Secret"), 0o644) },
		"a longer one":    func(path string) error { return os.WriteFile(path, []byte("secret!"), 0o644) },
		"a link outside":  func(path string) error { return errors.Join(os.Remove(path), os.Symlink(secret, path)) },
		"a folder":        func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o755)) },
		"nothing":         os.Remove,
	} {
		os.RemoveAll(filepath.Join(dir, p.File))
		put(t, dir, "linux-x64", "secret")
		f := At(dir)
		putList(t, dir, p)
		if got := read(t, f, "linux-x64"); got != "secret" {
			t.Fatalf("%q", got)
		}
		if err := spoil(filepath.Join(dir, p.File)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, f, "linux-x64"); got != "" {
			t.Errorf("%s: %q", what, got)
		}
	}
}

// TestSumsOnce: a file is read as a whole once, and not for every download.
func TestSumsOnce(t *testing.T) {
	dir := t.TempDir()
	f := At(dir)
	putList(t, dir, put(t, dir, "linux-x64", "one"))
	read(t, f, "linux-x64")
	before := f.checked["jumpclient-linux-x64.bin"]
	read(t, f, "linux-x64")
	if after := f.checked["jumpclient-linux-x64.bin"]; after.of.info != before.of.info {
		t.Error("the file was checked again though nothing changed")
	}
}

var lists = []string{
	`{"version":"1","packages":[]}`,
	`{"packages":[{"platform":"linux-x64","kind":"bin","file":"a.bin","size":1,"sha256":"` + strings.Repeat("0", 64) + `"}]}`,
	`{"packages":[{"platform":"linux-x64","kind":"exe","file":"a.bin","size":1,"sha256":""}]}`,
	`{"packages":[{"platform":"linux-x64","kind":"bin","file":"../a","size":1,"sha256":"` + strings.Repeat("0", 64) + `"}]}`,
	`{"packages":[{"platform":"amiga","kind":"lha"}]}`, `[]`, `{`, ``,
}

func TestParseList(t *testing.T) {
	good := Package{"linux-x64", "bin", "a.bin", 1, strings.Repeat("0", 64)}
	for what, change := range map[string]func(*Package){
		"another kind":     func(p *Package) { p.Kind = "exe" },
		"no name":          func(p *Package) { p.File = "" },
		"a path":           func(p *Package) { p.File = "../a.bin" },
		"a folder's file":  func(p *Package) { p.File = "x/a.bin" },
		"an absolute path": func(p *Package) { p.File = "/etc/passwd" },
		"dots":             func(p *Package) { p.File = ".." },
		"a backslash":      func(p *Package) { p.File = `..\a.bin` },
		"the list":         func(p *Package) { p.File = listFile },
		"empty":            func(p *Package) { p.Size = 0 },
		"huge":             func(p *Package) { p.Size = maxSize + 1 },
		"no sum":           func(p *Package) { p.SHA256 = "" },
		"a short sum":      func(p *Package) { p.SHA256 = "00" },
	} {
		p := good
		change(&p)
		text, _ := json.Marshal(list{"1", []Package{p}})
		if l, err := parseList(text); err == nil {
			t.Errorf("%s: %+v", what, l)
		}
	}
	twice, _ := json.Marshal(list{"1", []Package{good, good}})
	if _, err := parseList(twice); err == nil {
		t.Error("a platform twice")
	}
	if l, err := parseList([]byte(lists[4])); err != nil || len(l.Packages) != 0 {
		t.Errorf("a platform of a later version: %+v, %v", l, err)
	}
}

func FuzzParseList(f *testing.F) {
	for _, text := range lists {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := parseList(text)
		if err != nil {
			return
		}
		for _, p := range l.Packages {
			if !filepath.IsLocal(p.File) || strings.ContainsAny(p.File, `/\`) || p.Size <= 0 {
				t.Errorf("%+v is accepted", p)
			}
		}
	})
}
