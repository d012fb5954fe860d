package linux

import (
	"fmt"
	"io"
	"math"

	"github.com/google/rpmpack"
)

// The scriptlets. Their argument is how many versions of the package will be
// there afterwards: 0 after a removal.
const (
	rpmPost  = `if [ "$1" = 1 ]; then ` + setupPath + " install; else " + setupPath + " upgrade; fi\n"
	rpmPreun = `if [ "$1" = 0 ]; then ` + setupPath + " remove; fi\n"
)

// WriteRPM writes a package for Fedora, RHEL, SUSE and their relatives.
func (p Package) WriteRPM(w io.Writer) error {
	m, err := p.Arch.machine()
	if err != nil {
		return fmt.Errorf("make an .rpm: %w", err)
	}
	r, err := rpmpack.NewRPM(rpmpack.RPMMetaData{
		Name: name, Summary: summary, Description: description, Version: packageVersion(p.Version), Release: "1",
		Arch: m.rpm, OS: "linux", Vendor: "The Jump authors", BuildHost: "localhost", Compressor: "gzip:9",
		BuildTime: p.Time, Epoch: rpmpack.NoEpoch,
	})
	if err != nil {
		return fmt.Errorf("make an .rpm: %w", err)
	}
	mtime := uint32(min(p.epoch(), math.MaxUint32))
	for _, f := range p.files() {
		r.AddFile(rpmpack.RPMFile{Name: f.path, Body: f.body, Mode: uint(f.mode), Owner: "root", Group: "root", MTime: mtime})
	}
	r.AddPostin(rpmPost)
	r.AddPreun(rpmPreun)
	if err := r.Write(w); err != nil {
		return fmt.Errorf("make an .rpm: %w", err)
	}
	return nil
}
