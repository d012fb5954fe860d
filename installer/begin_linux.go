package installer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"jump/agent/config"
	"jump/platform/account"
	"jump/platform/daemon"
)

// beginning is how a client in user mode comes to run: now, and later.
type beginning struct {
	register []Step // what makes it start by itself
	start    Step
	files    []string // what register writes with the rights of the client's owner
}

// beginningOf decides: a desktop's autostart, or for a headless computer
// whatever starts things at boot (requirement C6). A *Refusal.
func beginningOf(o Options, owner account.Account) (beginning, error) {
	b := beginning{start: startStep(o.Dir, owner)}
	switch {
	case o.Startup != StartupAuto:
		return b, nil
	case !o.Headless:
		path := autostartFile(o.Dir, owner)
		b.files = []string{path}
		b.register = []Step{autostartStep(path, o.Dir, owner)}
		return b, nil
	case os.Geteuid() != 0:
		return cronBeginning(b, o.Dir, owner)
	case underSystemd():
		return unitBeginning(o.Dir, owner), nil
	}
	return bootScriptBeginning(b, o.Dir, owner)
}

// unregister are the steps that make sure that nothing starts the client in dir
// any more, however it was made to.
func unregister(dir string, owner account.Account) []Step {
	var all []Step
	for _, s := range []Step{dropUnit(dir), dropBootScript(dir), dropCron(dir, owner)} {
		if s.Do != nil {
			all = append(all, s)
		}
	}
	return all
}

// firstOfSite is the first exit code of `jumpclient run` that is the site's
// word. A client that ends with one did start.
const firstOfSite = 3

func startStep(dir string, owner account.Account) Step {
	return Step{
		Name: "start the client",
		Do:   func(ctx context.Context) error { return Start(ctx, dir, owner) },
		Undo: func(ctx context.Context) error { return daemon.Stop(ctx, config.At(dir).Lock(), owner) },
	}
}

// Start starts the client in dir in the background. That its site refuses it is
// no error: its status tells.
func Start(ctx context.Context, dir string, owner account.Account) error {
	if err := owner.Do(config.At(dir).ForgetStatus); err != nil {
		return err
	}
	if hasUnit(dir) && os.Geteuid() == 0 && underSystemd() {
		return systemctl(ctx, "start", bootName(dir)+".service")
	}
	err := daemon.Start(ctx, daemon.Spec{
		Program: filepath.Join(dir, programName),
		Args:    runArgs(dir),
		Lock:    config.At(dir).Lock(),
		Output:  filepath.Join(dir, "state", "start.log"),
		As:      owner,
	})
	var ended *daemon.EndedError
	if errors.As(err, &ended) && ended.Code >= firstOfSite {
		return nil
	}
	return err
}

// runArgs are the arguments of the program when it runs in the background.
func runArgs(dir string) []string {
	return []string{"run", "--dir", dir, "--log", filepath.Join(dir, "state", "client.log")}
}

// traces returns what an uninstallation has to look for outside of dir.
func (b beginning) traces(owner account.Account, dir string) *config.Traces {
	t := config.Traces{Files: b.files}
	_ = owner.Do(func() error {
		for _, path := range append([]string{dir}, b.files...) {
			t.Dirs = append(t.Dirs, missingAbove(path)...)
		}
		return nil
	})
	if len(t.Files)+len(t.Dirs) == 0 {
		return nil
	}
	return &t
}

// missingAbove returns the directories above path that do not exist, the
// deepest first.
func missingAbove(path string) []string {
	var all []string
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); !os.IsNotExist(err) {
			return all
		}
		all = append(all, dir)
	}
}

// writeAs makes a small file and the directories above it with the rights of
// the account.
func writeAs(owner account.Account, path, text string) error {
	return owner.Do(func() error {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		return replace(path, text)
	})
}

func removeAs(owner account.Account, path string) error {
	err := owner.Do(func() error { return os.Remove(path) })
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

// noBoot is what there is to say where nothing starts programs at boot.
func noBoot(dir string) error {
	return refuse(ReasonUnsupported, "nothing is known here that starts the client at boot",
		fmt.Sprintf("Install without --startup auto, and let the system run %s start.", filepath.Join(dir, initScriptName)), nil)
}
