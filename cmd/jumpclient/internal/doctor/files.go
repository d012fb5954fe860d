package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"jump/agent/config"
	"jump/platform/desktop"
	"jump/platform/lock"
	"jump/transport/wire"
)

// modeService is the value of config.Config.Mode.
const modeService = "service"

const asRoot = "Run doctor as the client's own user, or as root or an administrator."

func (p *patient) directory(context.Context) Finding {
	state := filepath.Join(p.dir.Root(), "state")
	info, err := os.Stat(state)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return wrong(fmt.Sprintf("%s may not be looked at.", state), asRoot)
	case err != nil:
		return wrong(fmt.Sprintf("%s is not there.", state), "Install the client again.")
	case os.Geteuid() >= 0 && info.Mode().Perm()&0o077 != 0: // Windows has no such bits
		return wrong(fmt.Sprintf("Others than its owner can look into %s (%v).", state, info.Mode()), "chmod 700 "+state)
	}
	return ok("The directory is there, and closed to others.")
}

func (p *patient) configuration(context.Context) Finding {
	file := filepath.Join(p.dir.Root(), config.FileName)
	switch {
	case errors.Is(p.errs.config, fs.ErrNotExist):
		return wrong(fmt.Sprintf("There is no %s.", file), "Install the client again.")
	case errors.Is(p.errs.config, fs.ErrPermission):
		return wrong(fmt.Sprintf("%s may not be read.", file), asRoot)
	case p.errs.config != nil:
		return wrong(fmt.Sprintf("%s is damaged.", file), "Install the client again.")
	case p.errs.key != nil:
		return wrong(fmt.Sprintf("The deployment key in %s is garbled.", file), "Install the client again with a new installer.")
	}
	return ok(fmt.Sprintf("The client is for the site at %s.", p.key.Address()))
}

// who looks at the agent's own key.
func (p *patient) who(context.Context) Finding {
	switch {
	case errors.Is(p.errs.identity, fs.ErrNotExist):
		if _, was, err := p.dir.Image(); err == nil && was {
			return note("The client has no key: it is part of an image, or was never started.", "It makes one at the first boot of a computer made from the image.")
		}
		return note("The client has no key yet: it was never started.", "Start it while the installer is valid.")
	case errors.Is(p.errs.identity, fs.ErrPermission):
		return wrong("The client's key may not be read.", asRoot)
	case p.errs.identity != nil:
		return wrong("The client's key is damaged.", "Bring it back from a backup, or uninstall the client and install it again.")
	}
	return ok("The client is " + wire.IDOf(public(p.identity)).String() + ".")
}

func (p *patient) clock(context.Context) Finding {
	return ok(time.Now().Format(time.DateTime) + ". A wrong clock does no harm: no key of the client or the site has a date.")
}

// start looks whether anybody starts the client.
func (p *patient) start(ctx context.Context) Finding {
	switch {
	case p.config.Mode == modeService:
		return p.service(ctx)
	case p.config.Mode == "":
		return note("The client is not installed, only run from a directory.", "Nobody starts it after a boot.")
	case p.config.Startup == "none":
		return note("The client is not started by itself.", "Start it with init-script start, at every boot.")
	case p.config.Traces == nil:
		return ok("The client is started by its system.")
	}
	for _, file := range p.config.Traces.Files {
		if _, err := os.Lstat(file); err != nil {
			return wrong(fmt.Sprintf("%s is not there any more: the client is not started by itself.", file), "Start it with init-script start, or install it again.")
		}
	}
	return ok("The client is started when its user logs in or the computer boots.")
}

// client asks what the agent itself says.
func (p *patient) client(context.Context) Finding {
	if e, err := p.dir.Ending(); err == nil {
		return wrong("The client has ended for good: "+e.Why, "Uninstall it, and install it again if the computer is to be reached.")
	}
	running, err := lock.Held(p.dir.Lock())
	if err != nil {
		return wrong("It cannot be seen whether the client runs.", asRoot)
	}
	s, err := p.dir.Status()
	switch {
	case !running:
		return wrong("The client does not run.", "Start it, for example with init-script start.")
	case err != nil:
		return note("The client runs and has said nothing yet.", "")
	case p.dir.Disabled():
		return note("The client was disabled by its user: nobody can start a session.", "jumpclient enable")
	case s.State == config.StatePrepared:
		return note("The client waits: it is part of an image.", "")
	case s.State != config.StateOnline && s.State != config.StatePassive:
		return wrong(fmt.Sprintf("The client runs and is %s: %s", s.State, s.Error), "The checks above may say why.")
	}
	return ok(fmt.Sprintf("The client runs and is online, as %q.", s.Name))
}

func (p *patient) screen(ctx context.Context) Finding {
	switch {
	case p.config.Mode == modeService:
		return ok("Screens are those of whoever is at the computer; they are looked for in each session.")
	case desktop.Present(ctx):
		return ok("There is a screen.")
	}
	return note("There is no screen that this process can see.", "Shell and programs can be used all the same.")
}
