package sitetest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"jump/installer/stamp"
	"jump/site/packages"
)

// Template returns the content of a package as [PutPackages] makes it: no client,
// but a file that can be stamped.
func Template(platform string) string {
	p, _ := packages.PlatformByID(platform)
	if p.Kind == packages.KindBin {
		return "#!/bin/sh\n" + stamp.Placeholder() + "\necho installed for " + platform + "\n"
	}
	return "package for " + platform
}

// PutPackages puts packages for some platforms into a folder.
func PutPackages(t testing.TB, dir string, platforms ...string) {
	t.Helper()
	var all []packages.Package
	for _, id := range platforms {
		p, ok := packages.PlatformByID(id)
		if !ok {
			t.Fatalf("there is no platform %s", id)
		}
		content, name := []byte(Template(id)), "jumpclient-"+id+"."+p.Kind
		write(t, filepath.Join(dir, name), content)
		sum := sha256.Sum256(content)
		all = append(all, packages.Package{Platform: id, Kind: p.Kind, File: name, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])})
	}
	list, err := json.Marshal(map[string]any{"version": "0.0.0", "packages": all})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "packages.json"), list)
}

func write(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
