package packages

import (
	"os"
	"path/filepath"

	"jump/installer/stamp"
)

// Offer is a platform, and what there is for it in a folder.
type Offer struct {
	Platform
	Available bool
	Size      int64 // of the package, bytes; 0 unless Available
	Signed    bool  // nothing may be written into the package
}

// Offers returns every platform, in the order in which people see them. It does
// not read the packages.
func (f *Folder) Offers() []Offer {
	var all []Offer
	for _, p := range platforms {
		all = append(all, f.Offer(p))
	}
	return all
}

// Offer returns what there is for one platform.
func (f *Folder) Offer(platform Platform) Offer {
	o := Offer{Platform: platform}
	p, ok := f.find(platform.ID)
	if !ok {
		return o
	}
	info, err := os.Lstat(filepath.Join(f.path, p.File))
	if err != nil || !info.Mode().IsRegular() || info.Size() != p.Size {
		return o
	}
	return p.offer(platform)
}

func (p Package) offer(platform Platform) Offer {
	return Offer{Platform: platform, Available: true, Size: p.Size, Signed: p.Kind == KindExeSigned}
}

// Carrier returns how the installers of this platform carry their label.
func (o Offer) Carrier() stamp.Kind {
	if o.Signed {
		return stamp.KindOf(KindExeSigned)
	}
	return stamp.KindOf(o.Kind)
}

// FileName returns the name that an installer is downloaded as.
func (o Offer) FileName(uid string, l stamp.Label) string {
	return stamp.FileName(o.Carrier(), uid, o.ID, l)
}
