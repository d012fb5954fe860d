package capture

import "golang.org/x/sys/windows"

// The functions of Windows that pictures are taken with.
var (
	user32           = windows.NewLazySystemDLL("user32.dll")
	closeDesktop     = user32.NewProc("CloseDesktop")
	enumDevices      = user32.NewProc("EnumDisplayDevicesW")
	enumSettings     = user32.NewProc("EnumDisplaySettingsW")
	getCursorInfo    = user32.NewProc("GetCursorInfo")
	getDC            = user32.NewProc("GetDC")
	getIconInfo      = user32.NewProc("GetIconInfo")
	getLastInput     = user32.NewProc("GetLastInputInfo")
	getMetrics       = user32.NewProc("GetSystemMetrics")
	getObjectInfo    = user32.NewProc("GetUserObjectInformationW")
	getThreadDesktop = user32.NewProc("GetThreadDesktop")
	openInputDesktop = user32.NewProc("OpenInputDesktop")
	releaseDC        = user32.NewProc("ReleaseDC")
	setAwareness     = user32.NewProc("SetProcessDpiAwarenessContext")
	setThreadDesktop = user32.NewProc("SetThreadDesktop")

	gdi32            = windows.NewLazySystemDLL("gdi32.dll")
	bitBlt           = gdi32.NewProc("BitBlt")
	createDC         = gdi32.NewProc("CreateCompatibleDC")
	createDIBSection = gdi32.NewProc("CreateDIBSection")
	deleteDC         = gdi32.NewProc("DeleteDC")
	deleteObject     = gdi32.NewProc("DeleteObject")
	flush            = gdi32.NewProc("GdiFlush")
	getDIBits        = gdi32.NewProc("GetDIBits")
	getObject        = gdi32.NewProc("GetObjectW")
	selectObject     = gdi32.NewProc("SelectObject")
)

// displayDevice is DISPLAY_DEVICEW.
type displayDevice struct {
	Size   uint32
	Name   [32]uint16
	String [128]uint16
	State  uint32
	ID     [128]uint16
	Key    [128]uint16
}

// Bits of displayDevice.State.
const (
	deviceAttached = 0x1 // DISPLAY_DEVICE_ATTACHED_TO_DESKTOP
	devicePrimary  = 0x4 // DISPLAY_DEVICE_PRIMARY_DEVICE
	deviceMirror   = 0x8 // DISPLAY_DEVICE_MIRRORING_DRIVER
)

// deviceMode is DEVMODEW, its members for displays.
type deviceMode struct {
	_           [68]byte
	Size        uint16
	Extra       uint16
	Fields      uint32
	Position    point
	Orientation uint32
	_           [84]byte
	Width       uint32
	Height      uint32
	_           [40]byte
}

// cursorInfo is CURSORINFO.
type cursorInfo struct {
	Size   uint32
	Flags  uint32
	Cursor uintptr
	At     point
}

// iconInfo is ICONINFO. Both bitmaps belong to who asked.
type iconInfo struct {
	Icon   int32
	Hot    struct{ X, Y uint32 }
	Mask   uintptr
	Colour uintptr // 0: the mask has both masks, one below the other
}

// bitmap is BITMAP.
type bitmap struct {
	Type, Width, Height, Stride int32
	Planes, Bits                uint16
	Data                        uintptr
}

// bitmapHeader is BITMAPINFOHEADER, with room for colours that none of ours
// has.
type bitmapHeader struct {
	Size          uint32
	Width, Height int32 // a negative height: rows from the top
	Planes, Bits  uint16
	Compression   uint32
	_             [5]uint32
	_             [256]uint32
}

// header32 describes rows of 32-bit words, from the top.
func header32(w, h int) *bitmapHeader {
	const size = 40 // without the colours
	return &bitmapHeader{Size: size, Width: int32(w), Height: -int32(h), Planes: 1, Bits: 32}
}

// lastInput is LASTINPUTINFO.
type lastInput struct{ Size, Tick uint32 }
