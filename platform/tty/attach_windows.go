package tty

import (
	"fmt"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	kernel32           = windows.NewLazySystemDLL("kernel32.dll")
	procAttachConsole  = kernel32.NewProc("AttachConsole")
	wtsapi32           = windows.NewLazySystemDLL("wtsapi32.dll")
	procWTSSendMessage = wtsapi32.NewProc("WTSSendMessageW")
)

const attachParent = ^uintptr(0) // ATTACH_PARENT_PROCESS

// noticeTime is how long a notice stays if nobody clicks it away.
const noticeTime = 10 * time.Minute

func attach() bool {
	out, err := usable(os.Stdout), usable(os.Stderr)
	if out && err {
		return true
	}
	if ok, _, _ := procAttachConsole.Call(attachParent); ok == 0 {
		return out || err
	}
	// For reading too: only so does Windows tell that it is a console.
	console, failed := os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if failed != nil {
		return out || err
	}
	if !out {
		os.Stdout = console
	}
	if !err {
		os.Stderr = console
	}
	return true
}

// usable reports whether there is something behind f: a file, a pipe or a
// console.
func usable(f *os.File) bool {
	kind, err := windows.GetFileType(windows.Handle(f.Fd()))
	return err == nil && kind != windows.FILE_TYPE_UNKNOWN
}

// notify has the session's own process show the notice, so that ours may end.
// In the session of services, where there is no screen, it reaches nobody.
func notify(title, text string, failed bool) error {
	t, err := windows.UTF16FromString(title)
	if err != nil {
		return fmt.Errorf("show a notice: %w", err)
	}
	m, err := windows.UTF16FromString(text)
	if err != nil {
		return fmt.Errorf("show a notice: %w", err)
	}
	var session uint32
	if err := windows.ProcessIdToSessionId(windows.GetCurrentProcessId(), &session); err != nil {
		return fmt.Errorf("show a notice: %w", err)
	}
	style := windows.MB_ICONINFORMATION
	if failed {
		style = windows.MB_ICONERROR
	}
	var response uint32
	const server, wait = 0, 0 // this computer; do not wait
	ok, _, err := procWTSSendMessage.Call(server, uintptr(session),
		uintptr(unsafe.Pointer(&t[0])), uintptr(2*(len(t)-1)), uintptr(unsafe.Pointer(&m[0])), uintptr(2*(len(m)-1)),
		uintptr(style), uintptr(noticeTime.Seconds()), uintptr(unsafe.Pointer(&response)), wait)
	if ok == 0 {
		return fmt.Errorf("show a notice: %w", err)
	}
	return nil
}
