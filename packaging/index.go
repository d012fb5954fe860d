package packaging

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// IndexFile is the name of the list of packages, beside them.
const IndexFile = "packages.json"

// Index is packages.json: what a site may hand out.
type Index struct {
	Version  string    `json:"version"` // of the clients
	Packages []Package `json:"packages"`
}

// Package is one installer file.
type Package struct {
	Platform string `json:"platform"` // linux-x64, win64-msi, ...
	Kind     string `json:"kind"`     // bin, exe, exe-signed, msi, deb, rpm, pkg
	File     string `json:"file"`     // its name in the folder
	Size     int64  `json:"size"`     // in bytes
	SHA256   string `json:"sha256"`   // in hexadecimal
}

func (t target) describe(path string) (Package, error) {
	f, err := os.Open(path)
	if err != nil {
		return Package{}, err
	}
	defer f.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err != nil {
		return Package{}, err
	}
	p := Package{Platform: t.platform, Kind: t.kind, File: t.file, Size: size, SHA256: fmt.Sprintf("%x", sum.Sum(nil))}
	if p.Kind == "exe" && signed(f) {
		p.Kind = "exe-signed"
	}
	return p, nil
}

// Reindex writes packages.json in dir again, for files that were signed since.
// It lists those that are there.
func Reindex(dir string) error {
	old, err := os.ReadFile(filepath.Join(dir, IndexFile))
	if err != nil {
		return fmt.Errorf("list the packages: %w", err)
	}
	var index Index
	if err := json.Unmarshal(old, &index); err != nil {
		return fmt.Errorf("list the packages: %w", err)
	}
	index.Packages = nil
	for _, t := range targets {
		p, err := t.describe(filepath.Join(dir, t.file))
		if t.kind == "" || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("list the packages: %w", err)
		}
		index.Packages = append(index.Packages, p)
	}
	return index.write(dir)
}

// write replaces packages.json in dir.
func (i Index) write(dir string) error {
	b, err := json.MarshalIndent(i, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, IndexFile), append(b, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("list the packages: %w", err)
	}
	return nil
}
