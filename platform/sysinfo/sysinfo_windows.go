package sysinfo

import (
	"context"
	"os"
	"unsafe"

	"github.com/shirou/gopsutil/v4/host"
	"golang.org/x/sys/windows"
)

func systemDisk() string {
	if d := os.Getenv("SystemDrive"); d != "" {
		return d + `\`
	}
	return `C:\`
}

func (f *Facts) local(ctx context.Context) {
	if name, _, _, err := host.PlatformInformationWithContext(ctx); err == nil {
		f.SystemName = name
	}
	f.join()
	f.ConsoleUser = consoleUser()
	f.IdleSeconds = idle()
}

// join asks whether the machine is in a domain or a workgroup.
func (f *Facts) join() {
	var name *uint16
	var kind uint32
	if windows.NetGetJoinInformation(nil, &name, &kind) != nil {
		return
	}
	defer func() { _ = windows.NetApiBufferFree((*byte)(unsafe.Pointer(name))) }()
	switch kind {
	case windows.NetSetupDomainName:
		f.Domain = windows.UTF16PtrToString(name)
	case windows.NetSetupWorkgroupName:
		f.Workgroup = windows.UTF16PtrToString(name)
	}
}

var (
	wtsapi          = windows.NewLazySystemDLL("wtsapi32.dll")
	querySession    = wtsapi.NewProc("WTSQuerySessionInformationW")
	freeMemory      = wtsapi.NewProc("WTSFreeMemory")
	user32          = windows.NewLazySystemDLL("user32.dll")
	getLastInput    = user32.NewProc("GetLastInputInfo")
	kernel32        = windows.NewLazySystemDLL("kernel32.dll")
	getTickCount    = kernel32.NewProc("GetTickCount")
	wtsUserName     = uintptr(5) // WTS_INFO_CLASS WTSUserName
	noActiveSession = uint32(0xFFFFFFFF)
)

// consoleUser returns who is signed in at the console.
func consoleUser() string {
	id := windows.WTSGetActiveConsoleSessionId()
	if id == noActiveSession || querySession.Find() != nil {
		return ""
	}
	var name *uint16
	var size uint32
	ok, _, _ := querySession.Call(0, uintptr(id), wtsUserName, uintptr(unsafe.Pointer(&name)), uintptr(unsafe.Pointer(&size)))
	if ok == 0 || name == nil {
		return ""
	}
	defer func() { _, _, _ = freeMemory.Call(uintptr(unsafe.Pointer(name))) }()
	return windows.UTF16PtrToString(name)
}

// idle returns the seconds since the last input in this process's session, or
// -1. Both counters are milliseconds of 32 bits that wrap.
func idle() int64 {
	last := struct{ size, tick uint32 }{size: 8}
	if getLastInput.Find() != nil || getTickCount.Find() != nil {
		return -1
	}
	if ok, _, _ := getLastInput.Call(uintptr(unsafe.Pointer(&last))); ok == 0 {
		return -1
	}
	now, _, _ := getTickCount.Call()
	return int64((uint32(now) - last.tick) / 1000)
}
