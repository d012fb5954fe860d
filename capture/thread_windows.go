package capture

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/windows"
)

// thread is one thread of Windows for what belongs to a thread there: its
// desktop, and the device contexts that it made.
type thread struct {
	calls chan func()
	done  chan struct{}
}

func newThread() *thread {
	t := &thread{make(chan func()), make(chan struct{})}
	go func() {
		defer close(t.done)
		// Never unlocked: the thread ends with this goroutine, and its desktop
		// is nobody else's.
		runtime.LockOSThread()
		for f := range t.calls {
			f()
		}
	}()
	return t
}

// do runs f there and waits for it.
func (t *thread) do(f func()) {
	ran := make(chan struct{})
	t.calls <- func() { defer close(ran); f() }
	<-ran
}

// end ends the thread and waits for it. No call may follow.
func (t *thread) end() {
	close(t.calls)
	<-t.done
}

// inputDesktop is the desktop that a thread follows: the one that has keyboard
// and pointer, and so the screen.
type inputDesktop struct {
	handle uintptr // 0: the one that the process was started on
	name   string
}

// follow moves the calling thread to the input desktop and reports whether that
// is another one. It fails while the screen shows a desktop that is not for the
// account of this process: sign-in, lock, User Account Control.
func (d *inputDesktop) follow() (moved bool, err error) {
	h, _, err := openInputDesktop.Call(0, 0, desktopAccess)
	if h == 0 {
		return false, fmt.Errorf("open the desktop that is shown: %w", err)
	}
	name, err := objectName(h)
	if err != nil || name == d.current() {
		_, _, _ = closeDesktop.Call(h)
		return false, err
	}
	if ok, _, err := setThreadDesktop.Call(h); ok == 0 {
		_, _, _ = closeDesktop.Call(h)
		return false, fmt.Errorf("go to the desktop %s: %w", name, err)
	}
	d.close()
	d.handle, d.name = h, name
	return true, nil
}

// current is the name of the thread's desktop.
func (d *inputDesktop) current() string {
	if d.name == "" {
		own, _, _ := getThreadDesktop.Call(uintptr(windows.GetCurrentThreadId()))
		d.name, _ = objectName(own)
	}
	return d.name
}

func (d *inputDesktop) close() {
	if d.handle != 0 {
		_, _, _ = closeDesktop.Call(d.handle)
		d.handle = 0
	}
}

// objectName returns the name of a desktop.
func objectName(h uintptr) (string, error) {
	var name [256]uint16
	const uoiName = 2 // UOI_NAME
	ok, _, err := getObjectInfo.Call(h, uoiName, uintptr(unsafe.Pointer(&name)), unsafe.Sizeof(name), 0)
	if ok == 0 {
		return "", fmt.Errorf("ask for the name of a desktop: %w", err)
	}
	return windows.UTF16ToString(name[:]), nil
}

// desktopAccess is DESKTOP_READOBJECTS, DESKTOP_ENUMERATE, DESKTOP_WRITEOBJECTS
// and DESKTOP_SWITCHDESKTOP: what BitBlt from a screen needs.
const desktopAccess = 0x0001 | 0x0040 | 0x0080 | 0x0100

// physical makes all coordinates of this process physical pixels, whatever the
// scale of a monitor. It fails, without harm, if that was settled before.
func physical() {
	const perMonitorV2 = ^uintptr(3) // DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2, -4
	if setAwareness.Find() == nil {
		_, _, _ = setAwareness.Call(perMonitorV2)
	}
}
