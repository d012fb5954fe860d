package installer

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"jump/agent/config"
	"jump/platform/account"
	"jump/platform/acl"
	"jump/platform/exefile"
)

// folderName is the client's folder where none is given.
const folderName = "JumpClient"

// settle decides mode, startup and directory (requirements A3, B5), and checks
// what they demand.
func settle(o Options) (Options, error) {
	elevated := account.Elevated()
	switch {
	case o.Headless:
		return o, refuse(ReasonUnsupported, "there is no headless client for Windows", "Leave --headless away.", nil)
	case o.User != "":
		return o, refuse(ReasonUnsupported, "an account cannot be chosen on Windows", "Run the installer as the user in question.", nil)
	case o.Mode == ModeService && !elevated:
		return o, refuse(ReasonRights, "service mode needs an administrator's rights",
			"Run the installer as an administrator, or give --mode user.", nil)
	case o.Mode == "" && elevated:
		o.Mode = ModeService
	case o.Mode == "":
		o.Mode = ModeUser
	}
	if o.Startup == "" {
		o.Startup = StartupAuto
	}
	return settleDir(o, checkParents)
}

func preferredDir(mode Mode) (string, error) {
	where := account.OwnPrograms
	if mode == ModeService {
		where = account.SharedPrograms
	}
	base, err := where()
	if err != nil {
		return "", refuse(ReasonDir, "the default directory is not known", "Give --install-dir.", err)
	}
	return filepath.Join(base, folderName), nil
}

// checkParents is a known road to higher rights that is closed: a service whose
// program anybody could replace.
func checkParents(base string) error {
	err := acl.CheckParents(base)
	var open *acl.UnsafeError
	if errors.As(err, &open) {
		return refuse(ReasonDir, fmt.Sprintf("a client in service mode cannot be installed below %s", open.Folder),
			"Choose a directory that only administrators can change.", err)
	}
	if err != nil {
		return refuse(ReasonDir, "it is not known who can change the install directory", "Choose a directory on a disk of this computer.", err)
	}
	return nil
}

// steps are the changes of an installation: a client that is complete in its
// place, then what the system knows of it, then its start.
func steps(o Options) (all, finish []Step, err error) {
	s, err := newStage(o)
	if err != nil {
		return nil, nil, err
	}
	all = append(s.steps(o), registration(o)...)
	if o.Startup == StartupAuto || o.Await != nil {
		all = append(all, starting(o.Mode, o.Dir))
	}
	return all, nil, nil
}

// removal are the changes that take a client off: it is stopped, and will not be
// started again; then its files go, the one by which it is known last.
func removal(dir string, c config.Config) (stopping, removing []Step, err error) {
	mode := Mode(c.Mode)
	switch {
	case mode == "":
		return nil, nil, refuse(ReasonDir, fmt.Sprintf("the client in %s was not installed", dir), "End it and remove its directory.", nil)
	case mode == ModeService && !account.Elevated():
		return nil, nil, refuse(ReasonRights, "removing a client in service mode needs an administrator's rights",
			"Run this as an administrator.", nil)
	}
	product, err := msiProduct(dir)
	if err != nil {
		return nil, nil, err
	}
	if product != "" {
		stopping, removing = msiRemoval(product)
		return stopping, removing, nil
	}
	stopping = []Step{
		{Name: "take the client out of startup", Do: func(ctx context.Context) error { return unregister(ctx, mode, dir) }},
		{Name: "stop the client", Do: func(ctx context.Context) error { return halt(ctx, dir) }},
	}
	removing = []Step{
		{Name: "remove its program", Do: func(context.Context) error {
			return exefile.Remove(filepath.Join(dir, programName), filepath.Dir(dir), SweepWord)
		}},
		{Name: "remove it from the list of programs", Do: func(context.Context) error { return unlist(mode, dir) }},
		{Name: "remove " + dir, Do: func(context.Context) error { return removeClient(dir) }},
	}
	return stopping, removing, nil
}

// SweepWord is the word of the command line that deletes the program at the
// path after it, see platform/exefile.
const SweepWord = "sweep"
