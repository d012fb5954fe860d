package packages

import "slices"

// Platform is one choice of platform of requirement B1.
type Platform struct {
	ID       string // part of the API and of packages.json
	System   string // SystemLinux, SystemWindows, SystemMac
	Arch     string // ArchX64, ArchARM64, ArchAny
	Kind     string // how it is installed
	Headless bool   // for Linux without a desktop (requirement C1)
}

// The systems, architectures and kinds of file. The strings are part of the
// API.
const (
	SystemLinux   = "linux"
	SystemWindows = "windows"
	SystemMac     = "mac"

	ArchX64   = "x64"
	ArchARM64 = "arm64"
	ArchAny   = "any"

	KindBin = "bin" // a shell script that unpacks itself; the key is written into it
	KindExe = "exe" // the key is written into it
	KindMSI = "msi" // the same for every key, which is a property
	KindDeb = "deb" // the same for every key, which comes beside it
	KindRPM = "rpm" // as KindDeb
	KindPkg = "pkg" // the key is in its file name

	// KindExeSigned is what a list says of an exe that may not be changed; the
	// key is in its file name.
	KindExeSigned = "exe-signed"
)

// platforms has all of them in the order in which people see them.
var platforms = []Platform{
	{"win64-exe", SystemWindows, ArchX64, KindExe, false},
	{"winarm64-exe", SystemWindows, ArchARM64, KindExe, false},
	{"win64-msi", SystemWindows, ArchX64, KindMSI, false},
	{"mac", SystemMac, ArchAny, KindPkg, false},
	{"linux-x64", SystemLinux, ArchX64, KindBin, false},
	{"linux-arm64", SystemLinux, ArchARM64, KindBin, false},
	{"linux-headless-x64", SystemLinux, ArchX64, KindBin, true},
	{"linux-headless-arm64", SystemLinux, ArchARM64, KindBin, true},
	{"linux-deb-x64", SystemLinux, ArchX64, KindDeb, false},
	{"linux-deb-arm64", SystemLinux, ArchARM64, KindDeb, false},
	{"linux-rpm-x64", SystemLinux, ArchX64, KindRPM, false},
	{"linux-rpm-arm64", SystemLinux, ArchARM64, KindRPM, false},
}

// Platforms returns all of them, whether there is a package or not.
func Platforms() []Platform { return slices.Clone(platforms) }

// PlatformByID returns the platform of that name.
func PlatformByID(id string) (Platform, bool) {
	i := slices.IndexFunc(platforms, func(p Platform) bool { return p.ID == id })
	if i < 0 {
		return Platform{}, false
	}
	return platforms[i], true
}
