package installer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jump/agent/config"
	"jump/installer/stamp"
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

// stage is where a client is made before it exists: a hidden directory beside
// the topmost one that is missing, which becomes real by one rename.
type stage struct {
	hidden string // the directory in the making
	first  string // what it becomes
	rest   string // the client's directory below both; "" if it is first itself
}

func newStage(dir string) (*stage, error) {
	base, first, rest, err := ancestor(dir)
	if err != nil {
		return nil, err
	}
	return &stage{hiddenBeside(filepath.Join(base, first)), filepath.Join(base, first), rest}, nil
}

// hiddenBeside makes up the name of a hidden directory.
func hiddenBeside(dir string) string {
	return filepath.Join(filepath.Dir(dir), ".jumpclient-"+strings.ToLower(rand.Text()[:10]))
}

// path returns the path of a file of the client while it is being made.
func (s *stage) path(names ...string) string {
	return filepath.Join(append([]string{s.hidden, s.rest}, names...)...)
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
		{"move everything to " + o.Dir, s.appear, s.disappear},
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

// copyProgram leaves a stamp behind, as it holds a secret and everybody may read
// the program.
func (s *stage) copyProgram(from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	size, err := stamp.ProgramSize(in, info.Size())
	if err != nil {
		return err
	}
	return create(s.path(programName), io.LimitReader(in, size), 0o755)
}

// appear refuses to replace what came into being meanwhile; rename would replace
// an empty directory.
func (s *stage) appear(context.Context) error {
	if _, err := os.Lstat(s.first); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s has come into being meanwhile", s.first)
	}
	return os.Rename(s.hidden, s.first)
}

func (s *stage) disappear(context.Context) error {
	err := os.Rename(s.first, s.hidden)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// create makes a file that does not exist, with these permissions whatever the
// umask, and brings it to the disk.
func create(path string, content io.Reader, perm fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if err == nil {
		err = f.Chmod(perm)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
