package installer

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jump/agent/config"
	"jump/platform/acl"
)

// programName is the client in its directory.
const programName = "jumpclient.exe"

// stage makes a client on its scaffold.
type stage struct {
	scaffold
	mode Mode
}

func newStage(o Options) (*stage, error) {
	on, err := newScaffold(o.Dir)
	return &stage{on, o.Mode}, err
}

// steps make the client of o and put it in place.
func (s *stage) steps(o Options) []Step {
	return []Step{
		{"make " + s.hidden, s.makeDirs, s.clear},
		{"copy the program", func(context.Context) error { return s.copyProgram(o.Program) }, nil},
		{"write config.json", func(context.Context) error { return config.At(s.path()).SaveConfig(o.record()) }, nil},
		{"move everything to " + o.Dir, func(context.Context) error { return s.appear() }, func(context.Context) error { return s.disappear() }},
	}
}

// makeDirs makes every directory with its descriptor: there is no moment in
// which others could put something there, or read a secret.
func (s *stage) makeDirs(context.Context) error {
	sweep(filepath.Dir(s.hidden), time.Now().Add(-abandoned))
	dir := s.hidden
	err := s.makeDir(dir, acl.Folder)
	for _, name := range strings.Split(s.rest, `\`) {
		if err == nil && name != "" {
			dir = filepath.Join(dir, name)
			err = s.makeDir(dir, acl.Folder)
		}
	}
	if err == nil {
		err = s.makeDir(s.path("state"), acl.Secret)
	}
	if err != nil {
		return errors.Join(err, removeTree(s.hidden))
	}
	return nil
}

// abandoned is the age at which what is hidden is nobody's any more: to install
// or to remove a client takes seconds.
const abandoned = time.Hour

// sweep removes what installations and removals that were killed have left in a
// folder before a time. What cannot be removed is in nobody's way.
func sweep(folder string, before time.Time) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && strings.HasPrefix(e.Name(), hiddenPrefix) && info.ModTime().Before(before) {
			_ = removeTree(filepath.Join(folder, e.Name()))
		}
	}
}

// makeDir leaves the rights of user mode to the user's profile.
func (s *stage) makeDir(path, sddl string) error {
	if s.mode == ModeService {
		return acl.MakeFolder(path, sddl)
	}
	return os.Mkdir(path, 0o700)
}

func (s *stage) clear(context.Context) error { return removeTree(s.hidden) }

func (s *stage) copyProgram(from string) error {
	if from == "" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		from = self
	}
	to := s.path(programName)
	err := withProgram(from, func(program io.Reader) error { return create(to, program) })
	if err != nil || s.mode != ModeService {
		return err
	}
	return acl.Set(to, acl.Program)
}

// create makes a file that does not exist and brings it to the disk.
func create(path string, content io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// removeClient removes config.json after everything else: as long as it is
// there, the removal can be run again.
func removeClient(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if e.Name() == config.FileName {
			continue
		}
		if err := removeTree(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return removeTree(dir)
}

// removeTree removes a file, or a directory with everything in it, also one
// that is not there. It follows no link. os.RemoveAll would do, but it asks for what older
// systems and wine do not have.
func removeTree(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return os.Remove(path)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := removeTree(filepath.Join(path, e.Name())); err != nil {
			return err
		}
	}
	return os.Remove(path)
}
