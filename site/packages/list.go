package packages

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	listFile = "packages.json"
	maxList  = 64 << 10  // bytes
	maxSize  = 512 << 20 // bytes of a package
)

// Package is one file of the list.
type Package struct {
	Platform string `json:"platform"`
	Kind     string `json:"kind"`
	File     string `json:"file"` // a name within the folder
	Size     int64  `json:"size"` // bytes
	SHA256   string `json:"sha256"`
}

// list is packages.json.
type list struct {
	Version  string    `json:"version"`
	Packages []Package `json:"packages"`
}

func readList(folder string) (list, error) {
	f, err := os.Open(filepath.Join(folder, listFile))
	if err != nil {
		return list{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxList+1))
	if err != nil {
		return list{}, err
	}
	return parseList(text)
}

// parseList reads a list and leaves out what it says about platforms that this
// version does not know.
func parseList(text []byte) (list, error) {
	if len(text) > maxList {
		return list{}, fmt.Errorf("it has more than %d bytes", maxList)
	}
	var l list
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&l); err != nil {
		return list{}, fmt.Errorf("read it: %w", err)
	}
	var known []Package
	seen := map[string]bool{}
	for _, p := range l.Packages {
		platform, ok := PlatformByID(p.Platform)
		if !ok {
			continue
		}
		if err := p.validate(platform); err != nil {
			return list{}, fmt.Errorf("platform %s: %w", p.Platform, err)
		}
		if seen[p.Platform] {
			return list{}, fmt.Errorf("platform %s is in it twice", p.Platform)
		}
		seen[p.Platform] = true
		known = append(known, p)
	}
	l.Packages = known
	return l, nil
}

func (p Package) validate(platform Platform) error {
	switch {
	case p.Kind != platform.Kind && !(p.Kind == KindExeSigned && platform.Kind == KindExe):
		return fmt.Errorf("a package of the kind %.16q, not %q", p.Kind, platform.Kind)
	case p.File == "" || len(p.File) > 255 || p.File == listFile || strings.ContainsAny(p.File, `/\`+"\x00") || !filepath.IsLocal(p.File):
		return fmt.Errorf("%.64q is no file name", p.File)
	case p.Size <= 0 || p.Size > maxSize:
		return fmt.Errorf("a size of %d bytes is not between 1 and %d", p.Size, maxSize)
	}
	if sum, err := hex.DecodeString(p.SHA256); err != nil || len(sum) != sha256.Size {
		return errors.New("its sha256 is not 64 hexadecimal digits")
	}
	return nil
}

// check reads a file and compares it.
func (p Package) check(r io.Reader, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return errors.New("it is no ordinary file")
	}
	if info.Size() != p.Size {
		return fmt.Errorf("it has %d bytes, and %d in %s", info.Size(), p.Size, listFile)
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(r, p.Size)); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	if !strings.EqualFold(hex.EncodeToString(h.Sum(nil)), p.SHA256) {
		return fmt.Errorf("its SHA-256 is not the one in %s", listFile)
	}
	return nil
}
