package files

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/windows"
)

// Flags of opening, for other systems.
const (
	dontWait   = 0
	dontFollow = 0
)

func legal(path string) bool { return windowsPath(path) }

func isFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) || errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED)
}

func isName(err error) bool {
	return errors.Is(err, windows.ERROR_INVALID_NAME) || errors.Is(err, windows.ERROR_FILENAME_EXCED_RANGE) || errors.Is(err, windows.ERROR_BAD_PATHNAME)
}

func isBusy(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}

func modeOf(fs.FileInfo) uint32 { return 0 }

// ours: who may change a folder's entries is the folder's matter here, and no
// folder is everybody's.
func ours(fs.FileInfo) bool { return true }

// drives returns the drives for the path that is above them.
func drives(path string) []Info {
	if path != "/" && path != `\` {
		return nil
	}
	mask, _ := windows.GetLogicalDrives()
	list := []Info{}
	for i := range 26 {
		if mask&(1<<i) != 0 {
			list = append(list, Info{Name: string(rune('A'+i)) + `:\`, Kind: KindFolder})
		}
	}
	return list
}

func syncFolder(string) {}
