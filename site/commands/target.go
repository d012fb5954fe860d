package commands

import (
	"fmt"
	"strings"

	"jump/site/packages"
)

// target is one installer file.
type target struct {
	Installer
	offer packages.Offer
	file  string // its name, which needs no quotes in any shell
}

func (t target) url() string { return t.URL + t.offer.ID }

// run installs the file in the current directory. Who chose no mode gets the
// one that is always reachable (requirement A3).
func (t target) run() string {
	switch t.offer.Kind {
	case packages.KindPkg:
		return "sudo installer -pkg ./" + t.file + " -target /"
	case packages.KindDeb:
		return "sudo env" + t.variables() + " apt-get install -y ./" + t.file
	case packages.KindRPM:
		return "sudo env" + t.variables() + " rpm -U ./" + t.file
	}
	line := "sh ./" + t.file + t.shellFlags()
	switch {
	case t.offer.Headless: // requirements C2 and C5
		return `sh ./` + t.file + ` --install-dir "$HOME/jumpclient"` + t.shellFlags() + ` && "$HOME/jumpclient/init-script" start`
	case t.Label.Mode == "user":
		return line
	}
	return "sudo " + line
}

// environment is what a deb or rpm is told its key and parameters in.
func (t target) environment() []parameter {
	all := []parameter{{"JUMP_KEY_INFO", t.KeyInfo}}
	for _, p := range t.parameters() {
		name := "JUMP_" + strings.ToUpper(strings.ReplaceAll(p.name, "-", "_"))
		all = append(all, parameter{name, p.value})
	}
	return all
}

func (t target) variables() string {
	var b strings.Builder
	for _, p := range t.environment() {
		b.WriteString(" " + posix(p.name+"="+p.value))
	}
	return b.String()
}

func (t target) curl() string {
	authority := ""
	if t.OwnAuthority {
		authority = " --cacert ca.pem"
	}
	return fmt.Sprintf("curl -fsS --retry 20%s -o %s -d key_info=%s %s && %s", authority, t.file, t.KeyInfo, posix(t.url()), t.run())
}

func (t target) wget() string {
	authority := ""
	if t.OwnAuthority {
		authority = " --ca-certificate=ca.pem"
	}
	return fmt.Sprintf("wget -q%s -O %s --post-data=key_info=%s %s && %s", authority, t.file, t.KeyInfo, posix(t.url()), t.run())
}

func (t target) cmd() string { return t.file + " --silent" + t.flags(windows) }

func (t target) powerShell() string {
	return fmt.Sprintf("Invoke-WebRequest -UseBasicParsing -Method Post -Body @{key_info='%s'} -OutFile '%s' -Uri %s; if ($?) { & '.\\%s'%s }",
		t.KeyInfo, t.file, "'"+t.url()+"'", t.file, t.flags(powerShell))
}

// msiexec gives the parameters as properties (requirement B10).
func (t target) msiexec() string {
	var b strings.Builder
	b.WriteString("msiexec /i " + t.file + " KEY_INFO=" + t.KeyInfo)
	for _, p := range t.parameters() {
		if text, ok := property(p.value); ok {
			b.WriteString(" " + strings.ReplaceAll(p.name, "-", "_") + "=" + text)
		}
	}
	b.WriteString(" /quiet")
	return b.String()
}

// playbook returns two tasks for Ansible. The key stays out of its output.
func (t target) playbook() string {
	authority := ""
	if t.OwnAuthority {
		authority = "\n    ca_path: ca.pem"
	}
	path := "/root/" + t.file // where nobody else can put a file in its place
	return fmt.Sprintf(`- name: Download the Jump Client
  ansible.builtin.uri:
    url: %s
    method: POST
    body_format: form-urlencoded
    body: {key_info: %s}%s
    dest: %s
    creates: /opt/jumpclient
    mode: "0600"
  become: true
  no_log: true
- name: Install the Jump Client
%s  become: true
  no_log: true
`, yaml(t.url()), yaml(t.KeyInfo), authority, yaml(path), t.task(path))
}

// task is the part of the second task that says what to install, and how.
func (t target) task(path string) string {
	var variables []string
	for _, p := range t.environment() {
		variables = append(variables, p.name+": "+yaml(p.value))
	}
	key := "  environment: {" + strings.Join(variables, ", ") + "}\n"
	switch t.offer.Kind {
	case packages.KindDeb:
		return "  ansible.builtin.apt: {deb: " + yaml(path) + "}\n" + key
	case packages.KindRPM:
		return "  ansible.builtin.dnf: {name: " + yaml(path) + ", disable_gpg_check: true}\n" + key
	}
	arguments := []string{"sh", yaml(path), "--silent"}
	for _, p := range t.parameters() {
		arguments = append(arguments, yaml("--"+p.name+"="+p.value))
	}
	return "  ansible.builtin.command:\n    argv: [" + strings.Join(arguments, ", ") + "]\n    creates: /opt/jumpclient\n"
}
