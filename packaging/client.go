package packaging

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// clients compiles the client, once for each system and processor.
type clients struct {
	dir     string
	version string
	remove  func() // the folder, if it is nobody's
}

// newClients uses the folder dir, or one of its own if dir is empty.
func newClients(dir, version string) (*clients, error) {
	if dir != "" {
		return &clients{dir, version, func() {}}, os.MkdirAll(dir, 0o755)
	}
	dir, err := os.MkdirTemp("", "jump-packages-")
	return &clients{dir, version, func() { os.RemoveAll(dir) }}, err
}

// build returns the compiled client, and compiles it if it is not there. The
// same sources and version give the same bytes, wherever they are compiled.
func (c *clients) build(ctx context.Context, system, arch string) ([]byte, error) {
	path := filepath.Join(c.dir, "jumpclient-"+system+"-"+arch)
	if b, err := os.ReadFile(path); !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", c.linking(system), "-o", path}
	cmd := exec.CommandContext(ctx, "go", append(append(args, thrifty()...), "jump/cmd/jumpclient")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+arch, "GOFLAGS=-mod=readonly")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("compile the client for %s/%s: %w", system, arch, errors.Join(err, errors.New(string(out))))
	}
	return os.ReadFile(path)
}

//go:embed thrifty.txt
var thriftyPackages string

// thrifty returns the flags for the packages that are compiled to be small. The
// Makefile reads the same file.
func thrifty() (flags []string) {
	for line := range strings.Lines(thriftyPackages) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			flags = append(flags, "-gcflags="+line+"=-l")
		}
	}
	return flags
}

// linking leaves out what only a debugger reads. A program for Windows belongs
// to the graphical subsystem, or every start of it would open a black window
// (requirement B9); platform/console gives it the console that it was started
// from.
func (c *clients) linking(system string) string {
	flags := "-s -w -buildid= -X jump/internal/version.Number=" + c.version
	if system == "windows" {
		flags += " -H windowsgui"
	}
	return flags
}
