package account

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// Elevated reports whether this process has an administrator's rights in use:
// with User Account Control, administrators have them only after being asked.
func Elevated() bool { return windows.GetCurrentProcessToken().IsElevated() }

// SharedPrograms returns the folder for the programs of all users. It asks the
// system: environment variables are anybody's word.
func SharedPrograms() (string, error) {
	return folder("the programs' folder", windows.FOLDERID_ProgramFiles)
}

// OwnPrograms returns the folder for what belongs to this user and this
// computer.
func OwnPrograms() (string, error) {
	return folder("the user's folder", windows.FOLDERID_LocalAppData)
}

// System returns the folder of the system's own programs.
func System() (string, error) {
	return folder("the system's folder", windows.FOLDERID_System)
}

func folder(what string, id *windows.KNOWNFOLDERID) (string, error) {
	path, err := windows.KnownFolderPath(id, windows.KF_FLAG_DEFAULT)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", what, err)
	}
	return path, nil
}
