package installer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"jump/agent/config"
	"jump/platform/account"
)

// settle decides mode, user, startup and directory (sections A and C of the
// requirements), and checks what they demand.
func settle(o Options) (Options, error) {
	if o.Program == "" {
		o.Program = running()
	}
	if o.Mode == "" {
		o.Mode = ModeUser
		if os.Geteuid() == 0 && o.User == "" && !o.Headless {
			o.Mode = ModeService
		}
	}
	if o.Mode == ModeService {
		return settleService(o)
	}
	return settleUser(o)
}

// settleUser is settle for user mode.
func settleUser(o Options) (Options, error) {
	owner, err := chooseOwner(o.User)
	if err != nil {
		return o, err
	}
	o.User = owner.Name
	if o.Startup == "" {
		o.Startup = StartupAuto
		if o.Headless {
			o.Startup = StartupNone // requirement C6: the administrator's choice
		}
	}
	if o.Dir == "" {
		err = owner.Do(func() error {
			o.Dir, err = freeDir(filepath.Join(home(owner), ".local", "share", "jumpclient"), o.Key)
			return err
		})
		if err != nil {
			return o, err
		}
	}
	o.Dir = filepath.Clean(o.Dir)
	return o, owner.Do(func() error { return checkUserDir(o, owner) })
}

// home returns the home directory of an account; who installs for himself may
// have another than the user database says.
func home(a account.Account) string {
	if dir := os.Getenv("HOME"); a.Own() && filepath.IsAbs(dir) {
		return dir
	}
	return a.Home
}

// chooseOwner is requirement C3: who installs, or who is named by root. A
// *Refusal.
func chooseOwner(name string) (account.Account, error) {
	me, err := account.Current()
	if err != nil {
		return me, refuse(ReasonRights, "it is not known who installs", "Run this as a user that this computer knows.", err)
	}
	if name == "" && me.UID == 0 {
		return me, refuse(ReasonRights, "the Jump Client should not run as root",
			"Give --user <username> to say whose process it shall be.", nil)
	}
	if name == "" || name == me.Name {
		return me, nil
	}
	owner, err := account.Lookup(name)
	if errors.Is(err, account.ErrUnknown) {
		return owner, refuse(ReasonInvalid, fmt.Sprintf("there is no user %q on this computer", name), "Check the name, or make the account first.", nil)
	}
	if err != nil {
		return owner, refuse(ReasonInvalid, "the user is not known", "Check the name, or make the account first.", err)
	}
	if me.UID != 0 && owner.UID != me.UID {
		return owner, refuse(ReasonRights, fmt.Sprintf("only root can install for %s", name), "Run the installer as root or as that user.", nil)
	}
	return owner, nil
}

// checkUserDir runs with the rights of the client's owner.
func checkUserDir(o Options, owner account.Account) error {
	if err := checkDir(o.Dir, o.Key); err != nil {
		return err
	}
	base, _, _, err := ancestor(o.Dir)
	if err != nil {
		return err
	}
	if owner.UID == 0 {
		if err := lasting(base); err != nil {
			return err
		}
	}
	if err := writable(base); err != nil {
		return refuse(ReasonDir, fmt.Sprintf("%s may not make %s", owner.Name, o.Dir), "Choose a directory where that user has rights.", err)
	}
	return nil
}

// steps are the changes of an installation, and what ends it.
func steps(o Options) (do, finish []Step, err error) {
	if o.Mode == ModeService {
		return serviceSteps(o)
	}
	owner, err := chooseOwner(o.User)
	if err != nil {
		return nil, nil, err
	}
	begin, err := beginningOf(o, owner)
	if err != nil {
		return nil, nil, err
	}
	s, err := newStage(o, owner)
	if err != nil {
		return nil, nil, err
	}
	s.config.Traces = begin.traces(owner, o.Dir)
	all := append(s.steps(o), begin.register...)
	if o.Startup == StartupAuto || o.Await != nil {
		all = append(all, begin.start)
	}
	return all, []Step{s.guard.end()}, nil
}

// removal are the changes that take a client off, under guard.
func removal(dir string, c config.Config) (stop, remove []Step, err error) {
	t, err := takeOff(dir)
	if err != nil {
		return nil, nil, err
	}
	g := &guard{task: task{Hidden: t.hidden, Tree: t.hidden, Made: dir, Dir: dir, Dirs: t.traces.Dirs, Owner: t.owner.UID}}
	if modeOf(dir, c, t.owner) == ModeService {
		g.task.Service = ServiceName(dir)
	}
	return append([]Step{g.begin()}, t.stop...), append(t.remove, g.end()), nil
}
