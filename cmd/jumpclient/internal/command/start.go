package command

import (
	"bytes"
	"os"
	"runtime"
	"slices"
	"strings"

	"jump/platform/tty"
)

// staying are the words of processes that stay. They belong to no console, whose
// end would be theirs.
var staying = []string{"run", "service", "seat", "broker", "sweep"}

// Start is Main on the console of whoever started this program. Where there is
// none, because somebody double-clicked an installer, its outcome is shown as a
// notice, unless it is to be silent (requirement B9).
func Start(args []string) int {
	share()
	if len(args) > 0 && slices.Contains(staying, args[0]) {
		return Main(args, os.Stdout, os.Stderr)
	}
	if tty.Attach() || !changes(args) {
		return Main(args, os.Stdout, os.Stderr)
	}
	var said bytes.Buffer
	code := Main(args, &said, &said)
	if text := strings.TrimSpace(said.String()); text != "" {
		_ = tty.Notify("Jump Client", clip(text), code != exitOK) // if it fails, the exit code and the log tell
	}
	return code
}

// share leaves half of the processors to whoever uses this computer: what runs
// here is never what it is for. It also costs less, since fewer threads wake each
// other. Who has set GOMAXPROCS has decided.
func share() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(1, runtime.GOMAXPROCS(0)/2))
	}
}

// changes reports whether the arguments ask to install or uninstall.
func changes(args []string) bool {
	_, stamped, _ := ownLabel()
	args = arrange(args, stamped)
	return len(args) > 0 && (args[0] == "install" || args[0] == "uninstall")
}

// clip bounds what a notice says.
func clip(s string) string {
	const most = 1000
	r := []rune(s)
	return string(r[:min(len(r), most)])
}
