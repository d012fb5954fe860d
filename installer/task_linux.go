package installer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"jump/agent/config"
	"jump/platform/account"
)

// task is what is to be cleaned up when an installation or an uninstallation is
// killed.
type task struct {
	Hidden string `json:"hidden"` // to be removed, if it exists
	Tree   string `json:"tree"`   // the client's directory in it
	Made   string `json:"made"`   // what the hidden directory becomes, or was
	Dir    string `json:"dir"`    // to be uninstalled, if Made is Client
	Owner  uint32 `json:"owner"`  // whose rights on files suffice

	Dirs    []string `json:"dirs,omitempty"` // to be removed if they are empty, in this order
	Client  fileID   `json:"client"`
	Service string   `json:"service,omitempty"` // to be forgotten; empty in user mode
}

// fileID tells a directory from another one at its place; zero is none.
type fileID struct{ Device, Inode uint64 }

func identify(path string) fileID {
	info, err := os.Lstat(path)
	if err != nil {
		return fileID{}
	}
	s := info.Sys().(*syscall.Stat_t)
	return fileID{uint64(s.Dev), s.Ino}
}

// clean may be done again after it was interrupted.
func (t task) clean() error {
	owner, err := account.ByID(t.Owner)
	if err != nil {
		return err
	}
	err = owner.Do(func() error {
		defer removeEmpty(t.Dirs)
		return discard(t.Hidden, t.Tree)
	})
	switch now := identify(t.Made); {
	case now != fileID{} && now == t.Client:
		return errors.Join(err, t.uninstall())
	case now == fileID{} && t.Service != "":
		return errors.Join(err, forgetService(context.Background(), t.Service))
	}
	return err
}

// discard removes a hidden directory and the client's in it, beginning with what
// it knows to be there, from the inside out: so a process gets on as well that
// is killed at every third look into a directory.
func discard(hidden, tree string) error {
	for _, name := range knownFiles {
		_ = os.Remove(filepath.Join(tree, name)) // what is left, the last line tells
	}
	return os.RemoveAll(hidden)
}

// knownFiles are those of installer, agent and log in a client's directory.
var knownFiles = []string{
	programName, initScriptName, uninstallName, config.FileName,
	"state/identity.key", "state/renewal.json", "state/learned.json", "state/status.json", "state/offline.json", "state/ended.json",
	"state/lock", "state/start.log", "state/client.log", "state/client.log.1", "state/client.log.2", "state/disabled",
	"state", "",
}

// uninstall hides the client under the same name every time.
func (t task) uninstall() error {
	client, err := takeOff(t.Dir)
	if err != nil {
		return err
	}
	client.hidden = t.Hidden
	return Plan{Steps: client.all()}.Run(context.Background(), nil)
}
