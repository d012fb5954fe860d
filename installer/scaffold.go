package installer

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jump/installer/stamp"
)

// hiddenPrefix begins the names of directories that are being made or removed.
const hiddenPrefix = ".jumpclient-"

// hiddenBeside makes up the name of a hidden directory.
func hiddenBeside(dir string) string {
	return filepath.Join(filepath.Dir(dir), hiddenPrefix+strings.ToLower(rand.Text()[:10]))
}

// scaffold is where a client is made before it exists: a hidden directory beside
// the topmost one that is missing, which becomes real by one rename. So at any
// moment there is either nothing at the target or all of it.
//
//	target /home/jane/a/b with /home/jane there alone:
//	hidden /home/jane/.jumpclient-x/b  becomes  /home/jane/a/b
type scaffold struct {
	hidden string // the hidden directory
	first  string // what it becomes
	rest   string // the client's directory below both; "" if it is first itself
}

func newScaffold(dir string) (scaffold, error) {
	base, first, rest, err := ancestor(dir)
	if err != nil {
		return scaffold{}, err
	}
	first = filepath.Join(base, first)
	return scaffold{hiddenBeside(first), first, rest}, nil
}

// path returns the path of a file of the client while it is being made.
func (s scaffold) path(names ...string) string {
	return filepath.Join(append([]string{s.hidden, s.rest}, names...)...)
}

// appear refuses to replace what came into being meanwhile; a rename may replace
// an empty directory.
func (s scaffold) appear() error {
	if _, err := os.Lstat(s.first); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s has come into being meanwhile", s.first)
	}
	return os.Rename(s.hidden, s.first)
}

// disappear hides what may be running, so that nobody sees half of it go.
func (s scaffold) disappear() error {
	err := os.Rename(s.first, s.hidden)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// withProgram calls do with the content of a client program but a stamp behind
// it, which holds a secret: everybody may read what is installed.
func withProgram(path string, do func(io.Reader) error) error {
	in, err := os.Open(path)
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
	return do(io.LimitReader(in, size))
}
