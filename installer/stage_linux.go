package installer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"jump/agent/config"
	"jump/platform/account"
)

// Names in an installed client's directory (docs/ARCHITECTURE.md).
const (
	programName    = "jumpclient"
	initScriptName = "init-script"
	uninstallName  = "uninstall"
)

// stage makes a client on its scaffold, with the rights of its owner.
type stage struct {
	scaffold
	owner  account.Account // who will own the client, and may write there
	config config.Config
	guard  *guard
	held   *os.File // the hidden directory, locked while this process lives

	prepare []Step // what else is to be done before the client appears
}

func newStage(o Options, owner account.Account) (*stage, error) {
	on, err := newScaffold(o.Dir)
	if err != nil {
		return nil, err
	}
	s := &stage{scaffold: on, owner: owner, config: o.record()}
	s.guard = &guard{task: task{Hidden: s.hidden, Tree: s.path(), Made: s.first, Dir: o.Dir, Owner: owner.UID}}
	return s, nil
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
		return refuse(ReasonDir, "the install directory cannot be made", "Choose another with --install-dir.", err)
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

// appear brings everything to the disk before and after.
func (s *stage) appear() error {
	err := syncTree(s.hidden)
	if err == nil {
		err = s.scaffold.appear()
	}
	if err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(s.first)); err != nil {
		return errors.Join(err, s.disappear())
	}
	return nil
}

// copyProgram reads with the rights of who installs, for whom alone an unpacked
// installer may be readable.
func (s *stage) copyProgram(from string) error {
	return withProgram(from, func(program io.Reader) error {
		return s.owner.Do(func() error { return create(s.path(programName), program, 0o755) })
	})
}
