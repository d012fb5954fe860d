package packaging

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// clients compiles the client, once for each system and processor.
type clients struct {
	dir     string // private, removed at the end
	version string
	built   map[string]bool
}

func newClients(version string) (*clients, error) {
	dir, err := os.MkdirTemp("", "jump-packages-")
	if err != nil {
		return nil, err
	}
	return &clients{dir: dir, version: version, built: map[string]bool{}}, nil
}

func (c *clients) remove() { os.RemoveAll(c.dir) }

// build returns the path of the compiled client. The same sources and version
// give the same bytes, wherever they are compiled.
func (c *clients) build(ctx context.Context, system, arch string) (string, error) {
	path := filepath.Join(c.dir, "jumpclient-"+system+"-"+arch)
	if c.built[path] {
		return path, nil
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", c.linking(system), "-o", path, "jump/cmd/jumpclient")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+arch, "GOFLAGS=-mod=readonly")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compile the client for %s/%s: %w", system, arch, errors.Join(err, errors.New(string(out))))
	}
	c.built[path] = true
	return path, nil
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
