//go:build unix

package installer

import (
	"path/filepath"

	"jump/agent/config"
	"jump/platform/account"
	"jump/platform/daemon"
)

// Daemon says how the client in dir is started in the background.
func Daemon(dir string, owner account.Account) daemon.Spec {
	return daemon.Spec{
		Program: filepath.Join(dir, programName),
		Args:    []string{"run", "--dir", dir, "--log", filepath.Join(dir, "state", "client.log")},
		Lock:    config.At(dir).Lock(),
		Output:  filepath.Join(dir, "state", "start.log"),
		As:      owner,
	}
}
