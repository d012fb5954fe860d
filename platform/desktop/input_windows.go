package desktop

import (
	"context"
	"errors"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// lookEvery is how often a process looks whether its desktop still has keyboard
// and pointer: nothing tells it without a loop for messages of windows.
const lookEvery = 200 * time.Millisecond

// ErrElsewhere says that another desktop has keyboard and pointer now.
var ErrElsewhere = errors.New("the screen shows another desktop")

// HasInput returns nil if the desktop of this process has keyboard and pointer,
// and so the screen; ErrElsewhere if not.
func HasInput() error {
	thread, _, err := getThreadDesktop.Call(uintptr(windows.GetCurrentThreadId()))
	if thread == 0 {
		return err
	}
	input, _, _ := openInputDesktop.Call(0, 0, desktopReadObjects)
	if input == 0 { // not allowed: it is the secure one, and we are the user
		return ErrElsewhere
	}
	defer closeDesktop.Call(input) //nolint:errcheck // closing a handle that is ours
	own, err := objectName(thread)
	if err != nil {
		return err
	}
	other, err := objectName(input)
	if err != nil {
		return err
	}
	if own != other {
		return ErrElsewhere
	}
	return nil
}

// WhileInput returns when the desktop of this process has lost keyboard and
// pointer, or ctx ends.
func WhileInput(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := HasInput(); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

var (
	user32           = windows.NewLazySystemDLL("user32.dll")
	getThreadDesktop = user32.NewProc("GetThreadDesktop")
	openInputDesktop = user32.NewProc("OpenInputDesktop")
	closeDesktop     = user32.NewProc("CloseDesktop")
	getObjectInfo    = user32.NewProc("GetUserObjectInformationW")
)

const (
	desktopReadObjects = 1 // DESKTOP_READOBJECTS
	uoiName            = 2 // UOI_NAME
)

// objectName returns the name of a desktop.
func objectName(h uintptr) (string, error) {
	var name [256]uint16
	ok, _, err := getObjectInfo.Call(h, uoiName, uintptr(unsafe.Pointer(&name)), unsafe.Sizeof(name), 0)
	if ok == 0 {
		return "", err
	}
	return windows.UTF16ToString(name[:]), nil
}
