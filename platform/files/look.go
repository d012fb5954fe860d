package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"
)

// Kind is what lies at a path. The numbers are those of wire.FileKind.
type Kind uint8

// The kinds.
const (
	KindRegular Kind = 1
	KindFolder  Kind = 2
	KindLink    Kind = 3
	KindSpecial Kind = 4
)

// Info is what there is to know of a file.
type Info struct {
	Path string // whole; empty in a list
	Name string
	Kind Kind
	Size int64  // of a file, in bytes
	Mode uint32 // permission bits; 0 where the system has none
	Time int64  // of the last change, nanoseconds since 1970
}

// MaxListed is how many entries of a folder are listed.
const MaxListed = 100_000

// Look returns what lies at a path. Links are followed.
func Look(path string) (Info, error) {
	whole, err := Resolve(path)
	if err != nil {
		return Info{}, err
	}
	fi, err := os.Stat(whole)
	if err != nil {
		return Info{}, explain(whole, err)
	}
	return facts(whole, fi), nil
}

func facts(path string, fi fs.FileInfo) Info {
	i := Info{Path: path, Name: filepath.Base(path), Kind: kind(fi.Mode()), Mode: modeOf(fi), Time: fi.ModTime().UnixNano()}
	if i.Kind == KindRegular {
		i.Size = fi.Size()
	}
	return i
}

func kind(m fs.FileMode) Kind {
	switch {
	case m.IsRegular():
		return KindRegular
	case m.IsDir():
		return KindFolder
	case m&fs.ModeSymlink != 0:
		return KindLink
	}
	return KindSpecial
}

// List gives what is in a folder to take, in no order, as many at a time as
// there are names in batch, and returns how many it left out: names that are no
// UTF-8, and those after MaxListed. Links are not followed. An error of take
// ends it.
func List(path string, batch int, take func([]Info) error) (hidden int64, err error) {
	whole, err := Resolve(path)
	if err != nil {
		return 0, err
	}
	if top := drives(path); top != nil {
		return 0, take(top)
	}
	f, err := openFolder(whole)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for left := MaxListed; ; {
		entries, err := f.ReadDir(batch)
		list := known(entries[:min(left, len(entries))])
		hidden += int64(len(entries) - len(list))
		left -= len(list)
		if len(list) > 0 {
			if err := take(list); err != nil {
				return hidden, err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return hidden, nil
		case err != nil:
			return hidden, explain(whole, err)
		}
	}
}

func openFolder(path string) (*os.File, error) {
	fi, err := os.Stat(path)
	if err == nil && !fi.IsDir() {
		return nil, noFolder(path)
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(path)
	}
	return f, explain(path, err)
}

// known returns what can be told of some entries.
func known(entries []fs.DirEntry) []Info {
	var list []Info
	for _, e := range entries {
		fi, err := e.Info()
		if err != nil || !utf8.ValidString(e.Name()) {
			continue
		}
		i := facts(e.Name(), fi)
		i.Path = ""
		list = append(list, i)
	}
	return list
}

// Make makes a folder, unless there is one. Its owner can always use it.
func Make(path string, mode uint32) (Info, error) {
	whole, err := Resolve(path)
	if err != nil {
		return Info{}, err
	}
	perm := fs.FileMode(mode) | 0o700
	if mode == 0 {
		perm = 0o777
	}
	err = os.Mkdir(whole, perm)
	if errors.Is(err, fs.ErrNotExist) {
		return Info{}, noFolder(filepath.Dir(whole))
	}
	fi, lookErr := os.Stat(whole)
	switch {
	case lookErr == nil && fi.IsDir():
		return facts(whole, fi), nil
	case err == nil:
		err = lookErr
	}
	return Info{}, explain(whole, err)
}
