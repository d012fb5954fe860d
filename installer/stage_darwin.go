package installer

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"jump/agent/config"
)

// Names in an installed client's directory (docs/ARCHITECTURE.md).
const (
	programName   = "jumpclient"
	uninstallName = "uninstall"
)

// uninstallScript takes its directory from its own path, which the installation
// has fixed; so nothing in it needs quoting.
const uninstallScript = `#!/bin/sh
# Takes this Jump Client off the computer. --silent prints nothing.
dir=$(cd "$(dirname "$0")" && pwd) || exit
exec "$dir/jumpclient" uninstall --dir "$dir" "$@"
`

// stage makes a client on its scaffold.
type stage struct{ scaffold }

func newStage(dir string) (*stage, error) {
	on, err := newScaffold(dir)
	return &stage{on}, err
}

// steps make the client of o and put it in place.
func (s *stage) steps(o Options) []Step {
	return []Step{
		{"make " + s.hidden, s.makeDirs, s.clear},
		{"copy the program", func(context.Context) error { return s.copyProgram(o.Program) }, nil},
		{"write config.json", func(context.Context) error { return config.At(s.path()).SaveConfig(o.record()) }, nil},
		{"write uninstall", func(context.Context) error {
			return create(s.path(uninstallName), strings.NewReader(uninstallScript), 0o755)
		}, nil},
		{"open it to others", func(context.Context) error { return os.Chmod(s.hidden, 0o755) }, nil},
		{"move everything to " + o.Dir, func(context.Context) error { return s.appear() }, func(context.Context) error { return s.disappear() }},
	}
}

func (s *stage) makeDirs(context.Context) error {
	err := os.Mkdir(s.hidden, 0o700) // closed to others until it is complete
	if err == nil {
		err = os.MkdirAll(s.path(), 0o755)
	}
	if err == nil {
		err = os.Mkdir(s.path("state"), 0o700)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(s.hidden))
	}
	return nil
}

func (s *stage) clear(context.Context) error { return os.RemoveAll(s.hidden) }

func (s *stage) copyProgram(from string) error {
	return withProgram(from, func(program io.Reader) error { return create(s.path(programName), program, 0o755) })
}
