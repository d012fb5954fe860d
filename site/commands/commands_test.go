package commands

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"jump/installer/stamp"
	"jump/site/packages"
)

// hostile are values that every shell would love to read something in.
var hostile = []string{
	"servers", "Linux Admins", "it's", `say "hi"`, `$(touch pwned)`, "`touch pwned`", "%COMSPEC%", "!x!", "a & touch pwned", "; touch pwned",
	"-x", "--silent", `back\slash\`, `"; touch pwned; "`, "'; touch pwned; '", "’; touch pwned; ’", "“; touch pwned; “", "*?[a-z]~", "#x", "{{ 7*7 }}",
	"a\nb", "a\x1b[31mb", "日本 ß", "a^b", "<html>", "x, y", "@file", "$env:PATH", "key: value", "|", "",
}

func offer(t testing.TB, id string) packages.Offer {
	p, ok := packages.PlatformByID(id)
	if !ok {
		t.Fatalf("no platform %s", id)
	}
	return packages.Offer{Platform: p, Available: true, Size: 1}
}

func installer(t testing.TB, value string) Installer {
	key, err := stamp.New([32]byte{1}, "jump.example.com", 443)
	if err != nil {
		t.Fatal(err)
	}
	return Installer{URL: "https://[::1]:8443/api/v1/install/abc/", UID: "abc", KeyInfo: key.String(), Label: stamp.Label{Key: key},
		Group: "linux-admins", Tag: value, Comments: value}
}

// command returns the one command of a platform with that title.
func command(t testing.TB, i Installer, platform string, title Title) string {
	t.Helper()
	for _, c := range For(i, []packages.Offer{offer(t, platform)}) {
		if c.Platform == platform && c.Title == title {
			return c.Text
		}
	}
	t.Fatalf("%s has no command for %s", platform, title)
	return ""
}

// printable reports whether a value can be said on a command line at all.
func printable(value string) bool { return value != "" && !strings.ContainsFunc(value, unprintable) }

// TestShell runs the lines for sh with programs that only write down their
// arguments.
func TestShell(t *testing.T) {
	bin := t.TempDir()
	const recorder = "#!/bin/sh\nprintf '%s\\0' \"${0##*/}\" \"$@\" >>\"$RECORD\"\n"
	for _, name := range []string{"sudo", "curl", "wget", "jumpclient"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(recorder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, value := range hostile {
		i := installer(t, value)
		for _, line := range []string{
			command(t, i, "linux-x64", TitleShell), command(t, i, "linux-x64", TitleCurl), command(t, i, "linux-arm64", TitleWget),
			For(i, nil)[0].Text, command(t, i, "linux-deb-x64", TitleDeb), command(t, i, "linux-rpm-arm64", TitleRPM),
		} {
			dir := t.TempDir()
			cmd := exec.Command("sh", "-c", line)
			cmd.Dir, cmd.Env = dir, []string{"PATH=" + bin + ":/usr/bin:/bin", "HOME=/home/eva", "RECORD=" + filepath.Join(dir, "record")}
			if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("%s: %v, %s", line, err, out)
			}
			record, err := os.ReadFile(filepath.Join(dir, "record"))
			if err != nil {
				t.Fatal(err)
			}
			words := strings.Split(string(record), "\x00")
			if got := slices.Contains(words, "--jc-tag="+value) || slices.Contains(words, "JUMP_JC_TAG="+value); got != printable(value) {
				t.Errorf("%q: %s\nis %q", value, line, record)
			}
			if left, _ := os.ReadDir(dir); len(left) != 1 {
				t.Errorf("%q: %s\nleft %v behind", value, line, left)
			}
		}
	}
}

// powerShellWords splits the arguments behind & as PowerShell does in single
// quotes, which is all that there may be.
func powerShellWords(t *testing.T, line string) []string {
	t.Helper()
	_, call, found := strings.Cut(line, "{ & ")
	call, closed := strings.CutSuffix(call, " }")
	if !found || !closed {
		t.Fatalf("%s: no call", line)
	}
	var words []string
	runes := append([]rune(call), ' ')
	quote := func(r rune) bool { return strings.ContainsRune("'"+curlySingle, r) }
	for n := 0; n < len(runes); n++ {
		if !quote(runes[n]) {
			t.Fatalf("%s: a word without quotes", line)
		}
		var word []rune
		for n++; ; n++ {
			if quote(runes[n]) {
				if !quote(runes[n+1]) {
					break
				}
				n++ // two are one
			}
			word = append(word, runes[n])
		}
		words = append(words, string(word))
		n++ // the space
	}
	return words
}

func TestPowerShell(t *testing.T) {
	for _, value := range hostile {
		line := command(t, installer(t, value), "win64-exe", TitlePowerShell)
		words := powerShellWords(t, line)
		garbled := strings.Contains(value, `"`) || strings.HasSuffix(value, `\`) // by Windows PowerShell 5.1
		if got := slices.Contains(words, "--jc-tag="+value); got != (printable(value) && !garbled) {
			t.Errorf("%q: %s\nis %q", value, line, words)
		}
	}
}

// windowsWords splits a line as cmd.exe sees it, and says whether that reads
// anything in it.
func windowsWords(line string) (words []string, active bool) {
	quoted, word := false, ""
	for _, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
			word += `"`
		case strings.ContainsRune("%!$`"+curlyDouble, r), !quoted && strings.ContainsRune("&|<>^()", r):
			active = true
		case r == ' ' && !quoted:
			words, word = append(words, word), ""
		default:
			word += string(r)
		}
	}
	return append(words, word), active || quoted
}

func TestWindows(t *testing.T) {
	for _, value := range hostile {
		i := installer(t, value)
		line := command(t, i, "win64-exe", TitleCmd)
		words, active := windowsWords(line)
		said := slices.Contains(words, `"--jc-tag=`+value+`"`) || slices.Contains(words, "--jc-tag="+value)
		if active || !said && strings.Contains(line, "--jc-tag") || words[0] != "bomgar-scc-abc.exe" || words[1] != "--silent" {
			t.Errorf("cmd: %q: %s", value, line)
		}
		line = command(t, i, "win64-msi", TitleMSI)
		words, active = windowsWords(line)
		text := strings.ReplaceAll(value, `"`, `""`)
		said = slices.Contains(words, `jc_tag="`+text+`"`) || slices.Contains(words, "jc_tag="+value)
		if active || !said && strings.Contains(line, "jc_tag") || words[len(words)-1] != "/quiet" {
			t.Errorf("msiexec: %q: %s", value, line)
		}
	}
	i := installer(t, "servers")
	i.Group, i.Comments = "user:admin", `He said "now"`
	want := `msiexec /i bomgar-scc-win64.msi KEY_INFO=` + i.KeyInfo + ` jc_jump_group=user:admin jc_tag=servers jc_comments="He said ""now""" /quiet`
	if got := command(t, i, "win64-msi", TitleMSI); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// scalars are the quoted texts of a playbook.
var scalars = regexp.MustCompile(`(!unsafe )?"(?:[^"\\]|\\.)*"`)

func TestPlaybook(t *testing.T) {
	for _, platform := range []string{"linux-x64", "linux-deb-x64", "linux-rpm-x64"} {
		lines := strings.Count(command(t, installer(t, ""), platform, TitleAnsible), "\n")
		for _, value := range hostile {
			text := command(t, installer(t, value), platform, TitleAnsible)
			bare := scalars.ReplaceAllString(text, "")
			if strings.Contains(bare, "pwned") || strings.Count(bare, "\n") != lines || said(t, text, value) != printable(value) {
				t.Errorf("%q:\n%s", value, text)
			}
		}
	}
}

// said reports whether a playbook has a value as an argument or a variable.
func said(t *testing.T, playbook, value string) (found bool) {
	t.Helper()
	for _, scalar := range scalars.FindAllString(playbook, -1) {
		quoted, unsafe := strings.CutPrefix(scalar, "!unsafe ")
		var s string
		if err := json.Unmarshal([]byte(quoted), &s); err != nil {
			t.Errorf("%s: %v", scalar, err)
		}
		if strings.Contains(s, "{{") && !unsafe {
			t.Errorf("Ansible reads %s", scalar)
		}
		found = found || value != "" && (s == value || s == "--jc-tag="+value)
	}
	return found
}

// TestModes: who did not ask for user mode gets what is always reachable, and
// the headless installer is never run as root (requirement C3).
func TestModes(t *testing.T) {
	i := installer(t, "")
	for mode, want := range map[string]string{"": "sudo sh ./bomgar-scc-abc.bin", "service": "sudo sh ./bomgar-scc-abc.bin", "user": "sh ./bomgar-scc-abc.bin"} {
		i.Label.Mode = mode
		if got := command(t, i, "linux-x64", TitleShell); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s", mode, got)
		}
	}
	if got := command(t, i, "linux-headless-x64", TitleCurl); strings.Contains(got, "sudo") || !strings.HasSuffix(got, "init-script\" start") {
		t.Errorf("headless: %s", got)
	}
}

// TestTitles: every title is used, and what is not on the site has no command.
func TestTitles(t *testing.T) {
	var all []packages.Offer
	for _, p := range packages.Platforms() {
		all = append(all, offer(t, p.ID))
	}
	i, seen := installer(t, "x"), map[Title]bool{}
	i.OwnAuthority = true
	for _, c := range For(i, all) {
		seen[c.Title] = true
		if downloads := strings.Contains(c.Text, "https://"); downloads && c.Title != TitlePowerShell && !strings.Contains(c.Text, "ca.pem") {
			t.Errorf("%s does not trust the site's authority: %s", c.Title, c.Text)
		}
		if !slices.Contains(Titles(), c.Title) || strings.Contains(c.Text, "-k ") {
			t.Errorf("%s: %s", c.Title, c.Text)
		}
	}
	if len(seen) != len(Titles()) {
		t.Errorf("titles %v", seen)
	}
	for n := range all {
		all[n].Available = false
	}
	if got := For(i, all); len(got) != 1 || got[0].Title != TitleProgram {
		t.Errorf("without packages: %+v", got)
	}
}

// FuzzQuotes: whatever a value is, it arrives as it is or not at all, and no
// shell reads anything in it.
func FuzzQuotes(f *testing.F) {
	for _, value := range hostile {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if !utf8.ValidString(value) || !printable(value) {
			return // refused by the API, or left out
		}
		if text := posix(value); text != value && strings.ReplaceAll(text[1:len(text)-1], `'\''`, "'") != value {
			t.Errorf("sh: %s", text)
		}
		if text, ok := powerShell(value); ok {
			if words := powerShellWords(t, "{ & "+text+" }"); len(words) != 1 || words[0] != value {
				t.Errorf("PowerShell: %s is %q", text, words)
			}
		}
		if text, ok := windows(value); ok {
			if words, active := windowsWords(text); active || len(words) != 1 || strings.Trim(words[0], `"`) != value {
				t.Errorf("cmd: %s is %q", text, words)
			}
		}
		if text, ok := property(value); ok {
			if words, active := windowsWords(text); active || len(words) != 1 {
				t.Errorf("msiexec: %s is %q", text, words)
			}
		}
	})
}
