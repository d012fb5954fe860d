package installer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"jump/agent/config"
	"jump/platform/account"
	"jump/platform/launchd"
)

// folder is where a client is installed on a Mac if nobody says, below "/" in
// service mode and below the home of its user otherwise.
const folder = "Library/Application Support/JumpClient"

// settle decides mode, startup and directory (requirement A3), and checks what
// they demand.
func settle(o Options) (Options, error) {
	root := os.Geteuid() == 0
	switch {
	case o.Headless:
		return o, refuse(ReasonUnsupported, "there is no headless client for macOS", "Leave --headless away.", nil)
	case o.User != "":
		return o, refuse(ReasonUnsupported, "an account cannot be chosen on macOS", "Run the installer as the user in question.", nil)
	case o.Mode == ModeService && !root:
		return o, refuse(ReasonRights, "service mode must be installed as root", "Run this with sudo, or give --mode user.", nil)
	case o.Mode == ModeUser && root:
		return o, refuse(ReasonRights, "in user mode the Jump Client does not run as root", "Run the installer as the user in question.", nil)
	case root:
		o.Mode = ModeService
	default:
		o.Mode = ModeUser
	}
	if o.Startup == "" {
		o.Startup = StartupAuto
	}
	if o.Program == "" {
		self, err := os.Executable()
		if err != nil {
			return o, fmt.Errorf("find this program: %w", err)
		}
		o.Program = self
	}
	return settleDir(o, rootOnly)
}

func preferredDir(mode Mode) (string, error) {
	base, err := "/", error(nil)
	if mode == ModeUser {
		base, err = os.UserHomeDir()
	}
	if err != nil {
		return "", refuse(ReasonDir, "the default directory is not known", "Give --install-dir.", err)
	}
	return filepath.Join(base, folder), nil
}

// rootOnly refuses a directory that others than root could exchange, or put
// something into. A *Refusal.
func rootOnly(dir string) error {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return refuse(ReasonDir, "the install directory cannot be looked at", "Choose another with --install-dir.", err)
	}
	for ; ; dir = filepath.Dir(dir) {
		owner, mode, err := account.Holder(dir)
		if err != nil {
			return refuse(ReasonDir, "the install directory cannot be looked at", "Choose another with --install-dir.", err)
		}
		if owner != 0 || mode&0o022 != 0 {
			return refuse(ReasonDir, fmt.Sprintf("others than root can write to %s", dir),
				"In service mode the client must be below directories that only root can change.", nil)
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

// job is what launchd is told of the client in dir.
func job(dir string, mode Mode) (launchd.Job, error) {
	j := launchd.Job{
		Label: ServiceName(dir), Program: filepath.Join(dir, programName),
		Args: []string{"run", "--dir", dir, "--log", filepath.Join(dir, "state", "client.log")},
	}
	if mode == ModeService {
		return j, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return j, refuse(ReasonRights, "it is not known where your home is", "Set HOME, or give --install-dir.", err)
	}
	j.UID, j.Agents = uint32(os.Geteuid()), launchd.AgentsFolder(home)
	return j, nil
}

// steps are the changes of an installation: a client that is complete in its
// place, then what launchd knows of it.
func steps(o Options) (do, finish []Step, err error) {
	s, err := newStage(o.Dir)
	if err != nil {
		return nil, nil, err
	}
	j, err := job(o.Dir, o.Mode)
	if err != nil {
		return nil, nil, err
	}
	all := s.steps(o)
	if o.Startup == StartupAuto || o.Await != nil {
		all = append(all, Step{"write " + j.File() + " and start the client", j.Load, j.Unload})
	}
	return all, nil, nil
}

// removal are the changes that take a client off: launchd stops it and forgets
// it, then its files go.
func removal(dir string, c config.Config) (stop, remove []Step, err error) {
	owner, mode, err := account.Holder(dir)
	if err != nil {
		return nil, nil, refuse(ReasonDir, "the client's directory cannot be looked at", "Run this as its user or as root.", err)
	}
	if owner == 0 && mode&0o022 != 0 { // no installer has made it so
		return nil, nil, refuse(ReasonDir, fmt.Sprintf("what %s holds may be anybody's", dir), "Look at it, and remove the client by hand.", nil)
	}
	if uint32(os.Geteuid()) != owner {
		return nil, nil, refuse(ReasonRights, fmt.Sprintf("the client in %s is somebody else's", dir),
			"Run this with sudo in service mode, and as its user otherwise.", nil)
	}
	j, err := job(dir, Mode(c.Mode))
	if err != nil {
		return nil, nil, err
	}
	hidden := hiddenBeside(dir)
	return []Step{{Name: "stop the client and remove " + j.File(), Do: j.Unload}}, []Step{
		{"hide " + dir, func(context.Context) error { return os.Rename(dir, hidden) }, func(context.Context) error { return os.Rename(hidden, dir) }},
		{Name: "delete its files", Do: func(context.Context) error { return os.RemoveAll(hidden) }},
	}, nil
}
