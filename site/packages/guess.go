package packages

import (
	"slices"
	"strings"
)

// Visitor is what a browser says about its computer, in headers that anybody
// can write what they like into.
type Visitor struct {
	UserAgent string // User-Agent
	Platform  string // Sec-CH-UA-Platform (User-Agent Client Hints section 3.6)
	Arch      string // Sec-CH-UA-Arch, which browsers send only when asked to
}

// maxHeader bounds what is looked at of a header, in bytes.
const maxHeader = 1024

// Guess returns the platform that suits a visitor's computer best (requirement
// B1), or false for a telephone or a program that does not say what it runs on.
// It is a guess: browsers call a Windows on ARM and every Mac an x64.
func Guess(v Visitor) (Platform, bool) {
	agent := strings.ToLower(v.UserAgent[:min(len(v.UserAgent), maxHeader)])
	system := systemOf(agent, strings.ToLower(strings.Trim(v.Platform, `"`)))
	arch := ArchX64
	if strings.EqualFold(strings.Trim(v.Arch, `"`), "arm") || containsAny(agent, "aarch64", "arm64") {
		arch = ArchARM64
	}
	return first(func(p Platform) bool { return p.System == system && (p.Arch == arch || p.Arch == ArchAny) })
}

func systemOf(agent, hint string) string {
	switch {
	case hint == "windows":
		return SystemWindows
	case hint == "macos":
		return SystemMac
	case hint == "linux":
		return SystemLinux
	case hint != "", containsAny(agent, "android", "iphone", "ipad", " cros "):
		return ""
	case strings.Contains(agent, "windows"):
		return SystemWindows
	case strings.Contains(agent, "macintosh"):
		return SystemMac
	case strings.Contains(agent, "linux"):
		return SystemLinux
	}
	return ""
}

// Default returns the platform to show first: the guess, unless the installer
// was made for another one of the same system, or there is no guess; and if it
// has no package, one of the same system and architecture that has.
func (f *Folder) Default(v Visitor, made string) string {
	p, known := Guess(v)
	if m, ok := PlatformByID(made); ok && (!known || m.System == p.System) {
		p = m
	}
	if f.Offer(p).Available {
		return p.ID
	}
	near := func(q Platform) bool { return p.ID == "" || q.System == p.System && q.Arch == p.Arch }
	if q, ok := first(func(q Platform) bool { return near(q) && f.Offer(q).Available }); ok {
		return q.ID
	}
	return p.ID
}

// first returns the first platform that will do.
func first(will func(Platform) bool) (Platform, bool) {
	i := slices.IndexFunc(platforms, will)
	if i < 0 {
		return Platform{}, false
	}
	return platforms[i], true
}

func containsAny(s string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(s, p) })
}
