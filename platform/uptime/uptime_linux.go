package uptime

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// bootFile holds a random name that the kernel makes at every start (random(4)).
const bootFile = "/proc/sys/kernel/random/boot_id"

func read() (Clocks, error) {
	awake, err := clock(unix.CLOCK_MONOTONIC)
	if err != nil {
		return Clocks{}, err
	}
	total, err := clock(unix.CLOCK_BOOTTIME)
	return Clocks{Boot: boot(), Total: total, Awake: awake}, err
}

func clock(id int32) (time.Duration, error) {
	var t unix.Timespec
	if err := unix.ClockGettime(id, &t); err != nil {
		return 0, os.NewSyscallError("clock_gettime", err)
	}
	return time.Duration(t.Nano()), nil
}

// boot is empty where /proc is hidden.
func boot() string {
	b, err := os.ReadFile(bootFile)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
