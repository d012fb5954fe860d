// Package linux makes the installer files for Linux: the self-extracting .bin,
// .deb and .rpm (requirements A1, B4, C1, C2).
//
// It does not install: all that its files do on a computer is to run
// `jumpclient install` there.
package linux

import "fmt"

// Arch is a processor as this product calls it.
type Arch string

// The processors.
const (
	X64   Arch = "x64"
	ARM64 Arch = "arm64"
)

// machine is an Arch as others call it.
type machine struct {
	uname  string // a pattern of the shell for `uname -m`
	goarch string
}

var machines = map[Arch]machine{
	X64:   {uname: "x86_64 | amd64", goarch: "amd64"},
	ARM64: {uname: "aarch64 | arm64", goarch: "arm64"},
}

func (a Arch) machine() (machine, error) {
	m, known := machines[a]
	if !known {
		return machine{}, fmt.Errorf("no packages are made for the processor %q", a)
	}
	return m, nil
}
