package files

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"jump/platform/lock"
)

// Sum is the SHA-256 of what went by.
type Sum struct{ hash.Hash }

// Target says what is to be written, and where.
type Target struct {
	Path  string
	Name  string // if Path is a folder; empty: that is an error
	Size  int64
	Mode  uint32 // permission bits; 0: the usual ones
	Time  int64  // of the last change, nanoseconds since 1970; 0: now
	Force bool   // replace a file that is there
	Fresh bool   // throw away what is there of an earlier attempt
}

// Part is a file that is being written: beside its place, under a name of its
// own, until it is whole. What is there of it when it is closed stays, and the
// next Part of the same target goes on with it. Not for concurrent use.
type Part struct {
	Target
	Path   string // where it will be
	Offset int64  // bytes that are there
	sum    *Sum   // of them
	f      *os.File
	name   string
}

// Place returns the path at which a Target will be.
func (t *Target) Place() (string, error) {
	whole, err := Resolve(t.Path)
	if err != nil {
		return "", err
	}
	fi, err := os.Stat(whole)
	switch {
	case err == nil && fi.IsDir() && t.Name == "":
		return "", isFolder(whole)
	case err == nil && fi.IsDir() && !Single(t.Name):
		return "", badName(t.Name)
	case err == nil && fi.IsDir():
		return filepath.Join(whole, t.Name), nil
	case t.Path != "" && os.IsPathSeparator(t.Path[len(t.Path)-1]):
		return "", noFolder(whole)
	}
	return whole, nil
}

// Create begins to write a file, or goes on.
func Create(t Target) (*Part, error) {
	path, err := t.Place()
	if err != nil {
		return nil, err
	}
	if err := free(path, t.Force); err != nil {
		return nil, err
	}
	p := &Part{Target: t, Path: path, name: partName(path), sum: NewSum()}
	if err := p.open(); err != nil {
		return nil, explain(path, err)
	}
	if err := p.measure(); err != nil {
		p.f.Close()
		return nil, explain(path, err)
	}
	return p, nil
}

// free reports whether a file may be put at a path.
func free(path string, force bool) error {
	if fi, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) || err == nil && !fi.IsDir() {
		return noFolder(filepath.Dir(path))
	}
	fi, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return explain(path, err)
	case fi.IsDir():
		return isFolder(path)
	case !fi.Mode().IsRegular() && fi.Mode()&fs.ModeSymlink == 0:
		return special(path)
	case !force:
		return exists(path)
	}
	return nil
}

// partName returns the name of the file beside path.
func partName(path string) string {
	const longest, suffix = 240, ".jump-part" // of the 255 bytes that systems have
	name := filepath.Base(path)
	if len(name) > longest {
		sum := sha256.Sum256([]byte(name))
		name = hex.EncodeToString(sum[:16])
	}
	return filepath.Join(filepath.Dir(path), "."+name+suffix)
}

// open opens the part, makes it if need be, and keeps everybody else off it.
func (p *Part) open() error {
	for range 5 {
		f, err := p.try()
		if err != nil {
			return err
		}
		if err := lock.Try(f); err != nil {
			f.Close()
			return err
		}
		// Another may have finished and moved it, before its lock was ours.
		if fi, err := os.Lstat(p.name); err == nil && same(f, fi) {
			p.f = f
			return nil
		}
		f.Close()
	}
	return lock.ErrHeld
}

func (p *Part) try() (*os.File, error) {
	perm := fs.FileMode(0o666) // less the umask
	if p.Mode != 0 {
		perm = 0o600 // until the end
	}
	f, err := os.OpenFile(p.name, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
	if !errors.Is(err, fs.ErrExist) {
		return f, err
	}
	fi, err := os.Lstat(p.name)
	if err != nil {
		return nil, err
	}
	if !fi.Mode().IsRegular() || !ours(fi) {
		return nil, exists(p.name)
	}
	if f, err = os.OpenFile(p.name, os.O_RDWR|dontFollow, 0); err != nil {
		return nil, err
	}
	if !same(f, fi) {
		f.Close()
		return nil, exists(p.name)
	}
	return f, nil
}

// measure finds out what is there.
func (p *Part) measure() error {
	fi, err := p.f.Stat()
	if err != nil {
		return err
	}
	if p.Fresh || fi.Size() > p.Size {
		return p.Restart()
	}
	p.Offset, err = io.Copy(p.sum, p.f)
	return err
}

// Restart throws away what is there.
func (p *Part) Restart() error {
	p.Offset = 0
	p.sum.Reset()
	if _, err := p.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return p.f.Truncate(0)
}

// Sum returns the SHA-256 of what is there.
func (p *Part) Sum() []byte { return p.sum.Hash.Sum(nil) }

// Write adds to what is there. An error is an *Error. When the disk is full
// nothing of it stays.
func (p *Part) Write(b []byte) (int, error) {
	if p.Offset+int64(len(b)) > p.Size {
		return 0, p.damaged()
	}
	n, err := p.f.Write(b)
	p.sum.Write(b[:n])
	p.Offset += int64(n)
	if err != nil {
		err = explain(p.Path, err)
		if isCode(err, CodeDiskFull) {
			p.Discard()
		}
	}
	return n, err
}

func isCode(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

func (p *Part) damaged() error {
	p.Discard()
	return &Error{CodeDamaged, "What arrived of " + show(p.Path) + " is not what was sent.", "Copy it again."}
}

// Finish puts the file in its place, if it is whole and has that SHA-256, with
// its mode and time. After an error nothing of it stays.
func (p *Part) Finish(sum []byte) error {
	if p.Offset != p.Size || !bytes.Equal(p.Sum(), sum) {
		return p.damaged()
	}
	err := p.settle()
	if err == nil {
		err = place(p.name, p.Path, p.Force)
	}
	if err != nil {
		p.Discard()
		return explain(p.Path, err)
	}
	syncFolder(p.Path)
	return nil
}

// settle brings the part to its disk and closes it.
func (p *Part) settle() (err error) {
	if p.Mode != 0 {
		err = p.f.Chmod(fs.FileMode(p.Mode) & fs.ModePerm)
	}
	if err == nil {
		err = p.f.Sync()
	}
	if closed := p.f.Close(); err == nil {
		err = closed
	}
	if err != nil || p.Time == 0 {
		return err
	}
	return os.Chtimes(p.name, time.Time{}, time.Unix(0, p.Time))
}

// place moves a part to its place. A link is made first where nothing may be
// replaced: it is the one way that fails if something is there meanwhile.
func place(name, path string, force bool) error {
	if err := free(path, force); err != nil {
		return err
	}
	if !force {
		err := os.Link(name, path)
		if err == nil {
			return os.Remove(name)
		}
		if os.IsExist(err) {
			return err
		} // else a disk without links
	}
	return os.Rename(name, path)
}

// Discard ends it, and nothing of it stays.
func (p *Part) Discard() {
	p.f.Close()
	os.Remove(p.name)
}

// Close ends it. What is there stays for the next.
func (p *Part) Close() error { return p.f.Close() }
