package commands

import (
	"encoding/json"
	"strings"
	"unicode"
)

// quoting writes a text as one word of some shell, or says that it cannot.
type quoting func(s string) (string, bool)

// plain reports whether no shell finds anything to read in a text.
func plain(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.:/=", r)
	})
}

// unprintable is what a terminal acts upon instead of showing it, and what
// installers refuse.
func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// posix quotes for sh: between single quotes nothing means anything but the
// next single quote (POSIX.1-2017, Shell Command Language 2.2.2).
func posix(s string) string {
	if plain(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// curly are the four other characters that end a text in single quotes for
// PowerShell, and the double ones likewise.
const (
	curlySingle = "‘’‚‛"
	curlyDouble = "“”„"
)

// powerShell quotes for PowerShell, where single quotes are doubled within
// single quotes, curly ones too. Windows PowerShell 5.1 hands a text with
// double quotes, or with a backslash at its end, to programs garbled.
func powerShell(s string) (string, bool) {
	if strings.Contains(s, `"`) || strings.HasSuffix(s, `\`) {
		return "", false
	}
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
		if r == '\'' || strings.ContainsRune(curlySingle, r) {
			b.WriteRune(r)
		}
	}
	return "'" + b.String() + "'", true
}

// windows quotes for cmd.exe and for whoever starts programs without a shell.
// Percent signs are read by cmd.exe between quotes too, and there is no way to
// have a double quote there that every reader takes for one.
func windows(s string) (string, bool) {
	if plain(s) {
		return s, true
	}
	return `"` + s + `"`, !strings.ContainsAny(s, expanded+`"`) && !strings.HasSuffix(s, `\`)
}

// expanded is what cmd.exe or PowerShell reads within double quotes.
const expanded = "%!$`" + curlyDouble

// property quotes the value of a property for msiexec: double quotes around it,
// and those within doubled (Command-Line Options of Windows Installer). The
// number of them stays even, so that cmd.exe sees the value between quotes.
func property(s string) (string, bool) {
	if plain(s) {
		return s, true
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`, !strings.ContainsAny(s, expanded)
}

// yaml writes a scalar for Ansible. JSON is YAML, and !unsafe keeps Ansible from
// reading a template in it.
func yaml(s string) string {
	text, _ := json.Marshal(s) // of a string
	if strings.ContainsAny(s, "{}%#") {
		return "!unsafe " + string(text)
	}
	return string(text)
}
