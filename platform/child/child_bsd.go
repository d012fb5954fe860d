//go:build unix && !linux

package child

import "syscall"

// dieWithParent does nothing: these systems have no death signal.
func dieWithParent(*syscall.SysProcAttr) {}
