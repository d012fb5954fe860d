package packaging

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// options are those of packages made of clients that are there already.
func options(t *testing.T, platforms ...string) Options {
	t.Helper()
	o := Options{Out: t.TempDir(), Clients: t.TempDir(), Version: "1.2.3", Time: time.Unix(1767225600, 0), Platforms: platforms, Say: func(s string) { t.Log(s) }}
	for _, name := range []string{"linux-amd64", "linux-arm64", "windows-amd64", "windows-arm64"} {
		if err := os.WriteFile(filepath.Join(o.Clients, "jumpclient-"+name), []byte("program "+name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// TestMake: packages.json lists exactly what was made, with sizes and sums.
func TestMake(t *testing.T) {
	want := []string{"linux-x64", "linux-headless-arm64", "linux-deb-x64", "linux-rpm-arm64", "win64-exe", "win64-msi", "winarm64-exe"}
	o := options(t, want...)
	if err := Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	index := read(t, o.Out)
	var got []string
	for _, p := range index.Packages {
		got = append(got, p.Platform)
		b, err := os.ReadFile(filepath.Join(o.Out, p.File))
		if err != nil || int64(len(b)) != p.Size || fmt.Sprintf("%x", sha256.Sum256(b)) != p.SHA256 {
			t.Errorf("%+v: %d bytes, %v", p, len(b), err)
		}
	}
	if !slices.Equal(got, want) || index.Version != "1.2.3" {
		t.Errorf("%s: %q", index.Version, got)
	}
	entries, err := os.ReadDir(o.Out)
	if err != nil || len(entries) != len(want)+1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// TestReindex: a program that was signed is not given a trailer any more.
func TestReindex(t *testing.T) {
	o := options(t, "linux-x64", "win64-exe", "winarm64-exe")
	if err := Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.Out, "jumpclient-win64.exe"), program(8), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(o.Out, "jumpclient-winarm64.exe")); err != nil {
		t.Fatal(err)
	}
	if err := Reindex(o.Out); err != nil {
		t.Fatal(err)
	}
	index := read(t, o.Out)
	if len(index.Packages) != 2 || index.Version != "1.2.3" || index.Packages[1].Kind != "exe-signed" || index.Packages[1].Size != int64(len(program(8))) {
		t.Errorf("%+v", index)
	}
	if err := Reindex(t.TempDir()); err == nil {
		t.Error("an empty folder has packages")
	}
}

// read returns packages.json.
func read(t *testing.T, dir string) Index {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, IndexFile))
	if err != nil {
		t.Fatal(err)
	}
	var index Index
	if err := json.Unmarshal(b, &index); err != nil {
		t.Fatal(err)
	}
	return index
}

func TestMakeFails(t *testing.T) {
	o := options(t, "linux-x64", "amiga")
	if err := Make(t.Context(), o); err == nil {
		t.Error("a platform that nobody knows")
	}
	o.Platforms = []string{"mac"}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Make(ctx, o); err == nil {
		t.Error("interrupted, and made")
	}
	if entries, err := os.ReadDir(o.Out); err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestPlatforms(t *testing.T) {
	if got := Platforms("linux/arm64"); !slices.Equal(got, []string{"linux-arm64", "linux-headless-arm64", "linux-deb-arm64", "linux-rpm-arm64"}) {
		t.Errorf("%q", got)
	}
	if got := Platforms("plan9/386"); got != nil {
		t.Errorf("%q", got)
	}
}
