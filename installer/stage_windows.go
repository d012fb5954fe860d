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
	"time"

	"jump/agent/config"
	"jump/installer/stamp"
	"jump/platform/acl"
)

// programName is the client in its directory.
const programName = "jumpclient.exe"

// hiddenPrefix begins the names of what is being made or removed.
const hiddenPrefix = ".jumpclient-"

// stage is where a client is made before it exists: a directory of another name
// beside the topmost one that is missing, which becomes real by one rename.
type stage struct {
	mode   Mode
	hidden string // the directory in the making
	first  string // what it becomes
	rest   string // the client's directory below both; "" if it is first itself
}

func newStage(o Options) (*stage, error) {
	base, first, rest, err := ancestor(o.Dir)
	if err != nil {
		return nil, err
	}
	return &stage{o.Mode, filepath.Join(base, hiddenName()), filepath.Join(base, first), rest}, nil
}

func hiddenName() string { return hiddenPrefix + strings.ToLower(rand.Text()[:10]) }

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
		{"move everything to " + o.Dir, s.appear, s.disappear},
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

// copyProgram leaves the trailer behind, as it holds the key and everybody may
// read the program.
func (s *stage) copyProgram(from string) error {
	if from == "" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		from = self
	}
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
	to := s.path(programName)
	if err := create(to, io.LimitReader(in, size)); err != nil || s.mode != ModeService {
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

// appear refuses to replace what came into being meanwhile: Windows' rename
// does not replace a directory.
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
