package service

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
)

// units have places for values: {{.Name}}. Filling them in is no matter for
// text/template, which would make the linker keep every method there is: the
// client would weigh a sixth more.
//
//go:embed units
var units embed.FS

// unit is one file for systemd.
type unit struct {
	name, text string
	enabled    bool // when the computer boots
}

// names returns the units that a service may have, in the order in which they
// are stopped and removed.
func names(name string) []string {
	broker := strings.Replace(name, servicePrefix, brokerPrefix, 1)
	ended := strings.Replace(name, servicePrefix, endedPrefix, 1)
	return []string{ended + ".path", name + ".service", broker + ".socket", broker + ".service", ended + ".service"}
}

// Socket returns where the broker of the client in a directory listens.
func Socket(dir string) string { return "/run/" + BrokerName(dir) + ".sock" }

// render returns the units of a service, the service itself last.
func render(s Spec) ([]unit, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	dir := path.Dir(s.Program)
	n := names(s.Name)
	values := strings.NewReplacer(
		"{{.Description}}", specifiers(s.Description), "{{.Account}}", s.Account, "{{.Program}}", specifiers(s.Program),
		"{{.Command}}", command(s.Program, s.Args), "{{.State}}", quote(s.State), "{{.Home}}", protectHome(dir),
		"{{.BrokerCommand}}", command(s.Program, s.Broker), "{{.BrokerSocket}}", n[2], "{{.Socket}}", Socket(dir),
		"{{.Ended}}", specifiers(s.Ended), "{{.EndedService}}", n[4], "{{.UninstallCommand}}", command(s.Program, s.Uninstall),
	)
	var list []unit
	for _, u := range []struct {
		file, name      string
		needed, enabled bool
	}{
		{"ended.service", n[4], s.Ended != "", false},
		{"ended.path", n[0], s.Ended != "", true},
		{"broker.service", n[3], s.Broker != nil, false},
		{"broker.socket", n[2], s.Broker != nil, true},
		{"agent.service", n[1], true, s.Auto},
	} {
		if !u.needed {
			continue
		}
		text, err := units.ReadFile("units/" + u.file)
		if err != nil {
			return nil, fmt.Errorf("write unit %s: %w", u.name, err)
		}
		list = append(list, unit{u.name, values.Replace(string(text)), u.enabled})
	}
	return list, nil
}

// protectHome hides the homes of users, unless the client is installed in one.
func protectHome(dir string) string {
	for _, home := range []string{"/home/", "/root/", "/run/user/"} {
		if strings.HasPrefix(dir+"/", home) {
			return "read-only"
		}
	}
	return "yes"
}

// Validate refuses what cannot be said in a unit as it is.
func (s Spec) Validate() error {
	if s.Name != Name(path.Dir(s.Program)) {
		return fmt.Errorf("the service of %s is not named %q", s.Program, s.Name)
	}
	paths := []string{s.Program, s.State}
	if s.Ended != "" {
		paths = append(paths, s.Ended)
	}
	for _, p := range paths {
		if !path.IsAbs(p) || path.Clean(p) != p || strings.ContainsFunc(p, unspeakable) {
			return fmt.Errorf("the path %q cannot be that of a service: it must be absolute, without quotes, backslashes, and control characters", p)
		}
	}
	for _, text := range slices.Concat([]string{s.Title, s.Description}, s.Args, s.Broker, s.Uninstall) {
		if strings.ContainsFunc(text, isControl) {
			return fmt.Errorf("%q has control characters, which no service takes", text)
		}
	}
	if s.Account == "" || strings.ContainsFunc(s.Account, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	}) {
		return fmt.Errorf("%q is no system account", s.Account)
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7F || r >= 0x80 && r < 0xA0 || r == '\uFFFD' }

// unspeakable are characters in a path that directives for paths take for
// something else, each in its own way.
func unspeakable(r rune) bool { return isControl(r) || strings.ContainsRune(`"'\:`, r) }

// specifiers keeps systemd from expanding what is after a percent sign.
func specifiers(s string) string { return strings.ReplaceAll(s, "%", "%%") }

// quote writes one word (systemd.syntax(7)).
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `%`, `%%`).Replace(s) + `"`
}

// command writes a command line (systemd.service(5), "Command lines"): in
// arguments, but not in the program's path, variables are expanded.
func command(program string, args []string) string {
	words := []string{quote(program)}
	for _, a := range args {
		words = append(words, strings.ReplaceAll(quote(a), "$", "$$"))
	}
	return strings.Join(words, " ")
}
