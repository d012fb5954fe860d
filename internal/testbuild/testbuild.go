// Package testbuild builds the product's programs for tests that run them.
//
// It is not for releases, and it is no test itself.
package testbuild

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// sources prints every file of ours that a program is made of, one a line.
const sources = `{{if not .Standard}}{{if .Module}}{{if .Module.Main}}` +
	`{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}
{{end}}{{range .EmbedFiles}}{{$d}}/{{.}}
{{end}}{{end}}{{end}}{{end}}`

// Programs builds commands, given as import paths, into dir and returns
// nothing but the first error, with what the compiler said.
//
// go test keeps results of tests whose code and files are unchanged, but it
// cannot know that a test runs other programs. So Programs looks at all of
// their sources, which go test does notice: the results of such tests are kept
// while nothing in those programs changes, and not a moment longer.
func Programs(dir string, commands ...string) error { return Target{}.Programs(dir, commands...) }

// Target is what programs are built for. The zero Target is this computer.
type Target struct {
	System, Arch string // as Go calls them: "windows", "amd64"
	Linking      string // flags for the linker
}

// Programs builds commands for the target, as the function of that name does.
func (t Target) Programs(dir string, commands ...string) error {
	out, err := t.run("build", append([]string{"-ldflags", t.Linking, "-o", dir + string(filepath.Separator)}, commands...)...)
	if err != nil {
		return fmt.Errorf("build %s: %w: %s", strings.Join(commands, ", "), err, out)
	}
	out, err = t.run("list", append([]string{"-deps", "-f", sources}, commands...)...)
	if err != nil {
		return fmt.Errorf("list the sources of %s: %w: %s", strings.Join(commands, ", "), err, out)
	}
	for path := range strings.Lines(string(out)) {
		if path = strings.TrimSpace(path); path == "" {
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("look at a source: %w", err)
		}
		f.Close()
	}
	return nil
}

func (t Target) run(verb string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", append([]string{verb}, args...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if t.System != "" {
		cmd.Env = append(cmd.Env, "GOOS="+t.System, "GOARCH="+t.Arch)
	}
	return cmd.CombinedOutput()
}
