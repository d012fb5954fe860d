package installer

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"jump/internal/atomicfile"
	"jump/platform/account"
)

const unitDir = "/etc/systemd/system"

// unit starts the client of one user at boot. It drops root before it looks at
// the program, which is in that user's hands. The site's words (exit codes 3, 4
// and 8) and wrong flags do not become better by trying again.
const unit = `[Unit]
Description=Jump Client of user %[1]d
After=network.target
ConditionPathExists=%[2]s

[Service]
Type=exec
User=%[1]d
ExecStart=%[3]s
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2 3 4 8
TimeoutStopSec=25

[Install]
WantedBy=multi-user.target
`

func unitText(dir string, owner account.Account) string {
	words := []string{unitQuote(filepath.Join(dir, programName))}
	for _, a := range runArgs(dir) {
		words = append(words, unitQuote(a))
	}
	return fmt.Sprintf(unit, owner.UID, unitEscape(filepath.Join(dir, "config.json")), strings.Join(words, " "))
}

// unitQuote returns s as one word of a command line (systemd.service(5),
// "Command lines").
func unitQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `$$`, `%`, `%%`, "\n", `\n`).Replace(s) + `"`
}

// unitEscape returns s as a value that is not split into words.
func unitEscape(s string) string {
	return strings.NewReplacer(`%`, `%%`, "\n", " ").Replace(s)
}

// underSystemd reports whether systemd runs this computer (sd_booted(3)).
func underSystemd() bool {
	_, err := os.Lstat("/run/systemd/system")
	return err == nil
}

// hasUnit reports whether systemd starts the client in dir at boot.
func hasUnit(dir string) bool {
	_, err := os.Lstat(unitFile(dir))
	return err == nil
}

func unitFile(dir string) string { return filepath.Join(unitDir, bootName(dir)+".service") }

func unitBeginning(dir string, owner account.Account) beginning {
	name := bootName(dir) + ".service"
	return beginning{
		register: []Step{{
			Name: "write and enable " + unitFile(dir),
			Do: func(ctx context.Context) error {
				if err := atomicfile.Write(unitFile(dir), []byte(unitText(dir, owner)), 0o644); err != nil {
					return err
				}
				err := systemctl(ctx, "daemon-reload")
				if err == nil {
					err = systemctl(ctx, "enable", "--quiet", name)
				}
				if err != nil {
					_ = removeUnit(context.WithoutCancel(ctx), dir)
				}
				return err
			},
			Undo: func(ctx context.Context) error { return removeUnit(ctx, dir) },
		}},
		start: Step{
			Name: "start " + name,
			Do:   func(ctx context.Context) error { return Start(ctx, dir, owner) },
			Undo: func(ctx context.Context) error { return systemctl(ctx, "stop", name) },
		},
	}
}

// dropUnit is a step only where there is something to drop. A user who may not
// is told by the step.
func dropUnit(dir string) Step {
	if !hasUnit(dir) {
		return Step{}
	}
	return Step{Name: "remove " + unitFile(dir), Do: func(ctx context.Context) error { return removeUnit(ctx, dir) }}
}

func removeUnit(ctx context.Context, dir string) error {
	name := bootName(dir) + ".service"
	if err := systemctl(ctx, "disable", "--quiet", "--now", name); err != nil {
		return err
	}
	if err := os.Remove(unitFile(dir)); err != nil && !os.IsNotExist(err) {
		return err
	}
	return systemctl(ctx, "daemon-reload")
}

// systemctl asks systemd. Nothing of what it gets was received from elsewhere.
func systemctl(ctx context.Context, args ...string) error {
	out, err := exec.CommandContext(ctx, "systemctl", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("systemctl %s: %w: %s", args[0], err, strings.TrimSpace(string(out)))
	}
	return nil
}
