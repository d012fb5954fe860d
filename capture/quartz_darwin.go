package capture

import (
	"fmt"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// The functions of macOS that display streams need, by their declarations in
// CGDisplayStream.h, CGDirectDisplay.h, IOSurfaceRef.h, CFBase.h, CFDictionary.h
// and dispatch/queue.h (developer.apple.com: Core Graphics, IOSurface, Core
// Foundation, Dispatch). CGFloat is double, size_t and CFIndex are 64 bits wide,
// CGDirectDisplayID is 32, and all references are pointers.
var quartz struct {
	streamCreate    func(display uint32, width, height uint64, format int32, properties, queue, handler uintptr) uintptr
	streamStart     func(stream uintptr) int32
	streamStop      func(stream uintptr) int32
	updateRects     func(update uintptr, kind int32, count *uint64) unsafe.Pointer
	updateDelta     func(update uintptr, dx, dy *float64)
	activeDisplays  func(most uint32, list *uint32, count *uint32) int32
	surfaceLock     func(surface uintptr, options uint32, seed *uint32) int32
	surfaceUnlock   func(surface uintptr, options uint32, seed *uint32) int32
	surfaceBase     func(surface uintptr) unsafe.Pointer
	surfaceRowBytes func(surface uintptr) uint64
	surfaceWidth    func(surface uintptr) uint64
	surfaceHeight   func(surface uintptr) uint64
	surfaceUse      func(surface uintptr)
	surfaceUnuse    func(surface uintptr)
	retain          func(ref uintptr) uintptr
	release         func(ref uintptr)
	dictionary      func(allocator uintptr, keys, values *uintptr, n int64, keyCalls, valueCalls uintptr) uintptr
	queueCreate     func(label *byte, attributes uintptr) uintptr
	queueRelease    func(queue uintptr)

	showCursor, no       uintptr // kCGDisplayStreamShowCursor, kCFBooleanFalse
	keyCalls, valueCalls uintptr // addresses of structures
}

const frameworks = "/System/Library/Frameworks/"

// loadQuartz finds all of them, or says what is missing: display streams are
// deprecated since macOS 14, and a later one may have none.
var loadQuartz = sync.OnceValue(func() error {
	q := &quartz
	for path, symbols := range map[string]map[string]any{
		frameworks + "CoreGraphics.framework/CoreGraphics": {
			"CGDisplayStreamCreateWithDispatchQueue":  &q.streamCreate,
			"CGDisplayStreamStart":                    &q.streamStart,
			"CGDisplayStreamStop":                     &q.streamStop,
			"CGDisplayStreamUpdateGetRects":           &q.updateRects,
			"CGDisplayStreamUpdateGetMovedRectsDelta": &q.updateDelta,
			"CGGetActiveDisplayList":                  &q.activeDisplays,
			"kCGDisplayStreamShowCursor":              variable(&q.showCursor),
		},
		frameworks + "IOSurface.framework/IOSurface": {
			"IOSurfaceLock":              &q.surfaceLock,
			"IOSurfaceUnlock":            &q.surfaceUnlock,
			"IOSurfaceGetBaseAddress":    &q.surfaceBase,
			"IOSurfaceGetBytesPerRow":    &q.surfaceRowBytes,
			"IOSurfaceGetWidth":          &q.surfaceWidth,
			"IOSurfaceGetHeight":         &q.surfaceHeight,
			"IOSurfaceIncrementUseCount": &q.surfaceUse,
			"IOSurfaceDecrementUseCount": &q.surfaceUnuse,
		},
		frameworks + "CoreFoundation.framework/CoreFoundation": {
			"CFRetain":                        &q.retain,
			"CFRelease":                       &q.release,
			"CFDictionaryCreate":              &q.dictionary,
			"kCFBooleanFalse":                 variable(&q.no),
			"kCFTypeDictionaryKeyCallBacks":   &q.keyCalls,
			"kCFTypeDictionaryValueCallBacks": &q.valueCalls,
		},
		"/usr/lib/libSystem.B.dylib": {
			"dispatch_queue_create": &q.queueCreate,
			"dispatch_release":      &q.queueRelease,
		},
	} {
		if err := load(path, symbols); err != nil {
			return err
		}
	}
	return nil
})

// variable is a global variable whose value is wanted; a *uintptr alone stands
// for one whose address is.
type variable *uintptr

func load(path string, symbols map[string]any) error {
	library, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return fmt.Errorf("load %s: %w", path, err)
	}
	for name, to := range symbols {
		at, err := purego.Dlsym(library, name)
		if err != nil {
			return fmt.Errorf("find %s: %w", name, err)
		}
		switch to := to.(type) {
		case variable:
			*to = **(**uintptr)(unsafe.Pointer(&at))
		case *uintptr:
			*to = at
		default:
			purego.RegisterFunc(to, at)
		}
	}
	return nil
}
