package account

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// maxGroups is what setgroups takes on macOS (NGROUPS_MAX); its directory
// service knows the rest by itself.
const maxGroups = 16

// Assume makes this process the account's, for good: its rights, its home, its
// name. Only root can.
func (a Account) Assume() error {
	var groups []int
	for _, g := range a.Groups[:min(len(a.Groups), maxGroups)] {
		groups = append(groups, int(g))
	}
	err := syscall.Setgroups(groups)
	if err == nil {
		err = syscall.Setgid(int(a.GID))
	}
	if err == nil {
		err = syscall.Setuid(int(a.UID)) // the last, since nothing can be changed after it
	}
	if err == nil {
		err = errors.Join(os.Setenv("HOME", a.Home), os.Setenv("USER", a.Name), os.Setenv("LOGNAME", a.Name), os.Chdir("/"))
	}
	if err != nil {
		return fmt.Errorf("become %s: %w", a.Name, err)
	}
	return nil
}
