// Package testbuild builds the product's programs for tests that run them.
//
// It is not for releases, and it is no test itself.
package testbuild

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/build"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
)

// sources prints every file of ours that a program is made of, one a line.
const sources = `{{if not .Standard}}{{if .Module}}{{if .Module.Main}}` +
	`{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}
{{end}}{{range .EmbedFiles}}{{$d}}/{{.}}
{{end}}{{end}}{{end}}{{end}}`

// Programs builds commands, given as import paths, into dir and returns
// nothing but the first error, with what the compiler said. What was built for a
// test before is kept, and linked again only if it has changed.
func Programs(dir string, commands ...string) error { return Target{}.Programs(dir, commands...) }

// Target is what programs are built for. The zero Target is this computer.
type Target struct {
	System, Arch string // as Go calls them: "windows", "amd64"
	Linking      string // flags for the linker, besides those that leave debug information out
}

// Programs builds commands for the target, as the function of that name does.
func (t Target) Programs(dir string, commands ...string) error {
	if err := t.build(dir, commands); err != nil {
		return fmt.Errorf("build %s: %w", strings.Join(commands, ", "), err)
	}
	out, err := t.run("list", append([]string{"-deps", "-f", sources}, commands...)...)
	if err != nil {
		return fmt.Errorf("list the sources of %s: %w: %s", strings.Join(commands, ", "), err, out)
	}
	made.mu.Lock()
	defer made.mu.Unlock()
	for path := range strings.Lines(string(out)) {
		if path = strings.TrimSpace(path); path != "" {
			made.sources = append(made.sources, path)
		}
	}
	return nil
}

// build builds commands into dir, beginning with what was built for another test:
// go build leaves alone what would become the same. What is new is kept for the
// next.
func (t Target) build(dir string, commands []string) error {
	kept := t.kept()
	old := map[string]os.FileInfo{}
	for _, command := range commands {
		name := t.name(command)
		if err := duplicate(filepath.Join(kept, name), filepath.Join(dir, name)); err == nil { // or it is made anew
			old[name], _ = os.Stat(filepath.Join(dir, name))
		}
	}
	out, err := t.run("build", append([]string{"-ldflags", "-s -w " + t.Linking, "-o", dir + string(filepath.Separator)}, commands...)...)
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	for _, command := range commands {
		name := t.name(command)
		if now, err := os.Stat(filepath.Join(dir, name)); err == nil && !os.SameFile(now, old[name]) {
			_ = duplicate(filepath.Join(dir, name), filepath.Join(kept, name)) // it is for speed only
		}
	}
	return nil
}

// kept is the folder of what was built for the target before, in the user's cache
// directory.
func (t Target) kept() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	sum := sha256.Sum256(fmt.Append(nil, t))
	return filepath.Join(cache, "jump-tests", "programs-"+hex.EncodeToString(sum[:6]))
}

// name is what go build calls a command's program.
func (t Target) name(command string) string {
	system := t.System
	if system == "" {
		system = build.Default.GOOS
	}
	if system == "windows" {
		return path.Base(command) + ".exe"
	}
	return path.Base(command)
}

// duplicate copies a program. Who looks at the copy's name sees all of a program
// or none.
func duplicate(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.CreateTemp(filepath.Dir(to), "new-")
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Chmod(0o755), out.Close()); err == nil {
		err = os.Rename(out.Name(), to)
	}
	if err != nil {
		os.Remove(out.Name())
	}
	return err
}

// made is what Programs has built in this process.
var made struct {
	mu      sync.Mutex
	sources []string // that Path has not looked at
}

// Path returns the path of a program that Programs built into dir.
//
// go test keeps the results of tests whose code and files are unchanged, but it
// cannot know that a test runs other programs. So Path, which such a test calls,
// looks at all of their sources, which go test notices while tests run, and not
// in TestMain: results are kept while nothing in those programs changes, and not
// a moment longer.
func Path(dir, name string) string {
	made.mu.Lock()
	defer made.mu.Unlock()
	for _, source := range made.sources {
		if f, err := os.Open(source); err == nil { // or it has gone, which is noticed as well
			f.Close()
		}
	}
	made.sources = nil
	return filepath.Join(dir, name)
}

func (t Target) run(verb string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", append([]string{verb}, args...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if t.System != "" {
		cmd.Env = append(cmd.Env, "GOOS="+t.System, "GOARCH="+t.Arch)
	}
	return cmd.CombinedOutput()
}
