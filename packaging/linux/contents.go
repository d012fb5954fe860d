package linux

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

//go:embed setup.sh
var setup string

// setupPath is the script that the scripts of .deb and .rpm leave everything to.
const setupPath = "/usr/lib/jumpclient/setup"

const summary = "keeps this computer reachable by its support site"

const description = `The Jump Client keeps one outbound, encrypted tunnel to a site of your own, so
that your representatives can reach this computer when nobody attends it. It
listens on no port. It needs a deployment key from its site, in
/etc/jumpclient/key-info or the environment variable JUMP_KEY_INFO.`

// The maintainer scripts (Debian Policy 6.5 says with which words each is
// called). A failure of setup fails dpkg, so that who installs learns of it.
const (
	debPost = `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  if [ -z "$2" ]; then ` + setupPath + ` install; else ` + setupPath + ` upgrade; fi
fi
`
	debPreun = `#!/bin/sh
set -e
if [ "$1" = remove ]; then
  ` + setupPath + ` remove
fi
`
	debPostun = `#!/bin/sh
set -e
if [ "$1" = purge ] && cd /etc/jumpclient 2>/dev/null; then
  rm -f key-info jc-name jc-jump-group jc-tag jc-comments install-dir proxy
  cd / && rmdir --ignore-fail-on-non-empty /etc/jumpclient
fi
`
)

// The scriptlets of .rpm. Their argument is how many versions of the package
// will be there afterwards: 0 after a removal.
const (
	rpmPost  = `if [ "$1" = 1 ]; then ` + setupPath + " install; else " + setupPath + " upgrade; fi\n"
	rpmPreun = `if [ "$1" = 0 ]; then ` + setupPath + " remove; fi\n"
)

// Package describes a .deb or .rpm. Both install the client in service mode,
// upgrade it with its state kept, and take it off when they are removed.
type Package struct {
	Arch    Arch
	Version string    // as in semver.org
	Time    time.Time // of everything inside
	Program []byte    // jumpclient, static
}

// WriteDeb writes a package for Debian, Ubuntu and their relatives.
func (p Package) WriteDeb(ctx context.Context, w io.Writer) error {
	return p.write(ctx, w, "deb", map[string]string{"after": debPost, "before-leave": debPreun, "after-leave": debPostun})
}

// WriteRPM writes a package for Fedora, RHEL, SUSE and their relatives.
func (p Package) WriteRPM(ctx context.Context, w io.Writer) error {
	return p.write(ctx, w, "rpm", map[string]string{"after": rpmPost, "before-leave": rpmPreun})
}

func (p Package) write(ctx context.Context, w io.Writer, format string, scripts map[string]string) error {
	dir, err := os.MkdirTemp("", "jump-package-")
	if err != nil {
		return fmt.Errorf("make a .%s: %w", format, err)
	}
	defer os.RemoveAll(dir)
	k := kitchen(dir)
	r, err := p.recipe(k, scripts)
	if err == nil {
		err = k.cook(ctx, format, r, w)
	}
	if err != nil {
		return fmt.Errorf("make a .%s: %w", format, err)
	}
	return nil
}

// recipe lays everything out that goes into the package.
func (p Package) recipe(k kitchen, words map[string]string) (recipe, error) {
	m, err := p.Arch.machine()
	if err != nil {
		return recipe{}, err
	}
	r := recipe{
		Name: "jumpclient", Arch: m.goarch, Platform: "linux", Version: packageVersion(p.Version), Schema: "none",
		Section: "admin", Priority: "optional", Vendor: "The Jump authors", Maintainer: "The Jump authors",
		Description: summary + "\n" + description, Time: p.Time,
		Deb: map[string]any{"compression": "xz"},
		RPM: map[string]any{"summary": summary, "buildhost": "localhost", "compression": "xz"},
	}
	for _, f := range []struct {
		name, path string
		body       []byte
	}{{"jumpclient", "/usr/lib/jumpclient/jumpclient", p.Program}, {"setup", setupPath, []byte(setup)}} {
		source, err := k.put(f.name, f.body)
		if err != nil {
			return recipe{}, err
		}
		r.Contents = append(r.Contents, content{source, f.path, fileInfo{0o755, "root", "root", p.Time}})
	}
	for name, to := range map[string]*string{"after": &r.Scripts.After, "before-leave": &r.Scripts.BeforeLeave, "after-leave": &r.Scripts.AfterLeave} {
		if words[name] == "" {
			continue
		}
		if *to, err = k.put(name, []byte(words[name])); err != nil {
			return recipe{}, err
		}
	}
	return r, nil
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
