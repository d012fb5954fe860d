//go:build linux

package e2e

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// filesWorld is a site with one client, whose user's home is far; near is a
// folder of the representative's.
type filesWorld struct {
	t         *testing.T
	site      *site
	client    *process
	far, near string
}

func newFilesWorld(t *testing.T) *filesWorld {
	s := newSite(t)
	_, keyInfo := s.keyInfo("--override", "name")
	p := enrol(t, t.TempDir()+"/client", keyInfo, "box")
	s.online("box")
	return &filesWorld{t, s, p, t.TempDir(), t.TempDir()}
}

func (w *filesWorld) write(path string, size int) []byte {
	w.t.Helper()
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{byte(size)}).Read(b)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o640); err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *filesWorld) has(path string, want []byte) {
	w.t.Helper()
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		w.t.Errorf("%s: %d bytes, %v, not the %d that were sent", path, len(got), err, len(want))
	}
}

// TestFiles: files go both ways, whole, with mode and time, and nothing is left
// of their making; every no has its status and code.
func TestFiles(t *testing.T) {
	t.Parallel()
	w := newFilesWorld(t)
	small, big := w.write(w.near+"/a file", 1000), w.write(w.near+"/big", 9<<20+7)
	then := time.Date(2019, 5, 4, 3, 2, 1, 123456789, time.UTC)
	if err := os.Chtimes(w.near+"/big", then, then); err != nil {
		t.Fatal(err)
	}
	expect(t, 0, "", w.site.env, "cp", w.near+"/a file", w.near+"/big", "box:"+w.far)
	w.has(w.far+"/a file", small)
	w.has(w.far+"/big", big)
	if fi, err := os.Stat(w.far + "/big"); err != nil || fi.Mode() != 0o640 || !fi.ModTime().Equal(then) {
		t.Errorf("%v, %v", fi, err)
	}
	expect(t, 0, "", w.site.env, "cp", "box:"+w.far+"/big", w.near+"/back")
	w.has(w.near+"/back", big)
	if fi, err := os.Stat(w.near + "/back"); err != nil || fi.Mode() != 0o640 || !fi.ModTime().Equal(then) {
		t.Errorf("%v, %v", fi, err)
	}
	for _, dir := range []string{w.far, w.near} {
		if left, _ := filepath.Glob(dir + "/.*"); len(left) > 0 {
			t.Errorf("left: %q", left)
		}
	}
	w.refusals()
}

func (w *filesWorld) refusals() {
	t, env, big := w.t, w.site.env, w.near+"/big"
	if err := os.Mkdir(w.far+"/folder", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(w.far+"/pipe", 0o644); err != nil {
		t.Fatal(err)
	}
	expect(t, 1, "[file_exists]", env, "cp", big, "box:"+w.far)
	expect(t, 0, "", env, "cp", "--force", big, "box:"+w.far)
	expect(t, 1, "[file_exists]", env, "cp", "box:"+w.far+"/big", w.near)
	expect(t, 1, "[no_folder]", env, "cp", big, "box:"+w.far+"/nowhere/x")
	expect(t, 1, "[no_file]", env, "cp", "box:"+w.far+"/nothing", w.near)
	expect(t, 1, "[no_file]", env, "cp", w.near+"/nothing", "box:"+w.far)
	expect(t, 1, "[file_folder]", env, "cp", "box:"+w.far+"/folder", w.near)
	expect(t, 1, "[file_special]", env, "cp", "box:"+w.far+"/pipe", w.near)
	expect(t, 1, "[file_special]", env, "cp", "--force", big, "box:"+w.far+"/pipe")
	expect(t, 1, "[file_special]", env, "cp", "box:/dev/zero", w.near)
	expect(t, 2, "[usage]", env, "cp", big, w.near)
	expect(t, 2, "[usage]", env, "cp", "box:a", "box:b")
	expect(t, 4, "[M7]", env, "cp", big, "nobody:")
	must(t, "a password of some length\n", nil, program("jumpsite"), "user", "add", "other", "--role", "representative",
		"--permissions", "view,shell,exec", "--password-stdin", "--data", w.site.dir)
	expect(t, 3, "[denied]", w.site.as("other"), "cp", big, "box:"+w.far+"/big2")
}

// TestFilesFolder: a folder goes there and back with all that is in it, and what
// is no file is named.
func TestFilesFolder(t *testing.T) {
	t.Parallel()
	w := newFilesWorld(t)
	files := map[string][]byte{}
	for name, size := range map[string]int{"empty": 0, "one": 1, "sub/deep/Grüße": 70_000, "sub/two": 3 << 20} {
		files[name] = w.write(w.near+"/tree/"+name, size)
	}
	if err := os.Symlink("one", w.near+"/tree/link"); err != nil {
		t.Fatal(err)
	}
	r := try(t, "", w.site.env, program("jump"), "cp", "-r", "--json", w.near+"/tree", "box:"+w.far)
	var said struct {
		Files, Folders int
		Bytes          int64
		Skipped        []struct{ Path, Reason string }
	}
	if err := json.Unmarshal([]byte(r.out), &said); err != nil || r.status != 0 || said.Files != 4 || said.Folders != 3 ||
		said.Bytes != 3<<20+70_001 || len(said.Skipped) != 1 || said.Skipped[0].Reason != "a link" {
		t.Errorf("status %d, %v: %s%s", r.status, err, r.out, r.err)
	}
	expect(t, 0, "left out: "+w.far+"/tree/pipe", w.site.env, w.withPipe()...)
	for name, want := range files {
		w.has(w.far+"/tree/"+name, want)
		w.has(w.near+"/back/"+name, want)
	}
	expect(t, 1, "[not_all_copied]", w.site.env, "cp", "-r", "--quiet", w.near+"/tree", "box:"+w.far)
}

func (w *filesWorld) withPipe() []string {
	if err := syscall.Mkfifo(w.far+"/tree/pipe", 0o644); err != nil {
		w.t.Fatal(err)
	}
	return []string{"cp", "-r", "box:" + w.far + "/tree", w.near + "/back"}
}

// TestFilesGoOn: what is there of a file of an earlier attempt is gone on with in
// either direction, and thrown away if it is another file.
func TestFilesGoOn(t *testing.T) {
	t.Parallel()
	w := newFilesWorld(t)
	want := w.write(w.near+"/big", 5<<20)
	part := w.far + "/.big.jump-part"
	if err := os.WriteFile(part, want[:3<<20], 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, 0, "", w.site.env, "cp", w.near+"/big", "box:"+w.far)
	w.has(w.far+"/big", want)
	if err := os.WriteFile(part, bytes.Repeat([]byte("another"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, 0, "", w.site.env, "cp", "--force", w.near+"/big", "box:"+w.far)
	w.has(w.far+"/big", want)
	if err := os.WriteFile(w.near+"/.back.jump-part", want[:4<<20], 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, 0, "", w.site.env, "cp", "box:"+w.far+"/big", w.near+"/back")
	w.has(w.near+"/back", want)
	if _, err := os.Stat(part); !os.IsNotExist(err) {
		t.Error("the part is left")
	}
}
