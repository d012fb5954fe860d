// Package packaging turns compiled clients into the installer files that a site
// hands out, and lists them in packages.json (requirements A1, B4, C1).
//
// The files are generic: what makes one the installer of a certain site is
// stamped in by that site (installer/stamp). This package installs nothing and
// is not part of any program that is shipped.
package packaging

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"jump/packaging/linux"
)

// Options say what is made, and of what.
type Options struct {
	Out       string    // the folder for the files; what else is in it stays
	Version   string    // as in semver.org, without the "v"
	Time      time.Time // of everything inside the files
	Platforms []string  // ids; empty: all
	// Clients is a folder of compiled clients, named jumpclient-GOOS-GOARCH. What
	// is missing there is compiled into it; what is there is used as it is, for
	// it may have been signed. Empty: all are compiled.
	Clients string
	// MacTeam is the team of Apple's developer programme that signs the client
	// for macOS. Empty: none, and the profile allows the client as it was built.
	MacTeam string
	Say     func(string)
}

// target is one file that can be made.
type target struct {
	platform string   // its id on the site
	kind     string   // see Package; "" if it is not for the site
	system   string   // GOOS
	archs    []string // GOARCH of the programs inside
	file     string
	make     maker
}

// content is what goes into a file.
type content struct {
	Options
	programs [][]byte // the compiled clients, one for each of archs
}

// targets are all files there are, in the order in which packages.json has them.
var targets = []target{
	{"linux-x64", "bin", "linux", amd64, "jumpclient-linux-x64.bin", bin(linux.X64, false)},
	{"linux-arm64", "bin", "linux", arm64, "jumpclient-linux-arm64.bin", bin(linux.ARM64, false)},
	{"linux-headless-x64", "bin", "linux", amd64, "jumpclient-linux-headless-x64.bin", bin(linux.X64, true)},
	{"linux-headless-arm64", "bin", "linux", arm64, "jumpclient-linux-headless-arm64.bin", bin(linux.ARM64, true)},
	{"linux-deb-x64", "deb", "linux", amd64, "jumpclient-linux-x64.deb", native(linux.X64, linux.Package.WriteDeb)},
	{"linux-deb-arm64", "deb", "linux", arm64, "jumpclient-linux-arm64.deb", native(linux.ARM64, linux.Package.WriteDeb)},
	{"linux-rpm-x64", "rpm", "linux", amd64, "jumpclient-linux-x64.rpm", native(linux.X64, linux.Package.WriteRPM)},
	{"linux-rpm-arm64", "rpm", "linux", arm64, "jumpclient-linux-arm64.rpm", native(linux.ARM64, linux.Package.WriteRPM)},
	{"win64-exe", "exe", "windows", amd64, "jumpclient-win64.exe", exe},
	{"win64-msi", "msi", "windows", amd64, "jumpclient-win64.msi", msi},
	{"winarm64-exe", "exe", "windows", arm64, "jumpclient-winarm64.exe", exe},
	{"mac", "pkg", "darwin", []string{"amd64", "arm64"}, "jumpclient-mac.pkg", pkg},
	{"mac", "", "darwin", arm64, "jumpclient-mac.mobileconfig", profile},
}

var amd64, arm64 = []string{"amd64"}, []string{"arm64"}

// Platforms returns the ids of what runs on a system and processor, as Go calls
// them: "linux/amd64".
func Platforms(runs string) []string {
	var ids []string
	system, arch, _ := strings.Cut(runs, "/")
	for _, t := range targets {
		if system == t.system && slices.Contains(t.archs, arch) {
			ids = append(ids, t.platform)
		}
	}
	return ids
}

// Make compiles the clients, writes the files and then packages.json, which
// lists exactly these files.
func Make(ctx context.Context, o Options) error {
	chosen, err := choose(o.Platforms)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return fmt.Errorf("make packages: %w", err)
	}
	clients, err := newClients(o.Clients, o.Version)
	if err != nil {
		return fmt.Errorf("make packages: %w", err)
	}
	defer clients.remove()
	index := Index{Version: o.Version}
	for _, t := range chosen {
		p, err := t.produce(ctx, o, clients)
		if err != nil {
			return fmt.Errorf("make %s: %w", t.file, err)
		}
		o.Say(fmt.Sprintf("%-22s %10d bytes  %s", p.Platform, p.Size, p.File))
		if t.kind != "" {
			index.Packages = append(index.Packages, p)
		}
	}
	return index.write(o.Out)
}

func choose(ids []string) ([]target, error) {
	if len(ids) == 0 {
		return targets, nil
	}
	var chosen []target
	for _, id := range ids {
		n := len(chosen)
		for _, t := range targets {
			if t.platform == id {
				chosen = append(chosen, t)
			}
		}
		if len(chosen) == n {
			return nil, fmt.Errorf("no packages are made for the platform %q", id)
		}
	}
	return chosen, nil
}

// produce compiles what is missing and makes the file.
func (t target) produce(ctx context.Context, o Options, clients *clients) (Package, error) {
	c := content{Options: o}
	for _, arch := range t.archs {
		program, err := clients.build(ctx, t.system, arch)
		if err != nil {
			return Package{}, err
		}
		c.programs = append(c.programs, program)
	}
	return t.write(ctx, c)
}

// write makes the file beside its place and then puts it there.
func (t target) write(ctx context.Context, c content) (Package, error) {
	part, err := os.CreateTemp(c.Out, t.file+".part-")
	if err != nil {
		return Package{}, err
	}
	defer os.Remove(part.Name())
	defer part.Close()
	if err := t.make(ctx, part, c); err != nil {
		return Package{}, err
	}
	if err := part.Chmod(0o644); err != nil {
		return Package{}, err
	}
	if err := part.Close(); err != nil {
		return Package{}, err
	}
	path := filepath.Join(c.Out, t.file)
	if err := os.Rename(part.Name(), path); err != nil {
		return Package{}, err
	}
	return t.describe(path)
}
