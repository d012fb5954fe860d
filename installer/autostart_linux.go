package installer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"jump/platform/account"
)

// autostart is an entry of the user's desktop (freedesktop.org, Desktop
// Application Autostart Specification). TryExec makes it void when the program
// is gone. The client is started anew because one that an earlier session left
// behind belongs to a screen that is no more.
const autostart = `[Desktop Entry]
Type=Application
Name=Jump Client
Comment=Keeps this computer reachable by its site
Exec=%s restart
TryExec=%s
NoDisplay=true
Terminal=false
`

func autostartText(dir string) string {
	program := filepath.Join(dir, initScriptName)
	return fmt.Sprintf(autostart, desktopString(desktopQuote(program)), desktopString(program))
}

// autostartFile is where the desktop of a user looks.
func autostartFile(dir string, owner account.Account) string {
	base := os.Getenv("XDG_CONFIG_HOME")
	if !owner.Own() || !filepath.IsAbs(base) {
		base = filepath.Join(home(owner), ".config")
	}
	return filepath.Join(base, "autostart", ServiceName(dir)+".desktop")
}

func autostartStep(path, dir string, owner account.Account) Step {
	return Step{
		Name: "write " + path,
		Do:   func(context.Context) error { return writeAs(owner, path, autostartText(dir)) },
		Undo: func(context.Context) error { return removeAs(owner, path) },
	}
}

// desktopQuote returns s as one argument of an Exec line (Desktop Entry
// Specification, "The Exec key").
func desktopQuote(s string) string {
	quoted := strings.NewReplacer(`"`, `\"`, "`", "\\`", `$`, `\$`, `\`, `\\`, `%`, `%%`).Replace(s)
	return `"` + quoted + `"`
}

// desktopString returns s as the value of a key (the same, "Possible value
// types"), which is read before any quotes are.
func desktopString(s string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s)
}
