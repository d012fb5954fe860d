package uptime

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// read uses that macOS, unlike Linux, lets CLOCK_MONOTONIC go on while the
// machine sleeps (clock_gettime(3)).
func read() (Clocks, error) {
	awake, err := clock(unix.CLOCK_UPTIME_RAW)
	if err != nil {
		return Clocks{}, err
	}
	total, err := clock(unix.CLOCK_MONOTONIC)
	if err != nil {
		return Clocks{}, err
	}
	boot, err := unix.Sysctl("kern.bootsessionuuid")
	if err != nil {
		boot = "" // macOS before 10.12
	}
	return Clocks{Boot: boot, Total: total, Awake: awake}, nil
}

func clock(id int32) (time.Duration, error) {
	var t unix.Timespec
	if err := unix.ClockGettime(id, &t); err != nil {
		return 0, os.NewSyscallError("clock_gettime", err)
	}
	return time.Duration(t.Nano()), nil
}
