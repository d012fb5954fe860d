package desktop

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Who says with whose rights a process runs in the console's session.
type Who int

// Whose rights.
const (
	// User is who is signed in there. His process may also reach the windows of
	// programs that he started as an administrator (UIAccess).
	User Who = iota
	// System is the system's account: nobody else may touch the sign-in screen
	// and the screen on which User Account Control asks.
	System
)

// Names of desktops in a session's interactive window station.
const (
	Default = "Default"  // of the user
	Secure  = "Winlogon" // sign-in, lock, User Account Control
)

// Errors on which callers decide.
var (
	ErrNobody    = errors.New("nobody is signed in at the console")
	ErrNoConsole = errors.New("no session has the screen")
)

// noSession is what Windows calls no session.
const noSession = 0xFFFFFFFF

// Console returns the number of the session that has the computer's screen. The
// error is ErrNoConsole while it changes hands.
func Console() (uint32, error) {
	id := windows.WTSGetActiveConsoleSessionId()
	if id == noSession {
		return 0, ErrNoConsole
	}
	return id, nil
}

// Shared reports whether some session of this computer has its screen and can
// be shown.
func Shared() bool {
	_, err := Console()
	return err == nil
}

// LogOff ends a session; the sign-in screen follows.
func LogOff(session uint32) error {
	if err := logOff.Find(); err != nil {
		return fmt.Errorf("log off: %w", err)
	}
	if ok, _, err := logOff.Call(0, uintptr(session), 0); ok == 0 {
		return fmt.Errorf("log off session %d: %w", session, err)
	}
	return nil
}

var logOff = windows.NewLazySystemDLL("wtsapi32.dll").NewProc("WTSLogoffSession")

// token returns rights for a process in a session. Only the system may ask.
func (w Who) token(session uint32) (windows.Token, error) {
	if w == System {
		return systemToken(session)
	}
	var t windows.Token
	err := windows.WTSQueryUserToken(session, &t)
	switch {
	case errors.Is(err, windows.ERROR_NO_TOKEN):
		return 0, ErrNobody
	case err != nil:
		return 0, fmt.Errorf("get the rights of the user: %w", err)
	}
	// Without it, input to an administrator's windows is dropped by Windows,
	// and everything else works: so it is asked for, and no more.
	_ = setNumber(t, windows.TokenUIAccess, 1)
	return t, nil
}

// systemToken is this process's own, moved into the session.
func systemToken(session uint32) (windows.Token, error) {
	var own, t windows.Token
	const access = windows.TOKEN_DUPLICATE | windows.TOKEN_QUERY
	if err := windows.OpenProcessToken(windows.CurrentProcess(), access, &own); err != nil {
		return 0, fmt.Errorf("get the system's rights: %w", err)
	}
	defer own.Close()
	if err := windows.DuplicateTokenEx(own, windows.MAXIMUM_ALLOWED, nil, windows.SecurityImpersonation, windows.TokenPrimary, &t); err != nil {
		return 0, fmt.Errorf("copy the system's rights: %w", err)
	}
	if err := setNumber(t, windows.TokenSessionId, session); err != nil {
		t.Close()
		return 0, fmt.Errorf("move the system's rights into session %d: %w", session, err)
	}
	return t, nil
}

func setNumber(t windows.Token, class, n uint32) error {
	return windows.SetTokenInformation(t, class, (*byte)(unsafe.Pointer(&n)), uint32(unsafe.Sizeof(n)))
}
