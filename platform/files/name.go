package files

import (
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"jump/platform/program"
)

// Resolve returns the whole path that is meant: one that is not absolute, or
// begins with ~, begins in the user's home; an empty one is the home.
func Resolve(path string) (string, error) {
	whole, err := resolve(path)
	if err != nil || !legal(whole) {
		return "", badName(path)
	}
	return whole, nil
}

func resolve(path string) (string, error) {
	switch {
	case path == "" || path == "~":
		return program.Home(), nil
	case path[0] == '~' && os.IsPathSeparator(path[1]):
		return filepath.Join(program.Home(), path[2:]), nil
	case os.IsPathSeparator(path[0]):
		return filepath.Abs(path)
	}
	switch drive := filepath.VolumeName(path); drive {
	case "":
		return filepath.Join(program.Home(), path), nil
	case path:
		return path + string(filepath.Separator), nil // not whatever folder is the drive's present one
	default:
		return filepath.Abs(path)
	}
}

// Single reports whether a name that came from another computer is one part of
// a path here and nothing else.
func Single(name string) bool {
	return name != "" && name != "." && name != ".." && utf8.ValidString(name) && !strings.ContainsFunc(name, separates) &&
		filepath.VolumeName(name) == "" && legal(name)
}

// separates reports whether a character ends a part of a path, or all of it.
func separates(r rune) bool { return r == 0 || r < utf8.RuneSelf && os.IsPathSeparator(uint8(r)) }

// windowsPath reports whether Windows takes a path as the name of a file: no
// device's (in any folder, with any extension), no second stream of a file, and
// none that it would cut.
func windowsPath(path string) bool {
	if strings.HasPrefix(path, `\\.\`) || strings.HasPrefix(path, `\\?\`) || strings.HasPrefix(path, `\??\`) {
		return false
	}
	if len(path) >= 2 && path[1] == ':' {
		path = path[2:]
	}
	for part := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '\\' || r == '/' }) {
		if part != "." && part != ".." && !windowsName(part) {
			return false
		}
	}
	return true
}

func windowsName(name string) bool {
	if strings.ContainsAny(name, `<>:"|?*`) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") {
		return false
	}
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return false
	}
	number, isPort := strings.CutPrefix(stem, "COM")
	if !isPort {
		number, isPort = strings.CutPrefix(stem, "LPT")
	}
	return !isPort || !strings.Contains("0123456789¹²³", number) || utf8.RuneCountInString(number) != 1
}
