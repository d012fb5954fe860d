package uptime

import (
	"os"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// bootKey has the value BootId, which Windows counts up at every start.
const bootKey = `SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters`

// tick is the unit of interrupt times.
const tick = 100 * time.Nanosecond

var queryUnbiasedInterruptTime = windows.NewLazySystemDLL("kernel32.dll").NewProc("QueryUnbiasedInterruptTime")

func read() (Clocks, error) {
	var ticks uint64
	if ok, _, err := queryUnbiasedInterruptTime.Call(uintptr(unsafe.Pointer(&ticks))); ok == 0 {
		return Clocks{}, os.NewSyscallError("QueryUnbiasedInterruptTime", err)
	}
	return Clocks{Boot: boot(), Total: windows.DurationSinceBoot(), Awake: time.Duration(ticks) * tick}, nil
}

// boot is empty where the value is missing, as on servers without prefetching.
func boot() string {
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, bootKey, registry.QUERY_VALUE)
	if err != nil {
		return ""
	}
	defer k.Close()
	n, _, err := k.GetIntegerValue("BootId")
	if err != nil {
		return ""
	}
	return strconv.FormatUint(n, 10)
}
