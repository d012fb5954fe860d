package darwin

import "encoding/xml"

// packageInfo describes the component: a script, and no files that macOS would
// put anywhere.
type packageInfo struct {
	XMLName     xml.Name `xml:"pkg-info"`
	Format      int      `xml:"format-version,attr"`
	Identifier  string   `xml:"identifier,attr"`
	Version     string   `xml:"version,attr"`
	Auth        string   `xml:"auth,attr"`
	Relocatable bool     `xml:"relocatable,attr"`
	Scripts     scripts  `xml:"scripts"`
}

type scripts struct {
	Postinstall script `xml:"postinstall"`
}

type script struct {
	File string `xml:"file,attr"`
}

func (p Package) info() packageInfo {
	return packageInfo{
		Format: 2, Identifier: identifier, Version: p.Version, Auth: "root",
		Scripts: scripts{script{"./postinstall"}},
	}
}

// distribution is what Installer shows and asks: nothing but the password.
type distribution struct {
	XMLName xml.Name     `xml:"installer-gui-script"`
	Spec    int          `xml:"minSpecVersion,attr"`
	Title   string       `xml:"title"`
	Options distOptions  `xml:"options"`
	Domains distDomains  `xml:"domains"`
	Systems distVersions `xml:"volume-check>allowed-os-versions>os-version"`
	Outline distLine     `xml:"choices-outline>line"`
	Choice  distChoice   `xml:"choice"`
	Package distPackage  `xml:"pkg-ref"`
}

type distOptions struct {
	Customize string `xml:"customize,attr"`
	Scripts   bool   `xml:"require-scripts,attr"`
	// Without it Installer asks for Rosetta on Apple's processors, since the
	// script is no program that it could look at.
	Architectures string `xml:"hostArchitectures,attr"`
}

type distDomains struct {
	Anywhere bool `xml:"enable_anywhere,attr"`
	Home     bool `xml:"enable_currentUserHome,attr"`
	System   bool `xml:"enable_localSystem,attr"`
}

type distVersions struct {
	Min string `xml:"min,attr"`
}

type distLine struct {
	Choice string `xml:"choice,attr"`
}

type distChoice struct {
	ID      string  `xml:"id,attr"`
	Title   string  `xml:"title,attr"`
	Package distRef `xml:"pkg-ref"`
}

type distRef struct {
	ID string `xml:"id,attr"`
}

type distPackage struct {
	ID      string `xml:"id,attr"`
	Version string `xml:"version,attr"`
	Auth    string `xml:"auth,attr"`
	File    string `xml:",chardata"`
}

func (p Package) distribution() distribution {
	const title = "Jump Client"
	return distribution{
		Spec: 2, Title: title,
		Options: distOptions{Customize: "never", Architectures: "x86_64,arm64"},
		Domains: distDomains{System: true},
		Systems: distVersions{minSystem},
		Outline: distLine{identifier},
		Choice:  distChoice{identifier, title, distRef{identifier}},
		Package: distPackage{identifier, p.Version, "Root", "#jumpclient.pkg"},
	}
}
