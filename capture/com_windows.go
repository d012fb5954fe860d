package capture

import (
	"errors"
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// object is an object of COM: it begins with the address of its table of
// methods. Its memory is Windows' own.
type object struct{ methods *[64]uintptr }

// hresult is HRESULT: negative is an error.
type hresult int32

// Error texts name the number, which is what one looks for.
func (h hresult) Error() string { return fmt.Sprintf("HRESULT %#08x", uint32(h)) }

// Errors of DXGI on which this package decides (winerror.h).
const (
	errTimeout hresult = -0x7785FFD9 // DXGI_ERROR_WAIT_TIMEOUT, 0x887A0027
)

// call calls a method. As with windows.LazyProc.Call, what an argument points
// to stays where it is.
//
//go:uintptrescapes
func (o *object) call(method int, args ...uintptr) error {
	r, _, _ := syscall.SyscallN(o.methods[method], append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)...)
	return failed(r)
}

// tell calls a method that returns no HRESULT.
//
//go:uintptrescapes
func (o *object) tell(method int, args ...uintptr) uintptr {
	r, _, _ := syscall.SyscallN(o.methods[method], append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)...)
	return r
}

func failed(r uintptr) error {
	if h := hresult(int32(r)); h < 0 {
		return h
	}
	return nil
}

// release gives an object back; none is nothing.
func (o *object) release() {
	if o != nil {
		o.tell(release)
	}
}

// as asks an object for another of its interfaces.
func (o *object) as(id *windows.GUID) (*object, error) {
	var other *object
	if err := o.call(queryInterface, uintptr(unsafe.Pointer(id)), uintptr(unsafe.Pointer(&other))); err != nil {
		return nil, err
	}
	if other == nil {
		return nil, errors.New("no interface, and no error")
	}
	return other, nil
}

// Methods by their places in the tables (unknwn.h, dxgi.h, dxgi1_2.h, d3d11.h):
// those of IUnknown come first, then those of IDXGIObject, or of
// ID3D11DeviceChild, and so on, as the interfaces inherit.
const (
	queryInterface = 0 // IUnknown
	release        = 2

	factoryEnumAdapters1 = 12 // IDXGIFactory1
	factoryIsCurrent     = 13
	adapterEnumOutputs   = 7  // IDXGIAdapter
	outputGetDesc        = 7  // IDXGIOutput
	outputDuplicate      = 22 // IDXGIOutput1

	duplAcquireNextFrame     = 8 // IDXGIOutputDuplication
	duplGetFrameDirtyRects   = 9
	duplGetFrameMoveRects    = 10
	duplGetFramePointerShape = 11
	duplReleaseFrame         = 14

	deviceCreateTexture2D = 5  // ID3D11Device
	contextMap            = 14 // ID3D11DeviceContext
	contextUnmap          = 15
	contextCopyRegion     = 46 // CopySubresourceRegion
	textureGetDesc        = 10 // ID3D11Texture2D
)

// Interfaces by their names (DEFINE_GUID in dxgi.h, dxgi1_2.h, d3d11.h).
var (
	iidFactory1  = windows.GUID{Data1: 0x770aae78, Data2: 0xf26f, Data3: 0x4dba, Data4: [8]byte{0xa8, 0x29, 0x25, 0x3c, 0x83, 0xd1, 0xb3, 0x87}}
	iidOutput1   = windows.GUID{Data1: 0x00cddea8, Data2: 0x939b, Data3: 0x4b83, Data4: [8]byte{0xa3, 0x40, 0xa6, 0x85, 0x22, 0x66, 0x66, 0xcc}}
	iidTexture2D = windows.GUID{Data1: 0x6f15aaf2, Data2: 0xd208, Data3: 0x4e89, Data4: [8]byte{0x9a, 0xb4, 0x48, 0x95, 0x35, 0xd3, 0x4f, 0x9c}}
)

// rect is RECT.
type rect struct{ Left, Top, Right, Bottom int32 }

// outputDesc is DXGI_OUTPUT_DESC.
type outputDesc struct {
	Device   [32]uint16
	Desktop  rect
	Attached int32
	Rotation uint32 // DXGI_MODE_ROTATION: 1 none, then quarters clockwise; 0 unknown
	Monitor  uintptr
}

// frameInfo is DXGI_OUTDUPL_FRAME_INFO.
type frameInfo struct {
	Presented int64 // 0: the picture is the one before
	Pointed   int64 // 0: the pointer is as before
	Frames    uint32
	Coalesced int32
	Protected int32
	Pointer   point // upper left corner of its shape
	Visible   int32
	Metadata  uint32 // bytes of all rectangles
	Shape     uint32 // bytes of the pointer's shape; 0: as before
}

// moveRect is DXGI_OUTDUPL_MOVE_RECT.
type moveRect struct {
	From point
	To   rect
}

// textureDesc is D3D11_TEXTURE2D_DESC.
type textureDesc struct {
	Width, Height, Levels, Array, Format, Samples, Quality, Usage, Bind, Access, Misc uint32
}

// mapped is D3D11_MAPPED_SUBRESOURCE.
type mapped struct {
	Data              unsafe.Pointer
	RowPitch, Surface uint32 // bytes
}

// box is D3D11_BOX.
type box struct{ Left, Top, Front, Right, Bottom, Back uint32 }

var (
	dxgi          = windows.NewLazySystemDLL("dxgi.dll")
	createFactory = dxgi.NewProc("CreateDXGIFactory1")
	d3d11         = windows.NewLazySystemDLL("d3d11.dll")
	createDevice  = d3d11.NewProc("D3D11CreateDevice")
)
