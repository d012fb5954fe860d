package installer

import (
	"fmt"
	"strings"
)

// initScript is the file of requirement C5. It has no logic: the program does
// all, so that no shell sees anything but one quoted path. Its head is for
// systems that link it into /etc/init.d (LSB 5.0, chapter 22.3).
const initScript = `#!/bin/sh
### BEGIN INIT INFO
# Provides:          %[1]s
# Required-Start:    $network $remote_fs
# Required-Stop:     $network $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: Jump Client
# Description:       Keeps this computer reachable by its site.
### END INIT INFO
# %[1]s start|stop|restart|status; status exits 0 running, 3 not running, 4 unknown.
dir=%[2]s
exec "$dir/jumpclient" init-script --dir "$dir" "$@"
`

// uninstallScript is the file of requirement C7.
const uninstallScript = `#!/bin/sh
# Takes this Jump Client off the computer. --silent prints nothing.
dir=%s
exec "$dir/jumpclient" uninstall --dir "$dir" "$@"
`

// shellQuote returns s as one word of sh, whatever is in it but a zero byte.
func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func (s *stage) writeScripts(dir string) error {
	for name, text := range map[string]string{
		initScriptName: fmt.Sprintf(initScript, ServiceName(dir), shellQuote(dir)),
		uninstallName:  fmt.Sprintf(uninstallScript, shellQuote(dir)),
	} {
		if err := create(s.path(name), strings.NewReader(text), 0o755); err != nil {
			return err
		}
	}
	return nil
}
