// Package installer puts a Jump Client on a machine and takes it off, as named
// steps that can be undone (requirements B and C, docs/ARCHITECTURE.md).
//
// It does no networking, it is not the client (agent stays connected), and it
// makes no files to be handed out (packaging does).
package installer

import (
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
	Mode     Mode
	Startup  Startup
	Headless bool   // the installer for headless Linux (section C)
	Program  string // the client program to install; empty: the running one
}
