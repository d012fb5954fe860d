package installer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"jump/agent/config"
	"jump/platform/account"
	"jump/platform/service"
)

// serviceAccount is the system account that agents in service mode run as; all
// clients of a computer share it.
const serviceAccount = "jumpclient"

// serviceDir is where a client in service mode is installed if nobody says.
const serviceDir = "/opt/jumpclient"

// settleService fills in what service mode needs, and checks what it demands
// (requirement A4). A no is a *Refusal.
func settleService(o Options) (Options, error) {
	switch {
	case os.Geteuid() != 0:
		return o, refuse(ReasonRights, "service mode must be installed as root",
			"Run the installer as root; the client itself will not run as root. A client in user mode cannot be elevated within a session.", nil)
	case o.User != "":
		return o, refuse(ReasonInvalid, "--user is for user mode", "In service mode the client runs as an account of its own.", nil)
	case !service.Supported():
		return o, refuse(ReasonUnsupported, "service mode needs systemd, which this computer does not run",
			"Install for one user with --user, and start the client with its init-script.", nil)
	}
	if o.Startup == "" {
		o.Startup = StartupAuto
	}
	var err error
	if o.Dir == "" {
		if o.Dir, err = freeDir(serviceDir, o.Key); err != nil {
			return o, err
		}
	}
	o.Dir, o.User = filepath.Clean(o.Dir), serviceAccount
	return o, checkService(o)
}

// checkService checks what nothing can be filled in for.
func checkService(o Options) error {
	if err := checkDir(o.Dir, o.Key); err != nil {
		return err
	}
	base, _, _, err := ancestor(o.Dir)
	if err != nil {
		return err
	}
	if err := rootOnly(base); err != nil {
		return err
	}
	if err := registration(o.Dir, o.record()).Validate(); err != nil {
		return refuse(ReasonDir, "the install directory cannot hold a service", "Choose another with --install-dir.", err)
	}
	if _, err := account.System(serviceAccount); err != nil && !errors.Is(err, account.ErrUnknown) {
		return refuse(ReasonInvalid, fmt.Sprintf("the account %s cannot be the client's", serviceAccount), "Rename or remove it.", err)
	}
	return nil
}

// registration is what the service manager is told.
func registration(dir string, c config.Config) service.Spec {
	s := service.Spec{
		Name: service.Name(dir), Title: "Jump Client", Description: "Jump Client in " + dir,
		Program: filepath.Join(dir, programName), Args: []string{"run", "--dir", dir},
		Broker: []string{"broker", "--dir", dir}, Account: serviceAccount,
		State: filepath.Join(dir, "state"), Auto: c.Startup == string(StartupAuto),
	}
	if !c.Headless { // requirement C8: the files stay until uninstall is run
		s.Ended = config.At(dir).EndingFile()
		s.Uninstall = []string{"uninstall", "--dir", dir, "--silent", "--after-removal"}
	}
	return s
}

// serviceSteps are the steps of service mode, and what ends it. The directory
// becomes real before the service is registered: should everything be killed
// between the two, init-script registers it.
func serviceSteps(o Options) (do, finish []Step, err error) {
	root, err := account.Current()
	if err != nil {
		return nil, nil, refuse(ReasonRights, "it is not known who installs", "Run this as a user that this computer knows.", err)
	}
	s, err := newStage(o, root)
	if err != nil {
		return nil, nil, err
	}
	spec := registration(o.Dir, o.record())
	s.guard.task.Service = spec.Name
	s.prepare = []Step{
		{"make the system account " + serviceAccount,
			func(ctx context.Context) error { return account.MakeSystem(ctx, serviceAccount) },
			func(ctx context.Context) error { return releaseAccount(ctx) }},
		{Name: "let the account read config.json and own state", Do: func(context.Context) error { return s.handOver() }}}
	do = append(s.steps(o), Step{"register the service " + spec.Name,
		func(ctx context.Context) error { return service.Register(ctx, spec) },
		func(ctx context.Context) error { return service.Remove(ctx, spec.Name) }})
	if o.Startup == StartupAuto || o.Await != nil {
		do = append(do, Step{"start the service",
			func(ctx context.Context) error { return service.Start(ctx, spec.Name) },
			func(ctx context.Context) error { return service.Stop(ctx, spec.Name) }})
	}
	return do, []Step{s.guard.end()}, nil
}

// takeServiceOff is how a client in service mode is taken off. Only root can.
func takeServiceOff(dir string, c config.Config) (*takingOff, error) {
	if os.Geteuid() != 0 {
		return nil, refuse(ReasonRights, "a client in service mode must be uninstalled as root", "Run this as root.", nil)
	}
	root, err := account.Current()
	if err != nil {
		return nil, err
	}
	name := service.Name(dir)
	t := &takingOff{dir: dir, hidden: hiddenBeside(dir), owner: root}
	if c.Traces != nil {
		t.traces = *c.Traces
	}
	t.stop = []Step{{Name: "stop the service " + name, Do: func(ctx context.Context) error { return service.Stop(ctx, name) }}}
	t.remove = append([]Step{{Name: "remove the service " + name, Do: func(ctx context.Context) error { return service.Remove(ctx, name) }}},
		t.files()...)
	t.remove = append(t.remove, Step{Name: "remove the system account " + serviceAccount, Do: releaseAccount})
	return t, nil
}

// forgetService removes what an interrupted installation or uninstallation
// left of a service whose directory is gone.
func forgetService(ctx context.Context, name string) error {
	return errors.Join(service.Remove(ctx, name), releaseAccount(ctx))
}

// EnsureService registers the service of the client in dir again if nothing
// knows it: its installation was killed at the wrong moment.
func EnsureService(ctx context.Context, dir string, c config.Config) error {
	if err := rootOnly(dir); err != nil { // or somebody could let root run what he likes
		return err
	}
	spec := registration(dir, c)
	state, err := service.Look(ctx, spec.Name)
	if err != nil || state != service.StateAbsent {
		return err
	}
	return service.Register(ctx, spec)
}

// releaseAccount removes the account when no client needs it any more.
func releaseAccount(ctx context.Context) error {
	others, err := service.Registered()
	if err != nil || len(others) > 0 {
		return err
	}
	return account.RemoveSystem(ctx, serviceAccount)
}

// handOver gives the agent what it may read and what it may change, while
// nobody but root can reach it yet.
func (s *stage) handOver() error {
	a, err := account.System(serviceAccount)
	if err != nil {
		return err
	}
	file, state := s.path(config.FileName), s.path("state")
	return errors.Join(
		os.Lchown(file, 0, int(a.GID)), os.Chmod(file, 0o640),
		os.Lchown(state, int(a.UID), int(a.GID)))
}
