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
	"io"
	"os"
	"path/filepath"
	"time"

	"jump/packaging/linux"
)

// Options say what is made, and of what.
type Options struct {
	Out       string    // the folder for the files; what else is in it stays
	Version   string    // as in semver.org, without the "v"
	Time      time.Time // of everything inside the files
	Platforms []string  // ids; empty: all
	Say       func(string)
}

// target is one file that can be made.
type target struct {
	platform string // its id on the site
	kind     string // see Package
	system   string // GOOS
	arch     string // GOARCH
	file     string
	make     func(w io.Writer, c content) error
}

// content is what goes into a file.
type content struct {
	Options
	program string // path of the compiled client
}

// targets are all files there are, in the order in which packages.json has them.
var targets = []target{
	{"linux-x64", "bin", "linux", "amd64", "jumpclient-linux-x64.bin", bin(linux.X64, false)},
	{"linux-arm64", "bin", "linux", "arm64", "jumpclient-linux-arm64.bin", bin(linux.ARM64, false)},
	{"linux-headless-x64", "bin", "linux", "amd64", "jumpclient-linux-headless-x64.bin", bin(linux.X64, true)},
	{"linux-headless-arm64", "bin", "linux", "arm64", "jumpclient-linux-headless-arm64.bin", bin(linux.ARM64, true)},
	{"linux-deb-x64", "deb", "linux", "amd64", "jumpclient-linux-x64.deb", native(linux.X64, linux.Package.WriteDeb)},
	{"linux-deb-arm64", "deb", "linux", "arm64", "jumpclient-linux-arm64.deb", native(linux.ARM64, linux.Package.WriteDeb)},
	{"linux-rpm-x64", "rpm", "linux", "amd64", "jumpclient-linux-x64.rpm", native(linux.X64, linux.Package.WriteRPM)},
	{"linux-rpm-arm64", "rpm", "linux", "arm64", "jumpclient-linux-arm64.rpm", native(linux.ARM64, linux.Package.WriteRPM)},
	{"win64-exe", "exe", "windows", "amd64", "jumpclient-win64.exe", exe},
	{"winarm64-exe", "exe", "windows", "arm64", "jumpclient-winarm64.exe", exe},
}

// Platforms returns the ids of what runs on a system and processor, as Go calls
// them: "linux/amd64".
func Platforms(runs string) []string {
	var ids []string
	for _, t := range targets {
		if t.system+"/"+t.arch == runs {
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
	clients, err := newClients(o.Version)
	if err != nil {
		return fmt.Errorf("make packages: %w", err)
	}
	defer clients.remove()
	index := Index{Version: o.Version}
	for _, t := range chosen {
		program, err := clients.build(ctx, t.system, t.arch)
		if err != nil {
			return fmt.Errorf("make %s: %w", t.file, err)
		}
		p, err := t.write(content{o, program})
		if err != nil {
			return fmt.Errorf("make %s: %w", t.file, err)
		}
		o.Say(fmt.Sprintf("%-22s %10d bytes  %s", p.Platform, p.Size, p.File))
		index.Packages = append(index.Packages, p)
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

// write makes the file beside its place and then puts it there.
func (t target) write(c content) (Package, error) {
	part, err := os.CreateTemp(c.Out, t.file+".part-")
	if err != nil {
		return Package{}, err
	}
	defer os.Remove(part.Name())
	defer part.Close()
	if err := t.make(part, c); err != nil {
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

func bin(arch linux.Arch, headless bool) func(io.Writer, content) error {
	return func(w io.Writer, c content) error {
		program, err := os.ReadFile(c.program)
		if err != nil {
			return err
		}
		_, err = linux.Bin{Arch: arch, Headless: headless, Program: program}.WriteTo(w)
		return err
	}
}

func native(arch linux.Arch, write func(linux.Package, io.Writer) error) func(io.Writer, content) error {
	return func(w io.Writer, c content) error {
		program, err := os.ReadFile(c.program)
		if err != nil {
			return err
		}
		return write(linux.Package{Arch: arch, Version: c.Version, Time: c.Time, Program: program}, w)
	}
}

// exe is the client itself: run without a word, a stamped one installs.
func exe(w io.Writer, c content) error {
	f, err := os.Open(c.program)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}
