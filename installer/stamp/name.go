package stamp

import (
	"fmt"
	"strings"
)

const (
	// maxNameSize is what file systems take, in bytes, less room for the
	// " (10)" of a browser.
	maxNameSize = 255 - len(" (10)")
	// maxReadName bounds how long a path is searched, in bytes.
	maxReadName = 4096
	maxUID      = 64
)

var extensions = map[string]string{
	"win64-exe": ".exe", "winarm64-exe": ".exe", "win64-msi": ".msi", "mac": ".pkg",
	"linux-deb-x64": ".deb", "linux-deb-arm64": ".deb", "linux-rpm-x64": ".rpm", "linux-rpm-arm64": ".rpm",
}

// FileName returns the name that a stamped file is downloaded as. It has no
// characters but letters of ASCII, digits, dash and dot, whatever uid and
// platform are.
//
//	bomgar-scc-<uid>.bin, .exe            the file carries the label
//	bomgar-scc-<uid>-<label>.exe, .pkg    the name does (KindNamed)
//	bomgar-scc-<platform>.msi, .deb, .rpm neither does
//
// A label that a file system would not take in a name, because its site's host
// name has more than about 60 characters, is left out: such an installer has to
// be told its key.
func FileName(kind Kind, uid, platform string, l Label) string {
	extension, known := extensions[platform]
	if !known {
		extension = ".bin"
	}
	name := "bomgar-scc-" + letters(uid)
	switch {
	case kind == KindNamed, platform == "mac":
		if long := name + "-" + l.String() + extension; len(long) <= maxNameSize {
			return long
		}
	case kind == KindPlain:
		return "bomgar-scc-" + letters(system(platform)) + extension
	}
	return name + extension
}

// system takes the word out of a platform that its extension says already:
// "win64-msi" is win64, "linux-deb-x64" is linux-x64.
func system(platform string) string {
	var words []string
	for word := range strings.SplitSeq(platform, "-") {
		if word != "msi" && word != "deb" && word != "rpm" && word != "exe" {
			words = append(words, word)
		}
	}
	return strings.Join(words, "-")
}

// letters keeps what is safe in a file name on every system, in a header and in
// a shell.
func letters(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, s)
	return s[:min(len(s), maxUID)]
}

// OfName returns the label in the last element of a path, with slashes or
// backslashes. What browsers and people do to names does no harm: " (1)", other
// words before and after, capitals, another extension or none. An error says
// that a label stands there with characters missing or changed.
func OfName(path string) (Label, bool, error) {
	path = path[max(0, len(path)-maxReadName):]
	name := strings.ToLower(path[strings.LastIndexAny(path, `/\`)+1:])
	garbled := error(nil)
	for start, end := 0, 0; start < len(name); start = end + 1 {
		for end = start; end < len(name) && inAlphabet(name[end]); end++ {
		}
		if end-start < encoding.EncodedLen(minSize) {
			continue
		}
		key, err := Parse(name[start:end])
		if err == nil {
			return Label{Key: key, Mode: modeIn(name[end:])}, true, nil
		}
		garbled = fmt.Errorf("in the name of this file, %w", err)
	}
	return Label{}, false, garbled
}

func inAlphabet(c byte) bool { return c >= 'a' && c <= 'z' || c >= '2' && c <= '7' }

// modeIn returns the mode that a name goes on with behind the key, whatever
// follows it that is no letter.
func modeIn(rest string) string {
	for _, mode := range []string{"service", "user"} {
		after, found := strings.CutPrefix(rest, "-"+mode)
		if found && (after == "" || !inAlphabet(after[0])) {
			return mode
		}
	}
	return ""
}
