package command

import (
	"slices"

	"jump/platform/eventlog"
)

// failures is what the system's log is told of words that fail (requirement
// B11), whoever may be looking at the screen.
var failures = map[string]string{
	"install":   "installation failed",
	"uninstall": "uninstallation failed",
}

// reportFailure tells the system's log, unless somebody was only asking.
func reportFailure(args []string, err error) {
	if len(args) == 0 || slices.Contains(args, "--dry-run") {
		return
	}
	if what, known := failures[args[0]]; known {
		report(what, err)
	}
}

// report writes a failure to the system's log. If that fails as well, the exit
// code is all that is left.
func report(what string, err error) {
	_ = eventlog.Write(eventlog.LevelError, what+": "+plain(err.Error()))
}
