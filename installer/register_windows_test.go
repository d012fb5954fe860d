package installer

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/sys/windows"
)

// TestCommandLine: Windows' parser reads back what was meant.
func TestCommandLine(t *testing.T) {
	for _, dir := range []string{`C:\Jump`, `C:\Program Files\Jump & Co (x86)`, `C:\a\`, `C:\ende\ `, `C:\%COMSPEC%\^x`} {
		words := []string{"uninstall", "--dir", dir}
		got, err := windows.DecomposeCommandLine(commandLine(dir, words))
		if err != nil || !slices.Equal(got[1:], words) || !strings.HasPrefix(got[0], strings.TrimRight(dir, `\`)) {
			t.Errorf("%q is read as %q, %v", commandLine(dir, words), got, err)
		}
	}
}

// TestRunLine: what starts a client at sign-in is never too long for Windows.
func TestRunLine(t *testing.T) {
	for n := range 200 {
		dir := `C:\` + strings.Repeat("ä", n)
		line := utf16.Encode([]rune(commandLine(dir, userWords(dir))))
		if len(line) > maxRun {
			t.Fatalf("a directory of %d characters makes a line of %d", n, len(line))
		}
	}
}
