package launchd

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// words reads a property list as a reader of XML does, and returns its texts.
func words(t *testing.T, plist []byte) []string {
	t.Helper()
	var all []string
	for d, text := xml.NewDecoder(bytes.NewReader(plist)), ""; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, plist)
		}
		switch token := token.(type) {
		case xml.StartElement:
			text = ""
			if token.Name.Local == "true" || token.Name.Local == "false" {
				all = append(all, token.Name.Local)
			}
		case xml.CharData:
			text += string(token)
		case xml.EndElement:
			if slices.Contains([]string{"key", "string", "integer"}, token.Name.Local) {
				all = append(all, text)
			}
		}
	}
}

func TestPlist(t *testing.T) {
	hostile := []string{"--dir", "/a b/c", "</string><key>UserName</key>", "&amp;", "$(x)", `"'`, "a\nb", "-x"}
	daemon := Job{Label: "jumpclient-abc", Program: "/Library/Application Support/JumpClient/jumpclient", Args: hostile}
	want := slices.Concat(
		[]string{"Label", "jumpclient-abc", "ProgramArguments", daemon.Program}, hostile,
		[]string{"RunAtLoad", "true", "KeepAlive", "SuccessfulExit", "false", "ThrottleInterval", "30", "ProcessType", "Interactive"})
	if got := words(t, daemon.Plist()); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	agent := daemon
	agent.UID, agent.Agents = 501, AgentsFolder("/Users/ada")
	if got := words(t, agent.Plist()); !slices.Equal(got, append(want, "LimitLoadToSessionType", "Aqua")) {
		t.Errorf("%q", got)
	}
}

func TestPlaces(t *testing.T) {
	daemon := Job{Label: "jumpclient-abc"}
	if daemon.File() != "/Library/LaunchDaemons/jumpclient-abc.plist" || daemon.domain() != "system" {
		t.Errorf("%s in %s", daemon.File(), daemon.domain())
	}
	agent := Job{Label: "jumpclient-abc", UID: 501, Agents: AgentsFolder("/Users/ada")}
	if agent.File() != "/Users/ada/Library/LaunchAgents/jumpclient-abc.plist" || agent.domain() != "gui/501" {
		t.Errorf("%s in %s", agent.File(), agent.domain())
	}
}

func FuzzPlist(f *testing.F) {
	f.Add("/a/b", "--dir")
	f.Add("</string>", "]]>")
	f.Fuzz(func(t *testing.T, program, arg string) {
		got := words(t, Job{Label: "l", Program: program, Args: []string{arg}}.Plist())
		if len(got) != 14 {
			t.Errorf("%q", got)
		}
		if !strings.ContainsAny(arg, "\r\x00") && xmlText(arg) && got[4] != arg {
			t.Errorf("%q became %q", arg, got[4])
		}
	})
}

// xmlText reports whether XML 1.0 can say a text at all. The installer refuses
// parameters with other characters.
func xmlText(s string) bool {
	for _, r := range s {
		if r == '\uFFFD' || r < ' ' && r != '\t' && r != '\n' || r == '\uFFFE' || r == '\uFFFF' {
			return false
		}
	}
	return true
}
