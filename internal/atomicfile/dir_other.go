//go:build !unix

package atomicfile

// syncDir does nothing: NTFS journals names itself, and Windows flushes no
// directory handles.
func syncDir(string) error { return nil }
