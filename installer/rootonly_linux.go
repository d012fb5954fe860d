package installer

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"jump/platform/account"
)

// rootOnly refuses a directory that others than root could exchange, or put
// something into: what is installed there would be run as root (design: a known
// road to higher rights). A *Refusal.
func rootOnly(dir string) error { return follow(dir, ownedByRoot) }

// lasting refuses a directory that others than root could exchange. Unlike with
// rootOnly, they may put something beside it, as in /tmp. A *Refusal.
func lasting(dir string) error {
	return follow(dir, func(path string) error {
		owner, mode, err := account.Holder(path)
		switch {
		case err == nil && owner == 0 && mode&fs.ModeSticky != 0:
			return nil
		case err == nil && owner != 0:
			return openToOthers(path) // also a link, which its owner may exchange there
		}
		return ownedByRoot(path)
	})
}

// follow checks everything on a path as the kernel follows it, every link
// included. A *Refusal.
func follow(path string, check func(path string) error) error {
	const most = 40 // links, as the kernel allows (path_resolution(7))
	todo := parts(path)
	at := "/"
	if err := check(at); err != nil {
		return err
	}
	for links := 0; len(todo) > 0; {
		next := filepath.Join(at, todo[0])
		todo = todo[1:]
		info, err := os.Lstat(next)
		if err != nil {
			return refuse(ReasonDir, "the install directory cannot be looked at", "Choose another with --install-dir.", err)
		}
		if err := check(next); err != nil {
			return err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		to, err := os.Readlink(next)
		if links++; err != nil || links > most {
			return refuse(ReasonDir, "the install directory cannot be looked at: too many links", "Choose another with --install-dir.", err)
		}
		if filepath.IsAbs(to) {
			at = "/"
		}
		todo = append(parts(to), todo...)
	}
	return nil
}

func parts(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" || s == "." })
}

// ownedByRoot refuses a directory that somebody else may write to; an access
// list that lets them shows in the group's bits (acl(5)), and a sticky directory
// lets everybody add to it. A link is as good as the directory that it is in.
func ownedByRoot(dir string) error {
	owner, mode, err := account.Holder(dir)
	if err != nil {
		return refuse(ReasonDir, "the install directory cannot be looked at", "Choose another with --install-dir.", err)
	}
	if mode&fs.ModeSymlink != 0 || owner == 0 && mode&0o022 == 0 {
		return nil
	}
	return openToOthers(dir)
}

func openToOthers(dir string) error {
	return refuse(ReasonDir, fmt.Sprintf("others than root can write to %s", dir),
		"What root runs must be below directories that only root can change, such as /opt.", nil)
}
