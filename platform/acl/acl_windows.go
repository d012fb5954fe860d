package acl

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// MakeFolder makes a folder that has its descriptor from its first moment on.
func MakeFolder(path, sddl string) error {
	sa, err := attributes(sddl)
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(path)
	if err == nil {
		err = windows.CreateDirectory(name, sa)
	}
	if err != nil {
		return &os.PathError{Op: "mkdir", Path: path, Err: err}
	}
	return nil
}

// Set gives a file or folder a descriptor.
func Set(path, sddl string) error {
	if err := set(path, sddl); err != nil {
		return fmt.Errorf("protect %s: %w", path, err)
	}
	return nil
}

func set(path, sddl string) error {
	sd, err := windows.SecurityDescriptorFromString(sddl)
	if err != nil {
		return err
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return err
	}
	dacl, _, err := sd.DACL()
	if err != nil {
		return err
	}
	const what = windows.OWNER_SECURITY_INFORMATION | windows.DACL_SECURITY_INFORMATION | windows.PROTECTED_DACL_SECURITY_INFORMATION
	return windows.SetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, what, owner, nil, dacl, nil)
}

// attributes returns a descriptor as the functions that make something take it.
func attributes(sddl string) (*windows.SecurityAttributes, error) {
	sd, err := windows.SecurityDescriptorFromString(sddl)
	if err != nil {
		return nil, fmt.Errorf("read a security descriptor: %w", err)
	}
	sa := &windows.SecurityAttributes{SecurityDescriptor: sd}
	sa.Length = uint32(unsafe.Sizeof(*sa))
	return sa, nil
}

// UnsafeError says that what lies in a folder could be replaced by others.
type UnsafeError struct {
	Folder string
	Who    []string // account names of SDDL or SIDs
}

func (e *UnsafeError) Error() string {
	return fmt.Sprintf("%s can be changed by others than administrators (%s)", e.Folder, strings.Join(e.Who, ", "))
}

// CheckParents returns an *UnsafeError if anybody but who owns the machine, and
// the account of this process, could replace what lies in this folder or in
// any above it, by its path or by the path that links in it lead to.
func CheckParents(folder string) error {
	me, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return fmt.Errorf("find out who installs: %w", err)
	}
	final, err := final(folder)
	if err != nil {
		return fmt.Errorf("follow %s: %w", folder, err)
	}
	return errors.Join(checkChain(folder, me.User.Sid.String()), checkChain(final, me.User.Sid.String()))
}

func checkChain(folder, me string) error {
	for {
		if err := check(folder, me); err != nil {
			return err
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return nil
		}
		folder = parent
	}
}

func check(folder, me string) error {
	const what = windows.OWNER_SECURITY_INFORMATION | windows.DACL_SECURITY_INFORMATION
	sd, err := windows.GetNamedSecurityInfo(folder, windows.SE_FILE_OBJECT, what)
	if err != nil {
		return fmt.Errorf("read who may change %s: %w", folder, err)
	}
	who, err := Replacers(sd.String(), me)
	if err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	if who != nil {
		return &UnsafeError{folder, who}
	}
	return nil
}

// final returns a folder's path with every link in it followed.
func final(folder string) (string, error) {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return "", err
	}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	h, err := windows.CreateFile(name, 0, share, nil, windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return "", err
	}
	defer windows.CloseHandle(h)
	buf := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetFinalPathNameByHandle(h, &buf[0], uint32(len(buf)), 0)
	if err != nil {
		return "", err
	}
	path := windows.UTF16ToString(buf[:min(int(n), len(buf))])
	if share, ok := strings.CutPrefix(path, `\\?\UNC\`); ok {
		return `\\` + share, nil
	}
	return strings.TrimPrefix(path, `\\?\`), nil
}
