// Package config is the directory of one installed client: what the installer
// wrote there, what the agent has learned, and what it reports about itself.
//
// It decides nothing and it connects to nothing; it does not check a deployment
// key, which is installer/stamp's. Every file has one writer and is replaced as
// a whole, so a crash leaves the old or the new.
//
//	DIR/config.json         the installer's: Config, 0600, holds a secret
//	DIR/state/identity.key  the agent's own key, 0600, made once
//	DIR/state/learned.json  the agent's: Learned
//	DIR/state/offline.json  the agent's: how long it is without its site, agent/lifetime
//	DIR/state/status.json   the agent's: Status, for `jumpclient status`
//	DIR/state/ways.json     the agent's: see Ways
//	DIR/state/image.json    there if this is part of a golden image, see Image
//	DIR/state/ended.json    the agent's: Ending, once there is one
//	DIR/state/renewal.json  there while a copy becomes a client of its own, 0600, holds its key
//	DIR/state/disabled      there while the client is disabled, see Disabled
//	DIR/state/lock          held by the agent that runs here
package config

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"jump/internal/atomicfile"
	"jump/transport/identity"
	"jump/transport/wire"
)

// FileName is the name of the installer's file, by which a client's directory is
// known.
const FileName = "config.json"

// maxFile bounds what is read of a file here, in bytes.
const maxFile = 256 << 10

// Config is what the installer wrote.
type Config struct {
	KeyInfo  string `json:"key_info,omitempty"` // the deployment key, see installer/stamp
	Name     string `json:"name,omitempty"`     // requirements B4, B6 to B8
	Group    string `json:"jump_group,omitempty"`
	Tag      string `json:"tag,omitempty"`
	Comments string `json:"comments,omitempty"`
	// Ceiling is what the owner of this computer allows at most, whatever the
	// site says: names of rights with commas between (view, control, shell,
	// exec, files), "none", or empty for everything (docs/SECURITY.md).
	Ceiling string `json:"ceiling,omitempty"`
	// Proxy is one to try besides those of the system, with its password if it
	// wants one; pac+URL or "wpad": those that a script names; "none": use no
	// proxy at all; empty: only the system's.
	Proxy string `json:"proxy,omitempty"`
	// Listen is what the owner of this computer allows should the site make the
	// client passive: "none", never; a UDP port, only there; empty: on
	// DefaultPort, or on any other if that is taken.
	Listen string `json:"listen,omitempty"`
	// Mode is "service" or "user" (requirement A3); empty: not installed, but
	// run from a directory.
	Mode string `json:"mode,omitempty"`
	// Headless says that this is the client for headless Linux (section C):
	// removal in the console leaves its files where they are (C8).
	Headless bool `json:"headless,omitempty"`
	// Startup is "auto" or "none".
	Startup string `json:"startup,omitempty"`
	// User is the account that an installed client runs as.
	User string `json:"user,omitempty"`
	// Image is set by an installation with --prepare-image.
	Image *Image `json:"image,omitempty"`
	// Traces are what the installer left outside of this directory; nil if
	// nothing.
	Traces *Traces `json:"traces,omitempty"`
}

// Traces are removed when the client is uninstalled.
type Traces struct {
	Files []string `json:"files,omitempty"` // absolute paths
	// Dirs were made by the installer and go if they are empty, in this order.
	Dirs []string `json:"dirs,omitempty"`
}

// Wishes returns the parameters given at install time.
func (c Config) Wishes() wire.Wishes {
	return wire.Wishes{Name: c.Name, Group: c.Group, Tag: c.Tag, Comments: c.Comments}
}

// Learned is what the site has told the agent. Losing it costs nothing for
// good: the site knows its agents by their keys.
type Learned struct {
	Enrolled bool          `json:"enrolled"`       // a Welcome was received
	Name     string        `json:"name,omitempty"` // on the site
	Settings wire.Settings `json:"settings"`
	Join     *wire.Join    `json:"join,omitempty"`
}

// State says what an agent is doing.
type State string

// The states.
const (
	StateConnecting State = "connecting" // never yet online since it was started
	StateOnline     State = "online"
	StateOffline    State = "offline"  // trying again
	StatePassive    State = "passive"  // the site can call, and it checks in (requirement G1)
	StatePrepared   State = "prepared" // part of a golden image: nobody yet
	StateStopped    State = "stopped"
	StateRefused    State = "refused" // by the site, for good
	StateRemoved    State = "removed" // from the site
	StateExpired    State = "expired" // away from the site for longer than its limit (requirement E11)
	StateFailed     State = "failed"  // by something on this computer
)

// Status is what `jumpclient status` shows.
type Status struct {
	State   State     `json:"state"`
	Site    string    `json:"site"` // host:port
	ID      string    `json:"id"`
	Name    string    `json:"name,omitempty"` // on the site, once known
	Version string    `json:"version"`
	Since   time.Time `json:"since"`           // of State
	Error   string    `json:"error,omitempty"` // why it is not online
	Code    wire.Code `json:"code,omitempty"`  // of Error, if the site gave one
}

// Dir is the directory of one client.
type Dir struct {
	root string
	disk atomicfile.Disk
}

// At returns the client's directory at that path, which need not exist.
func At(path string) Dir { return On(atomicfile.System{}, path) }

// On is At on another disk, on which Make, Disabled and SetDisabled are still the
// system's.
func On(d atomicfile.Disk, path string) Dir { return Dir{path, d} }

// Make makes the directory and its state folder, for their owner alone, where
// they are missing.
func (d Dir) Make() error {
	if err := os.MkdirAll(d.file("state"), 0o700); err != nil {
		return fmt.Errorf("make the client's directory: %w", err)
	}
	return nil
}

// Lock is the path of the file that a running agent holds.
func (d Dir) Lock() string { return d.file("state", "lock") }

// Identity returns the agent's key, made at the first call.
func (d Dir) Identity() (ed25519.PrivateKey, error) {
	return identity.FileOn(d.disk, d.file("state", "identity.key"))
}

// ExistingIdentity returns the agent's key. The error wraps fs.ErrNotExist if
// it has none yet.
func (d Dir) ExistingIdentity() (ed25519.PrivateKey, error) {
	return identity.ExistingOn(d.disk, d.file("state", "identity.key"))
}

// Config reads what the installer wrote. The error wraps fs.ErrNotExist if
// nothing was installed here.
func (d Dir) Config() (c Config, err error) { return c, d.load(d.file(FileName), &c) }

// SaveConfig is for the installer.
func (d Dir) SaveConfig(c Config) error { return d.save(d.file(FileName), c) }

// Learned reads what the agent has learned; nothing if it never was online.
func (d Dir) Learned() (l Learned, err error) {
	err = d.load(d.file("state", "learned.json"), &l)
	if errors.Is(err, fs.ErrNotExist) {
		return Learned{}, nil
	}
	return l, err
}

// SaveLearned is for the agent.
func (d Dir) SaveLearned(l Learned) error { return d.save(d.file("state", "learned.json"), l) }

// Status reads what the agent reported last. The error wraps fs.ErrNotExist if
// it was never started.
func (d Dir) Status() (s Status, err error) { return s, d.load(d.file("state", "status.json"), &s) }

// SaveStatus is for the agent.
func (d Dir) SaveStatus(s Status) error { return d.save(d.file("state", "status.json"), s) }

// ForgetStatus is for who starts an agent and waits for what it reports.
func (d Dir) ForgetStatus() error {
	err := d.disk.Remove(d.file("state", "status.json"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget the last status: %w", err)
	}
	return nil
}

func (d Dir) file(names ...string) string {
	return filepath.Join(append([]string{d.root}, names...)...)
}

func (d Dir) load(path string, v any) error {
	b, err := d.read(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}

// read returns the content of a small file.
func (d Dir) read(path string) ([]byte, error) {
	b, err := d.disk.Read(path, maxFile+1)
	if err != nil {
		return nil, fmt.Errorf("read the client's files: %w", err)
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("read %s: it is longer than %d bytes", path, maxFile)
	}
	return b, nil
}

func (d Dir) save(path string, v any) error {
	b, err := text(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return atomicfile.WriteOn(d.disk, path, b, 0o600)
}

// Text returns what is written to config.json.
func (c Config) Text() ([]byte, error) { return text(c) }

func text(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}
