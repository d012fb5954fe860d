package packaging

import (
	"debug/pe"
	"io"
)

// signed says whether a Windows program carries an Authenticode signature: one
// that does may not get a trailer, which would break it.
func signed(r io.ReaderAt) bool {
	f, err := pe.NewFile(r)
	if err != nil {
		return false
	}
	defer f.Close()
	switch h := f.OptionalHeader.(type) {
	case *pe.OptionalHeader64:
		return h.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_SECURITY].Size > 0
	case *pe.OptionalHeader32:
		return h.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_SECURITY].Size > 0
	}
	return false
}
