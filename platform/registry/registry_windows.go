package registry

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// Key names a key.
type Key struct {
	Root Root
	Path string // with backslashes between
}

// Root is one of the trees.
type Root registry.Key

// The trees.
const (
	User    = Root(registry.CURRENT_USER)
	Machine = Root(registry.LOCAL_MACHINE)
)

func (k Key) String() string {
	if k.Root == User {
		return `HKCU\` + k.Path
	}
	return `HKLM\` + k.Path
}

// Sub returns a key below.
func (k Key) Sub(name string) Key { return Key{k.Root, k.Path + `\` + name} }

// Value is a value of a key. The types of Data are string and uint32.
type Value struct {
	Name string // empty is the key's default value
	Data any
}

// Set makes a key where it is missing, and sets values in it. Others that are
// there stay. What was begun when it fails is for the caller to remove.
func Set(k Key, values ...Value) error {
	return k.with(registry.SET_VALUE, func(h registry.Key) error {
		for _, v := range values {
			if err := set(h, v); err != nil {
				return fmt.Errorf("value %q: %w", v.Name, err)
			}
		}
		return nil
	}, registry.CreateKey)
}

func set(h registry.Key, v Value) error {
	switch d := v.Data.(type) {
	case string:
		return h.SetStringValue(v.Name, d)
	case uint32:
		return h.SetDWordValue(v.Name, d)
	}
	return fmt.Errorf("no type for %T", v.Data)
}

// Text reads a text; empty if the key or the value is not there. A text that
// should be expanded is not.
func Text(k Key, name string) (text string, err error) {
	err = k.with(registry.QUERY_VALUE, func(h registry.Key) error {
		text, _, err = h.GetStringValue(name)
		return err
	}, open)
	return text, missing(err)
}

// Children returns the names of the keys below, none if the key is not there.
func Children(k Key) (names []string, err error) {
	err = k.with(registry.ENUMERATE_SUB_KEYS, func(h registry.Key) error {
		names, err = h.ReadSubKeyNames(-1)
		return err
	}, open)
	return names, missing(err)
}

// Unset removes a value, also one that is not there.
func Unset(k Key, name string) error {
	return missing(k.with(registry.SET_VALUE, func(h registry.Key) error { return h.DeleteValue(name) }, open))
}

// Remove removes a key with everything in it, also one that is not there.
func Remove(k Key) error {
	names, err := Children(k)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := Remove(k.Sub(name)); err != nil {
			return err
		}
	}
	if err := registry.DeleteKey(registry.Key(k.Root), k.Path); missing(err) != nil {
		return fmt.Errorf("remove %v: %w", k, err)
	}
	return nil
}

// RemoveEmpty removes a key, and those above it up to one with the path stop,
// as far as nothing is in them.
func RemoveEmpty(k Key, stop string) error {
	for len(k.Path) > len(stop) {
		empty := false
		err := k.with(registry.QUERY_VALUE|registry.ENUMERATE_SUB_KEYS, func(h registry.Key) error {
			info, err := h.Stat()
			empty = err == nil && info.SubKeyCount == 0 && info.ValueCount == 0
			return err
		}, open)
		if missing(err) != nil {
			return err
		}
		if empty {
			if err := Remove(k); err != nil {
				return err
			}
		} else if err == nil {
			return nil
		}
		k.Path = k.Path[:max(strings.LastIndexByte(k.Path, '\\'), 0)]
	}
	return nil
}

// Protect gives a key a descriptor (platform/acl) in place of what it inherits.
func Protect(k Key, sddl string) error {
	return k.with(windows.WRITE_DAC|windows.WRITE_OWNER, func(h registry.Key) error {
		sd, err := windows.SecurityDescriptorFromString(sddl)
		if err != nil {
			return err
		}
		dacl, _, err := sd.DACL()
		if err != nil {
			return err
		}
		const what = windows.DACL_SECURITY_INFORMATION | windows.PROTECTED_DACL_SECURITY_INFORMATION
		return windows.SetSecurityInfo(windows.Handle(h), windows.SE_REGISTRY_KEY, what, nil, nil, dacl, nil)
	}, open)
}

// with opens or makes the key for the time of do. Every program sees the same
// tree, whatever its word size.
func (k Key) with(access uint32, do func(registry.Key) error, get opener) error {
	h, _, err := get(registry.Key(k.Root), k.Path, access|registry.WOW64_64KEY)
	if err != nil {
		return fmt.Errorf("open %v: %w", k, err)
	}
	defer h.Close()
	if err := do(h); err != nil {
		return fmt.Errorf("use %v: %w", k, err)
	}
	return nil
}

type opener func(root registry.Key, path string, access uint32) (registry.Key, bool, error)

func open(root registry.Key, path string, access uint32) (registry.Key, bool, error) {
	h, err := registry.OpenKey(root, path, access)
	return h, true, err
}

func missing(err error) error {
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	return err
}
