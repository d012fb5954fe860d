// Package commands writes the lines that administrators copy to install a Jump
// Client: into a shell, a management tool or a playbook (requirements B4, B10).
//
// It runs nothing and asks nobody, and it is not the installer's own command
// line, which cmd/jumpclient and packaging define. Every text of people is
// quoted for the shell that reads the line; where no quoting would make one
// safe, it is left out, because the deployment key carries it as well.
package commands

import (
	"slices"
	"strings"

	"jump/installer/stamp"
	"jump/site/packages"
)

// Title says what a command is for. The strings are part of the API; the console
// translates them.
type Title string

// The titles.
const (
	TitleShell      Title = "sh"         // run the downloaded file
	TitleCurl       Title = "curl"       // download and run it
	TitleWget       Title = "wget"       // download and run it
	TitlePowerShell Title = "powershell" // download and run it
	TitleCmd        Title = "cmd"        // run the downloaded file; for SCCM and Intune
	TitleMSI        Title = "msiexec"    // install the downloaded file; for GPO, SCCM and Intune
	TitleDeb        Title = "deb"        // download and install it
	TitleRPM        Title = "rpm"        // download and install it
	TitleAnsible    Title = "ansible"    // tasks of a playbook
	TitleProgram    Title = "jumpclient" // with the bare client program
)

// Titles returns all of them.
func Titles() []Title {
	return []Title{TitleShell, TitleCurl, TitleWget, TitlePowerShell, TitleCmd, TitleMSI, TitleDeb, TitleRPM, TitleAnsible, TitleProgram}
}

// Command is one way to install.
type Command struct {
	Platform string // id; empty: wherever the client program is
	Title    Title
	Text     string // one line, or several for a playbook
}

// Installer is what the commands install with.
type Installer struct {
	URL          string // of the platform's download without the platform: https://…/install/<uid>/
	OwnAuthority bool   // the site's certificate is its own: programs need its ca.pem
	UID          string
	KeyInfo      string
	Label        stamp.Label
	Group        string // code
	Name         string
	Tag          string
	Comments     string
}

// For returns the commands for what there is on a site, in that order, and the
// one that serves wherever the client program is.
func For(i Installer, offers []packages.Offer) []Command {
	var all []Command
	for _, o := range offers {
		all = append(all, i.forOffer(o)...)
	}
	program := "jumpclient install --key-info " + i.KeyInfo + i.shellFlags()
	if i.Label.Mode != "" {
		program += " --mode " + i.Label.Mode
	}
	return append(all, Command{"", TitleProgram, program})
}

func (i Installer) forOffer(o packages.Offer) []Command {
	if !o.Available {
		return nil
	}
	t := target{i, o, o.FileName(i.UID, i.Label)}
	ways := map[string][]way{
		packages.KindBin: {{TitleShell, t.run}, {TitleCurl, t.curl}, {TitleWget, t.wget}, {TitleAnsible, t.playbook}},
		packages.KindExe: {{TitleCmd, t.cmd}, {TitlePowerShell, t.powerShell}},
		packages.KindMSI: {{TitleMSI, t.msiexec}},
		packages.KindDeb: {{TitleDeb, t.curl}, {TitleAnsible, t.playbook}},
		packages.KindRPM: {{TitleRPM, t.curl}, {TitleAnsible, t.playbook}},
		packages.KindPkg: {{TitleShell, t.run}, {TitleCurl, t.curl}},
	}[o.Kind]
	if o.Headless || i.Label.Mode == "user" { // one account on each computer, which a playbook would have to know
		ways = slices.DeleteFunc(ways, func(w way) bool { return w.title == TitleAnsible })
	}
	var all []Command
	for _, w := range ways {
		all = append(all, Command{o.ID, w.title, w.text()})
	}
	return all
}

type way struct {
	title Title
	text  func() string
}

// parameter is one of requirements B6 to B8, and the name.
type parameter struct{ name, value string }

// parameters returns those that were chosen and that a program accepts at all.
func (i Installer) parameters() []parameter {
	group := i.Group
	if group == "general" {
		group = ""
	} else if group != "" && !strings.HasPrefix(group, "user:") {
		group = "jumpgroup:" + group
	}
	return slices.DeleteFunc([]parameter{
		{"jc-jump-group", group}, {"jc-tag", i.Tag}, {"jc-comments", i.Comments}, {"jc-name", i.Name},
	}, func(p parameter) bool { return p.value == "" || strings.ContainsFunc(p.value, unprintable) })
}

// flags returns the parameters as flags with their values, those that quote can
// say, each with a space before it.
func (i Installer) flags(quote quoting) string {
	var b strings.Builder
	for _, p := range i.parameters() {
		if text, ok := quote("--" + p.name + "=" + p.value); ok {
			b.WriteString(" " + text)
		}
	}
	return b.String()
}

func (i Installer) shellFlags() string {
	return i.flags(func(s string) (string, bool) { return posix(s), true })
}
