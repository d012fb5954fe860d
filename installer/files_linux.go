package installer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"jump/internal/atomicfile"
	"jump/platform/account"
)

// replace writes a small file so that it is there as a whole or not at all.
func replace(path, text string) error { return atomicfile.Write(path, []byte(text), 0o644) }

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

// claim locks a hidden directory, so that others see that somebody works in it.
// The system gives it free when this process ends.
func claim(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// sweep removes hidden directories in base that somebody left who was killed
// together with his guard. What cannot be removed is in nobody's way.
func sweep(base string, owner account.Account) {
	all, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range all {
		info, err := e.Info()
		if !strings.HasPrefix(e.Name(), hiddenPrefix) || err != nil || !info.IsDir() || info.Sys().(*syscall.Stat_t).Uid != owner.UID {
			continue
		}
		dir := filepath.Join(base, e.Name())
		if f, err := claim(dir); err == nil {
			_ = os.RemoveAll(dir)
			f.Close()
		}
	}
}
