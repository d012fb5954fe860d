// Package packages is the folder of generic client packages that a site hands
// out: which platforms there are, which of them have a package, and that a file
// is the one that its list describes.
//
// It makes no packages (packaging does), writes no key into them
// (installer/stamp does) and knows nothing about who may have one.
//
// # The folder
//
//	packages.json         what there is:
//	  {"version":"0.1.0","packages":[
//	    {"platform":"linux-x64","kind":"bin","file":"jumpclient-linux-x64.bin","size":123,"sha256":"…"}]}
//	jumpclient-linux-x64.bin and so on
//
// Files and list may be replaced while the site runs: replace the files first
// and the list last, each by renaming.
package packages

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// ErrNone says that there is no package for a platform on this site.
var ErrNone = errors.New("there is no package for this platform on the site")

// Folder is a folder of packages. It need not exist. Methods are safe for
// concurrent use.
type Folder struct {
	path string

	mu      sync.Mutex
	list    list             // as read last
	read    mark             // of the packages.json that it was read from
	checked map[string]proof // by file name
}

// mark tells a file from its replacement.
type mark struct {
	size    int64
	changed time.Time
	info    fs.FileInfo // nil: there is no file
}

func markOf(info fs.FileInfo) mark { return mark{info.Size(), info.ModTime(), info} }

func (m mark) same(n mark) bool {
	if m.info == nil || n.info == nil {
		return m.info == nil && n.info == nil
	}
	return m.size == n.size && m.changed.Equal(n.changed) && os.SameFile(m.info, n.info)
}

// proof is the outcome of comparing a file with what the list says of it.
type proof struct {
	of   mark
	want Package
	err  error
}

// At returns the folder at that path.
func At(path string) *Folder { return &Folder{path: path, checked: map[string]proof{}} }

// DefaultPath returns the folder "packages" beside this program if there is
// one, or else the one in the site's data folder.
func DefaultPath(data string) string {
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), "packages")
		if info, err := os.Stat(beside); err == nil && info.IsDir() {
			return beside
		}
	}
	return filepath.Join(data, "packages")
}

// Path returns where the folder is.
func (f *Folder) Path() string { return f.path }

// Open opens a platform's package after its content was found to be what the
// list says. ErrNone if there is none, or a file that is not that one; the log
// says which. The caller closes it.
func (f *Folder) Open(platform string) (io.ReadCloser, Offer, error) {
	known, ok := PlatformByID(platform)
	if !ok {
		return nil, Offer{}, ErrNone
	}
	p, ok := f.find(platform)
	if !ok {
		return nil, Offer{}, ErrNone
	}
	file, err := f.open(p)
	if err != nil {
		slog.Error("a package cannot be handed out", "folder", f.path, "file", p.File, "error", err)
		return nil, Offer{}, ErrNone
	}
	return file, p.offer(known), nil
}

func (f *Folder) open(p Package) (*os.File, error) {
	root, err := os.OpenRoot(f.path) // links lead to nowhere outside
	if err != nil {
		return nil, err
	}
	defer root.Close()
	file, err := root.Open(p.File)
	if err != nil {
		return nil, err
	}
	if err := f.prove(file, p); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// prove compares an open file with the list, once for each file that there is
// under this name.
func (f *Folder) prove(file *os.File, p Package) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	now := markOf(info)
	f.mu.Lock()
	defer f.mu.Unlock() // one reads it, the others wait for the outcome
	if known, ok := f.checked[p.File]; ok && known.of.same(now) && known.want == p {
		return known.err
	}
	err = p.check(file, info)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	f.checked[p.File] = proof{now, p, err}
	return err
}

// find looks a platform up in the list, which is read again when it changed.
func (f *Folder) find(platform string) (Package, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refreshLocked()
	for _, p := range f.list.Packages {
		if p.Platform == platform {
			return p, true
		}
	}
	return Package{}, false
}

func (f *Folder) refreshLocked() {
	var now mark
	if info, err := os.Stat(filepath.Join(f.path, listFile)); err == nil {
		now = markOf(info)
	}
	if now.same(f.read) {
		return
	}
	f.list, f.read, f.checked = list{}, now, map[string]proof{}
	if now.info == nil {
		return
	}
	l, err := readList(f.path)
	if err != nil {
		slog.Error("the list of packages cannot be used", "folder", f.path, "error", err)
		return
	}
	f.list = l
	slog.Info("packages for download", "folder", f.path, "version", fmt.Sprintf("%.32q", l.Version), "packages", len(l.Packages))
}
