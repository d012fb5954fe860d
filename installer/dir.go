package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"jump/agent/config"
	"jump/installer/stamp"
)

// checkDir refuses a directory that exists, and says so if the same client is
// in it (requirement B5). A *Refusal.
func checkDir(dir string, key stamp.Key) error {
	_, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return refuse(ReasonDir, "the install directory cannot be looked at", "Choose another with --install-dir.", err)
	case belongs(dir, key):
		return installed(dir)
	}
	return refuse(ReasonDir, fmt.Sprintf("the install directory %s exists already", dir),
		"Choose one that does not exist: the installer makes it.", nil)
}

func installed(dir string) *Refusal {
	return refuse(ReasonInstalled, fmt.Sprintf("this Jump Client is installed already, in %s", dir),
		"Nothing was changed. Uninstall it first to install it anew.", nil)
}

// belongs reports whether the client in dir was installed with that key.
func belongs(dir string, key stamp.Key) bool {
	c, err := config.At(dir).Config()
	if err != nil {
		return false
	}
	k, err := stamp.Parse(c.KeyInfo)
	return err == nil && k.ID == key.ID && k.Site == key.Site
}

// freeDir returns the first of preferred, preferred-2, … that does not exist.
// It refuses if the client of this key is in one that does: whoever runs the
// same installer twice wants one client. A *Refusal.
func freeDir(preferred string, key stamp.Key) (string, error) {
	const most = 100
	for n := 1; n <= most; n++ {
		dir := preferred
		if n > 1 {
			dir = fmt.Sprintf("%s-%d", preferred, n)
		}
		var no *Refusal
		err := checkDir(dir, key)
		if err == nil {
			return dir, nil
		}
		if errors.As(err, &no) && no.Reason == ReasonInstalled {
			return "", err
		}
	}
	return "", refuse(ReasonDir, fmt.Sprintf("%s and %d directories beside it exist already", preferred, most-1),
		"Choose another with --install-dir.", nil)
}

// ancestor returns the deepest directory above dir that exists, the name that
// is missing in it, and what is missing below that ("" if nothing is).
func ancestor(dir string) (base, first, rest string, err error) {
	for base = dir; ; {
		parent := filepath.Dir(base)
		if parent == base {
			return "", "", "", refuse(ReasonDir, fmt.Sprintf("nothing above %s exists", dir), "Choose another with --install-dir.", nil)
		}
		base, first, rest = parent, filepath.Base(base), filepath.Join(first, rest)
		info, err := os.Stat(base)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return "", "", "", refuse(ReasonDir, "the install directory cannot be made", "Choose another with --install-dir.", err)
		case !info.IsDir():
			return "", "", "", refuse(ReasonDir, fmt.Sprintf("the install directory cannot be made: %s is not a directory", base), "Choose another with --install-dir.", nil)
		}
		return base, first, rest, nil
	}
}
