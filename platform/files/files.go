// Package files reads and writes files that are copied from or to another
// computer, as whoever runs this process: what lies at a path ([Look], [List]),
// a file to read ([Open]), and a file that is written beside its place and put
// there when it is whole ([Create]).
//
// It is not the conversation with the other computer (agent/session at the
// endpoint, cmd/jump at the other end), and it knows no rights but the system's.
// It opens nothing but regular files and folders, and what it writes never goes
// through a link.
package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strings"
	"syscall"
	"unicode/utf8"

	"jump/platform/lock"
)

// Error says what is wrong with a file, to people. The codes are those of
// transport/wire.
type Error struct {
	Code string
	Text string // a sentence
	Hint string
}

// Error returns the sentence without its full stop.
func (e *Error) Error() string { return strings.TrimSuffix(e.Text, ".") }

// Codes on which somebody decides.
const (
	CodeDiskFull = "disk_full"
	CodeDamaged  = "file_damaged"
	CodeNoFile   = "no_file"
)

// explain returns err, which is about path, as an *Error.
func explain(path string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return about(path, CodeNoFile, " is not there.", "")
	case errors.Is(err, syscall.ENOTDIR):
		return about(path, "no_folder", " cannot be: a part of the path is a file.", "")
	case errors.Is(err, fs.ErrPermission):
		return about(path, "no_access", " may not be reached.", as())
	case errors.Is(err, fs.ErrExist):
		return exists(path)
	case isFull(err):
		return about(path, CodeDiskFull, " finds no room on its disk.", "Make room on that disk, and copy again.")
	case isName(err):
		return badName(path)
	case errors.Is(err, lock.ErrHeld), isBusy(err):
		return about(path, "file_busy", " is held by another program.", "Try again when that has finished.")
	}
	var system *fs.PathError
	if errors.As(err, &system) {
		err = system.Err
	}
	return about(path, "file_failed", fmt.Sprintf(": %.200s.", err), "")
}

// as says in whose name this process looks.
func as() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return "Files are reached as the user " + u.Username + "."
}

func exists(path string) error {
	return about(path, "file_exists", " is there already.", "It is replaced only if that is asked for.")
}

func badName(path string) error {
	return about(path, "file_name", " is no name of a file on this system.", "Choose another name.")
}

func isFolder(path string) error {
	return about(path, "file_folder", " is a folder.", "Folders are copied with all that is in them only if that is asked for.")
}

func noFolder(path string) error {
	return about(path, "no_folder", " is no folder that is there.", "Make it first.")
}

func special(path string) error {
	return about(path, "file_special", " is a device, a pipe or a socket.", "Only files and folders are copied.")
}

// about returns an error whose sentence begins with the path.
//
//go:noinline
func about(path, code, says, hint string) error { return &Error{code, show(path) + says, hint} }

// show returns a path as it fits into a sentence.
func show(path string) string {
	const most = 200
	path = strings.ToValidUTF8(path, "�")
	if len(path) <= most {
		return path
	}
	cut := len(path) - most
	for !utf8.RuneStart(path[cut]) {
		cut++
	}
	return "…" + path[cut:]
}

// same reports whether an open file is the regular file that was looked at.
func same(f *os.File, before fs.FileInfo) bool {
	now, err := f.Stat()
	return err == nil && now.Mode().IsRegular() && os.SameFile(before, now)
}
