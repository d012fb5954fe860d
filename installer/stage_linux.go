package installer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

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
	config config.Config
	guard  *guard
	held   *os.File // the hidden directory, locked while this process lives

	prepare []Step // what else is to be done before the client appears
}

func newStage(o Options, owner account.Account) (*stage, error) {
	base, first, rest, err := ancestor(o.Dir)
	if err != nil {
		return nil, err
	}
	s := &stage{owner: owner, first: filepath.Join(base, first), rest: rest, config: o.record()}
	s.hidden = hiddenBeside(s.first)
	s.guard = &guard{task: task{Hidden: s.hidden, Tree: s.path(), Made: s.first, Dir: o.Dir, Owner: owner.UID}}
	return s, nil
}

// path returns the path of a file of the client while it is being made.
func (s *stage) path(names ...string) string {
	return filepath.Join(append([]string{s.hidden, s.rest}, names...)...)
}

// steps make the client of o and put it in place, under guard.
func (s *stage) steps(o Options) []Step {
	all := []Step{
		s.guard.begin(),
		s.as("make "+s.hidden, s.makeDirs, s.clear),
		{Name: "copy the program", Do: func(context.Context) error { return s.copyProgram(o.Program) }},
		{Name: "try the program", Do: s.tryProgram},
		s.as("write config.json", s.writeConfig, nil),
		s.as("write init-script and uninstall", func() error { return s.writeScripts(o.Dir) }, nil),
	}
	all = append(all, s.prepare...)
	return append(all, s.as("move everything to "+o.Dir, s.appear, s.disappear))
}

// as makes a step that is done with the rights of the client's owner.
func (s *stage) as(name string, do, undo func() error) Step {
	step := Step{Name: name, Do: func(context.Context) error { return s.owner.Do(do) }}
	if undo != nil {
		step.Undo = func(context.Context) error { return s.owner.Do(undo) }
	}
	return step
}

func (s *stage) makeDirs() error {
	sweep(filepath.Dir(s.hidden), s.owner)
	err := os.Mkdir(s.hidden, 0o755)
	if err != nil {
		return refuse(ReasonDir, "the install directory cannot be made", "", err)
	}
	if s.held, err = claim(s.hidden); err == nil {
		err = s.guard.made()
	}
	if err == nil {
		err = errors.Join(os.MkdirAll(s.path(), 0o755), os.Mkdir(s.path("state"), 0o700))
	}
	if err == nil {
		err = s.openDirs()
	}
	if err != nil {
		return errors.Join(err, s.clear())
	}
	return nil
}

// openDirs lets everybody through to the client's directory, whatever the umask
// of who installs: in service mode the client is another user.
func (s *stage) openDirs() error {
	for dir := s.path(); ; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil || dir == s.hidden {
			return err
		}
	}
}

func (s *stage) clear() error {
	if s.held != nil {
		s.held.Close()
	}
	err := os.RemoveAll(s.hidden)
	if s.config.Traces != nil {
		removeEmpty(s.config.Traces.Dirs)
	}
	return err
}

// tryProgram finds out whether programs can be run in this place: many a file
// system is mounted noexec.
func (s *stage) tryProgram(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, s.path(programName), "version")
	cmd.Dir = "/"
	s.owner.Become(cmd)
	if err := cmd.Run(); err != nil {
		return refuse(ReasonDir, "programs cannot be run in the install directory", "Choose one on another file system.", err)
	}
	return nil
}

// writeConfig needs no second file, unlike whoever replaces it later: nobody
// sees this one before it is whole.
func (s *stage) writeConfig() error {
	text, err := s.config.Text()
	if err != nil {
		return err
	}
	return create(s.path(config.FileName), bytes.NewReader(text), 0o600)
}

// appear refuses to replace what came into being meanwhile; rename would replace
// an empty directory.
func (s *stage) appear() error {
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
func (s *stage) disappear() error {
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
