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

const bootDir = "/etc/init.d"

// bootScript belongs to root, unlike the client's own init-script, which root
// must not run: it becomes the client's user first.
const bootScript = `#!/bin/sh
### BEGIN INIT INFO
# Provides:          %[1]s
# Required-Start:    $network $remote_fs
# Required-Stop:     $network $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: Jump Client of one user
# Description:       Keeps this computer reachable by its site.
### END INIT INFO
case "$1" in
  start | stop | restart | status) exec su -s /bin/sh -c %[2]s" $1" %[3]s ;;
  force-reload) exec "$0" restart ;;
esac
echo "usage: $0 start|stop|restart|status" >&2
exit 2
`

func bootScriptFile(dir string) string { return filepath.Join(bootDir, bootName(dir)) }

func bootScriptText(dir string, owner account.Account) string {
	command := shellQuote(filepath.Join(dir, initScriptName)) // for the shell of su, and once more for this one
	return fmt.Sprintf(bootScript, bootName(dir), shellQuote(command), shellQuote(owner.Name))
}

func bootScriptBeginning(b beginning, dir string, owner account.Account) (beginning, error) {
	if _, err := exec.LookPath("update-rc.d"); err != nil {
		return b, noBoot(dir)
	}
	b.register = []Step{{
		Name: "write and enable " + bootScriptFile(dir),
		Do: func(ctx context.Context) error {
			if err := atomicfile.Write(bootScriptFile(dir), []byte(bootScriptText(dir, owner)), 0o755); err != nil {
				return err
			}
			err := updateRC(ctx, bootName(dir), "defaults")
			if err != nil {
				_ = removeBootScript(context.WithoutCancel(ctx), dir)
			}
			return err
		},
		Undo: func(ctx context.Context) error { return removeBootScript(ctx, dir) },
	}}
	return b, nil
}

func dropBootScript(dir string) Step {
	if _, err := os.Lstat(bootScriptFile(dir)); err != nil {
		return Step{}
	}
	return Step{Name: "remove " + bootScriptFile(dir), Do: func(ctx context.Context) error { return removeBootScript(ctx, dir) }}
}

func removeBootScript(ctx context.Context, dir string) error {
	if err := os.Remove(bootScriptFile(dir)); err != nil && !os.IsNotExist(err) {
		return err
	}
	return updateRC(ctx, bootName(dir), "remove")
}

func updateRC(ctx context.Context, args ...string) error {
	out, err := exec.CommandContext(ctx, "update-rc.d", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("update-rc.d: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
