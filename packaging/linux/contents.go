package linux

import (
	_ "embed"
	"strings"
	"time"
)

//go:embed setup.sh
var setup string

// setupPath is the script that the scripts of .deb and .rpm leave everything to.
const setupPath = "/usr/lib/jumpclient/setup"

const name = "jumpclient"

const summary = "keeps this computer reachable by its support site"

const description = `The Jump Client keeps one outbound, encrypted tunnel to a site of your own, so
that your representatives can reach this computer when nobody attends it. It
listens on no port. It needs a deployment key from its site, in
/etc/jumpclient/key-info or the environment variable JUMP_KEY_INFO.`

// Package describes a .deb or .rpm. Both install the client in service mode,
// upgrade it with its state kept, and take it off when they are removed.
type Package struct {
	Arch    Arch
	Version string    // as in semver.org
	Time    time.Time // of everything inside
	Program []byte    // jumpclient, static
}

// file is one file of a package.
type file struct {
	path string
	mode int64
	body []byte
}

// files are in the order of their paths. Folders of the system are not listed.
func (p Package) files() []file {
	return []file{
		{"/usr/lib/jumpclient/jumpclient", 0o755, p.Program},
		{setupPath, 0o755, []byte(setup)},
	}
}

// packageVersion writes a version so that both formats order it as semver does:
// 1.0.0-rc.1 is before 1.0.0.
func packageVersion(semver string) string {
	release, build, built := strings.Cut(semver, "+")
	release = strings.ReplaceAll(strings.Replace(release, "-", "~", 1), "-", ".")
	if built {
		release += "+" + strings.ReplaceAll(build, "-", ".")
	}
	return release
}
