// Package installer puts a Jump Client on a machine and takes it off, as named
// steps that can be undone (requirements B and C, docs/ARCHITECTURE.md).
//
// It does no networking, it is not the client (agent stays connected), and it
// makes no files to be handed out (packaging does).
//
// Each system has a file with what is particular there:
//
//	settle   fills in what was not given and refuses what cannot be
//	steps    the changes that make a client, and what ends them
//	removal  the changes that take it off: first those that stop it
package installer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"jump/agent/config"
	"jump/installer/stamp"
)

// Mode says for whom a client is installed (requirement A3).
type Mode string

// The modes.
const (
	ModeUser    Mode = "user"    // reachable while its user is logged in
	ModeService Mode = "service" // reachable always; needs root or an administrator
)

// Startup says whether the client is started when the machine boots or its user
// logs in.
type Startup string

// The kinds of startup.
const (
	StartupAuto Startup = "auto"
	StartupNone Startup = "none" // by init-script start (requirement C5) or by hand only
)

// Options are what an installation was asked for. The zero value of a field
// means that it was not given.
type Options struct {
	Key      stamp.Key // required
	Dir      string    // --install-dir, absolute; must not exist (requirement B5)
	Name     string    // --jc-name
	Group    string    // --jc-jump-group
	Tag      string    // --jc-tag
	Comments string    // --jc-comments
	User     string    // --user (requirement C3)
	Proxy    string    // --proxy: as in config.Config
	Listen   string    // --listen: as in config.Config
	Mode     Mode
	Startup  Startup
	Headless bool   // the installer for headless Linux (section C)
	Program  string // the client program to install; empty: the running one
	// Image is where this is installed, if other computers are to be made from
	// this one's disk: each of them becomes a client of its own.
	Image *config.Image

	// Await is called with the client's directory when the client was started,
	// as the last step: if it fails, all is undone. nil: nobody waits, and a
	// client that the plan would not start is not started.
	Await func(ctx context.Context, dir string) error
}

// New checks that an installation can be done, and returns its plan. Nothing is
// changed before the plan runs. A no is a *Refusal.
func New(ctx context.Context, o Options) (Plan, error) {
	if err := ctx.Err(); err != nil {
		return Plan{}, err
	}
	if err := o.Validate(); err != nil {
		return Plan{}, err
	}
	o, err := settle(o)
	if err != nil {
		return Plan{}, err
	}
	all, finish, err := steps(o)
	if err != nil {
		return Plan{}, err
	}
	if o.Await != nil {
		all = append(all, Step{Name: "wait until the site knows this computer", Do: func(ctx context.Context) error {
			return o.Await(ctx, o.Dir)
		}})
	}
	return Plan{Steps: append(all, finish...), Dir: o.Dir}, nil
}

// Uninstall returns the plan that takes the client in dir off this machine.
// farewell is called when the client has been stopped and is still there: it
// may tell the site (requirement C8), and whether it can is its own business;
// nil: nobody is told. Nothing is changed before the plan runs. A no is a
// *Refusal.
func Uninstall(ctx context.Context, dir string, farewell func(context.Context)) (Plan, error) {
	if err := ctx.Err(); err != nil {
		return Plan{}, err
	}
	if err := checkPath("directory", dir); err != nil {
		return Plan{}, err
	}
	dir = filepath.Clean(dir)
	c, err := configOf(dir)
	if errors.Is(err, fs.ErrPermission) {
		return Plan{}, refuse(ReasonRights, fmt.Sprintf("the client in %s is somebody else's", dir), "Run this as its user or as root.", nil)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return Plan{}, refuse(ReasonDir, fmt.Sprintf("no Jump Client is installed in %s", dir), "Name the directory that holds its config.json.", err)
	}
	if err != nil {
		c = config.Config{} // a damaged client goes as well
	}
	all, rest, err := removal(dir, c)
	if farewell != nil {
		all = append(all, Step{Name: "tell the site", Do: func(ctx context.Context) error {
			farewell(ctx)
			return nil
		}})
	}
	return Plan{Steps: append(all, rest...), Dir: dir}, err
}

// record is what config.json says about an installation.
func (o Options) record() config.Config {
	return config.Config{
		KeyInfo: o.Key.String(), Name: o.Name, Group: o.Group, Tag: o.Tag, Comments: o.Comments,
		Mode: string(o.Mode), Startup: string(o.Startup), Headless: o.Headless, User: o.User, Proxy: o.Proxy, Listen: o.Listen, Image: o.Image,
	}
}
