package installer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"jump/agent/config"
	"jump/platform/account"
	"jump/platform/daemon"
)

// takingOff is how a client is taken off: stopped, forgotten by the system,
// hidden by one rename, and deleted.
type takingOff struct {
	dir    string
	hidden string
	owner  account.Account
	traces config.Traces
	gone   bool // deleting has begun: there is no way back

	stop, remove []Step
}

// configOf returns what was written down when the client in dir was installed.
// It reads with the rights of the directory's owner, who may have put a link
// there.
func configOf(dir string) (c config.Config, err error) {
	owner, err := account.Owner(dir)
	if err != nil {
		return c, err
	}
	err = owner.Do(func() error {
		c, err = config.At(dir).Config()
		return err
	})
	return c, err
}

// takeOff decides by the client's mode. A *Refusal.
func takeOff(dir string) (*takingOff, error) {
	owner, err := account.Owner(dir)
	if err != nil {
		return nil, refuse(ReasonDir, "the client's directory cannot be looked at", "Run this as its user or as root.", err)
	}
	c, err := configOf(dir)
	if err != nil {
		c = config.Config{} // it is damaged: what it tells is done without
	}
	if owner.UID == 0 {
		if err := trust(dir, modeOf(dir, c, owner)); err != nil {
			return nil, refuse(ReasonDir, fmt.Sprintf("what %s holds may be anybody's", dir), "Look at it, and remove the client by hand.", err)
		}
	}
	if modeOf(dir, c, owner) == ModeService {
		return takeServiceOff(dir, c)
	}
	if me, err := account.Current(); err == nil && me.UID != 0 && me.UID != owner.UID {
		return nil, refuse(ReasonRights, fmt.Sprintf("the client in %s is %s's", dir, owner.Name), "Run this as that user or as root.", nil)
	}
	t := &takingOff{dir: dir, hidden: hiddenBeside(dir), owner: owner}
	if c.Traces != nil {
		t.traces = *c.Traces
	}
	lock := config.At(dir).Lock()
	t.stop = []Step{{
		Name: "stop the client",
		Do:   func(ctx context.Context) error { return daemon.Stop(ctx, lock, owner) },
	}}
	t.remove = append(unregister(dir, owner), t.files()...)
	return t, nil
}

// trust refuses a directory of root's that no installer has made so: root would
// do what somebody else has written into its config.json.
func trust(dir string, mode Mode) error {
	if mode == ModeService {
		return rootOnly(dir)
	}
	return errors.Join(ownedByRoot(dir), lasting(dir))
}

// modeOf returns the mode of the client in dir, also when its config.json cannot
// tell. What lies in a user's directory is that user's word: it must not make
// root do anything with root's rights.
func modeOf(dir string, c config.Config, owner account.Account) Mode {
	switch {
	case owner.UID != 0:
		return ModeUser
	case c.Mode != "":
		return Mode(c.Mode)
	}
	if _, err := os.Lstat(filepath.Join(unitDir, ServiceName(dir)+".service")); err == nil {
		return ModeService
	}
	return ModeUser
}

// files are the steps that remove files.
func (t *takingOff) files() []Step {
	return []Step{
		t.as("remove what is outside of "+t.dir, t.removeTraces, nil),
		t.as("hide "+t.dir, t.hide, t.show),
		t.as("delete its files", t.remains, nil),
	}
}

func (t *takingOff) all() []Step { return append(t.stop, t.remove...) }

// as makes a step that is done with the rights of the client's owner.
func (t *takingOff) as(name string, do, undo func() error) Step {
	s := Step{Name: name, Do: func(context.Context) error { return t.owner.Do(do) }}
	if undo != nil {
		s.Undo = func(context.Context) error { return t.owner.Do(undo) }
	}
	return s
}

func (t *takingOff) removeTraces() error {
	for _, path := range t.traces.Files {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (t *takingOff) hide() error { return os.Rename(t.dir, t.hidden) }

func (t *takingOff) show() error {
	if t.gone {
		return nil
	}
	return os.Rename(t.hidden, t.dir)
}

// remains deletes what is left.
func (t *takingOff) remains() error {
	t.gone = true
	err := discard(t.hidden, t.hidden)
	removeEmpty(t.traces.Dirs)
	return err
}

// removeEmpty removes the directories that the installer made, but those into
// which others have put something.
func removeEmpty(dirs []string) {
	for _, dir := range dirs {
		_ = os.Remove(dir)
	}
}
