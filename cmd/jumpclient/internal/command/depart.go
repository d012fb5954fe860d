package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"jump/agent"
	"jump/agent/config"
	"jump/installer/stamp"
	"jump/internal/version"
	"jump/platform/child"
)

// takeOff takes a client that has ended for good off this computer, if it was
// installed and may do so.
func takeOff(dir config.Dir, log *slog.Logger) {
	c, err := dir.Config()
	if err == nil && takesItselfOff(c, os.Geteuid()) {
		err = uninstaller(dir)
	}
	if err != nil {
		log.Error("the uninstaller was not started", "error", err)
	}
}

// takesItselfOff reports whether a client with that configuration, running as
// that user (-1 where users have no numbers), uninstalls itself. The files of a
// headless one stay until its uninstall is run (requirement C8). Service mode
// without root cannot: there root watches for the file of config.Dir.Ending.
func takesItselfOff(c config.Config, uid int) bool {
	installed := c.Mode != "" && !c.Headless
	return installed && (c.Mode != modeService || uid <= 0)
}

// modeService is the value of config.Config.Mode.
const modeService = "service"

// uninstaller starts an uninstallation that outlives this process.
func uninstaller(dir config.Dir) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	root, err := filepath.Abs(dir.Root())
	if err != nil {
		return err
	}
	return child.Detach(exec.Command(self, "uninstall", "--silent", "--after-removal", "--dir", root))
}

// begin refuses to run a client that has ended for good. One that was away for
// too long may try once more if it is still here: its site decides.
func begin(dir config.Dir, given config.Config, log *slog.Logger) error {
	e, err := dir.Ending()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	c, configErr := dir.Config()
	switch {
	case err != nil:
		log.Error("going on, although the client may have ended", "error", err)
		return nil
	case configErr == nil && c.Mode == "" && given.KeyInfo != "":
		return dir.Forget()
	case e.Reason != config.StateRemoved:
		return dir.ClearEnding()
	}
	say(dir, e.Reason, e.Why, log)
	return ended(e)
}

// ended is what a client says that has ended for good.
func ended(e config.Ending) error {
	return &exitError{exitRemoved, fmt.Errorf("this client ended on %s: %s To reach this computer again, uninstall the client and install it anew",
		e.At.Local().Format(time.DateTime), sentence(e.Why))}
}

// sentence ends a text of the site with a full stop.
func sentence(s string) string {
	if s == "" || s[len(s)-1] == '.' {
		return s
	}
	return s + "."
}

// farewell tells the site that the client in a directory is being uninstalled
// (requirements C8, E10), as well as that is possible within 10 seconds. No
// agent may run there any more. A client that never had a key of its own, or
// that the site removed, has nothing to say.
func farewell(ctx context.Context, dir config.Dir, log *slog.Logger) error {
	var o *agent.Options
	err := asOwner(dir, func() (err error) {
		o, err = lastWord(dir, log)
		return err
	})
	if err != nil || o == nil {
		return err
	}
	return agent.Farewell(ctx, *o)
}

// lastWord reads all that a farewell needs, nil if there is nothing to say.
// Nothing is written, neither now nor later: the client is going.
func lastWord(dir config.Dir, log *slog.Logger) (*agent.Options, error) {
	if _, err := dir.Ending(); err == nil {
		return nil, nil
	}
	id, err := dir.ExistingIdentity()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := dir.Config()
	if err != nil {
		return nil, err
	}
	key, err := stamp.Parse(c.KeyInfo)
	if err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	out := newOutlet(dir, c, key, id, log)
	out.book.KeepNothing()
	dialer, err := out.dialer()
	if err != nil {
		return nil, err
	}
	learned, err := dir.Learned()
	if err != nil {
		log.Warn("beginning as if the site had said nothing yet", "error", err)
	}
	return &agent.Options{Dialer: dialer, Key: id, Version: version.Number, Status: facts(c, log), Learned: learned, Log: log}, nil
}
