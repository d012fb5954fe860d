package linux

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// nfpm is the program that writes .deb and .rpm, built by the go command when it
// is wanted first. As a library it would bring some forty modules into the
// product's go.sum. 2.45.0 is the newest whose own modules can all be had.
const nfpm = "github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.0"

// recipe is what nfpm is told, in the part of YAML that is JSON
// (https://nfpm.goreleaser.com/docs/configuration/).
type recipe struct {
	Name        string         `json:"name"`
	Arch        string         `json:"arch"` // as Go calls it
	Platform    string         `json:"platform"`
	Version     string         `json:"version"`
	Schema      string         `json:"version_schema"`
	Release     string         `json:"release,omitempty"`
	Section     string         `json:"section,omitempty"`
	Priority    string         `json:"priority,omitempty"`
	Vendor      string         `json:"vendor"`
	Maintainer  string         `json:"maintainer"`
	Description string         `json:"description"`
	Time        time.Time      `json:"mtime"`
	Contents    []content      `json:"contents"`
	Scripts     scripts        `json:"scripts"`
	Deb         map[string]any `json:"deb,omitempty"`
	RPM         map[string]any `json:"rpm,omitempty"`
}

// content is one file of a package.
type content struct {
	Source string   `json:"src"`
	Path   string   `json:"dst"`
	Info   fileInfo `json:"file_info"`
}

type fileInfo struct {
	Mode  os.FileMode `json:"mode"`
	Owner string      `json:"owner"`
	Group string      `json:"group"`
	Time  time.Time   `json:"mtime"`
}

// scripts are names of files; the formats have different words for when they run.
type scripts struct {
	After       string `json:"postinstall,omitempty"`
	BeforeLeave string `json:"preremove,omitempty"`
	AfterLeave  string `json:"postremove,omitempty"`
}

// kitchen is the folder in which one package is made.
type kitchen string

// put writes a file and returns its path.
func (k kitchen) put(name string, body []byte) (string, error) {
	path := filepath.Join(string(k), name)
	return path, os.WriteFile(path, body, 0o600)
}

// cook has nfpm make a package in a format of its own names, "deb" or "rpm".
func (k kitchen) cook(ctx context.Context, format string, r recipe, w io.Writer) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	config, err := k.put("nfpm.yaml", text)
	if err != nil {
		return err
	}
	made := filepath.Join(string(k), "made."+format)
	cmd := exec.CommandContext(ctx, "go", "run", nfpm, "package", "--config", config, "--packager", format, "--target", made)
	// Of the machine that builds nothing may get into the package; nfpm runs here
	// and now, whatever the client is compiled for.
	cmd.Env = append(os.Environ(), "GOOS=", "GOARCH=", "GOFLAGS=", fmt.Sprintf("SOURCE_DATE_EPOCH=%d", r.Time.Unix()))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("run nfpm: %w: %s", err, out)
	}
	f, err := os.Open(made)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}
