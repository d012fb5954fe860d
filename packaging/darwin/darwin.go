// Package darwin makes the installer file for macOS, a .pkg with a universal
// program inside, and the profile that gives that program its permissions
// (requirements A1, B4).
//
// Everything is written here, in the formats that Apple's own tools read, so
// that it is made on Linux. It does not sign, because that needs Apple's tools
// and a Developer ID (docs/RELEASING.md), and it installs nothing: the script in
// the package runs `jumpclient install`. None of it was run on a Mac.
package darwin

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"

	_ "embed"
)

// identifier names the package to macOS.
const identifier = "jump.client"

// minSystem is the oldest macOS that Go 1.26 makes programs for.
const minSystem = "12.0"

//go:embed postinstall.sh
var postinstall string

// Package describes a .pkg.
type Package struct {
	Version string    // as in semver.org
	Time    time.Time // of everything inside
	Program []byte    // jumpclient, universal, see Universal
}

// WriteTo writes the package: a product archive, which is what management tools
// take, of one component without a payload. The program travels beside the
// script that runs it and is put into its place by itself, as on every system;
// so there is no receipt that claims files which the client's own uninstall has
// removed.
func (p Package) WriteTo(w io.Writer) (int64, error) {
	scripts, err := p.scripts()
	if err != nil {
		return 0, fmt.Errorf("make a .pkg: %w", err)
	}
	component, err := document(p.info())
	if err != nil {
		return 0, fmt.Errorf("make a .pkg: %w", err)
	}
	product, err := document(p.distribution())
	if err != nil {
		return 0, fmt.Errorf("make a .pkg: %w", err)
	}
	return archive{
		time: p.Time,
		entries: []entry{
			{name: "Distribution", body: product},
			{name: "jumpclient.pkg", folder: true, entries: []entry{
				{name: "PackageInfo", body: component},
				{name: "Scripts", body: scripts},
			}},
		},
	}.WriteTo(w)
}

// scripts is the archive that macOS unpacks into a private folder, where it
// runs postinstall as root.
func (p Package) scripts() ([]byte, error) {
	return cpio(p.Time, []item{
		{"postinstall", []byte(postinstall)},
		{"jumpclient", p.Program},
	})
}

// document writes an XML document.
func document(v any) ([]byte, error) {
	b, err := xml.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(b, '\n')...), nil
}
