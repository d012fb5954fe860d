package installer

import (
	"context"
	"errors"
	"os"
	"syscall"

	"jump/platform/account"
)

// task is what is to be cleaned up when an installation or an uninstallation is
// killed.
type task struct {
	Hidden string `json:"hidden"` // to be removed, if it exists
	Made   string `json:"made"`   // what the hidden directory becomes, or was
	Dir    string `json:"dir"`    // to be uninstalled, if Made is Client
	Owner  uint32 `json:"owner"`  // whose rights on files suffice

	Client  fileID `json:"client"`
	Service string `json:"service,omitempty"` // to be forgotten; empty in user mode
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
	err = owner.Do(func() error { return os.RemoveAll(t.Hidden) })
	switch now := identify(t.Made); {
	case now != fileID{} && now == t.Client:
		return errors.Join(err, t.uninstall())
	case now == fileID{} && t.Service != "":
		return errors.Join(err, forgetService(context.Background(), t.Service))
	}
	return err
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
