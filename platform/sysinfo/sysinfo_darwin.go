package sysinfo

import (
	"context"
	"os/user"
	"strconv"

	"golang.org/x/sys/unix"
)

func systemDisk() string { return "/" }

// local reads what macOS tells without cgo; the idle time is not among it.
// None of this has been run on a Mac.
func (f *Facts) local(context.Context) {
	f.SystemName = "macOS"
	if v, err := unix.Sysctl("kern.osproductversion"); err == nil {
		f.SystemName += " " + v
	}
	var console unix.Stat_t
	if unix.Stat("/dev/console", &console) != nil || console.Uid == 0 {
		return
	}
	if u, err := user.LookupId(strconv.Itoa(int(console.Uid))); err == nil {
		f.ConsoleUser = u.Username
	}
}
