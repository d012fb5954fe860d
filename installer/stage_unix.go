//go:build unix

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
	"jump/platform/account"
)

// Names in an installed client's directory (docs/ARCHITECTURE.md).
const (
	programName    = "jumpclient"
	initScriptName = "init-script"
	uninstallName  = "uninstall"
)

// hiddenPrefix begins the names of directories that are being made or removed.
const hiddenPrefix = ".jumpclient-"

// stage is where a client is made before it exists: a hidden directory beside
// the topmost one that is missing, which becomes real by one rename. So at any
// moment there is either nothing at the target or all of it.
//
//	target /home/jane/a/b with /home/jane there alone:
//	hidden /home/jane/.jumpclient-x/b  becomes  /home/jane/a/b
type stage struct {
	owner  account.Account // who will own the client, and may write there
	hidden string          // the hidden directory
	first  string          // what it becomes
	rest   string          // the client's directory below both; "" if it is first itself
}

func newStage(o Options, owner account.Account) (*stage, error) {
	base, first, rest, err := ancestor(o.Dir)
	if err != nil {
		return nil, err
	}
	hidden := hiddenPrefix + strings.ToLower(rand.Text()[:10])
	return &stage{owner: owner, hidden: filepath.Join(base, hidden), first: filepath.Join(base, first), rest: rest}, nil
}

// path returns the path of a file of the client while it is being made.
func (s *stage) path(names ...string) string {
	return filepath.Join(append([]string{s.hidden, s.rest}, names...)...)
}

// steps make the client of o and put it in place.
func (s *stage) steps(o Options) []Step {
	return []Step{
		s.as(Step{"make " + s.hidden, s.makeDirs, s.clear}),
		{Name: "copy the program", Do: func(context.Context) error { return s.copyProgram(o.Program) }},
		s.as(Step{"write config.json", func(context.Context) error { return config.At(s.path()).SaveConfig(o.record()) }, nil}),
		s.as(Step{"write init-script and uninstall", func(context.Context) error { return s.writeScripts(o.Dir) }, nil}),
		s.as(Step{"move everything to " + o.Dir, s.appear, s.disappear}),
	}
}

// as does a step with the rights of the client's owner.
func (s *stage) as(step Step) Step {
	asOwner := func(do func(context.Context) error) func(context.Context) error {
		if do == nil {
			return nil
		}
		return func(ctx context.Context) error { return s.owner.Do(func() error { return do(ctx) }) }
	}
	return Step{step.Name, asOwner(step.Do), asOwner(step.Undo)}
}

func (s *stage) makeDirs(context.Context) error {
	if err := os.Mkdir(s.hidden, 0o755); err != nil {
		return err
	}
	err := os.MkdirAll(s.path(), 0o755)
	if err == nil {
		err = os.Mkdir(s.path("state"), 0o700)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(s.hidden))
	}
	return nil
}

func (s *stage) clear(context.Context) error { return os.RemoveAll(s.hidden) }

// appear refuses to replace what came into being meanwhile; rename would replace
// an empty directory.
func (s *stage) appear(context.Context) error {
	if err := syncTree(s.hidden); err != nil {
		return err
	}
	if _, err := os.Lstat(s.first); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s has come into being meanwhile", s.first)
	}
	if err := os.Rename(s.hidden, s.first); err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(s.first)); err != nil {
		return errors.Join(err, os.Rename(s.first, s.hidden))
	}
	return nil
}

// disappear hides what may be running, so that nobody sees half of it go.
func (s *stage) disappear(context.Context) error {
	err := os.Rename(s.first, s.hidden)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// copyProgram reads with the rights of who installs, for whom alone an unpacked
// installer may be readable, and leaves a stamp behind: it holds a secret.
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
	return s.owner.Do(func() error { return create(s.path(programName), io.LimitReader(in, size), 0o755) })
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
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// syncTree brings the names in all directories of a tree to the disk.
func syncTree(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return syncDir(path)
	})
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
