package network

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

const internetSettings = `Software\Microsoft\Windows\CurrentVersion\Internet Settings`

// proxies joins what the user has set and what the machine has (netsh winhttp).
// A service has no settings of its own: it takes those of whoever is logged in.
func proxies(host string) (Settings, error) {
	s, err := keyProxies(registry.CURRENT_USER, internetSettings, host)
	if len(s.Proxies)+len(s.Scripts) == 0 && !s.Detect {
		for _, path := range userKeys() {
			other, otherErr := keyProxies(registry.USERS, path, host)
			s.Proxies, s.Scripts, s.Detect = append(s.Proxies, other.Proxies...), append(s.Scripts, other.Scripts...), s.Detect || other.Detect
			err = errors.Join(err, otherErr)
		}
	}
	machine, machineErr := machineProxies(host)
	s.Proxies = append(s.Proxies, machine...)
	return s, errors.Join(err, machineErr)
}

// maxUsers bounds the users whose settings are looked at.
const maxUsers = 4

// userKeys are the settings of the people who are logged in, as far as this
// process is one of the system's own.
func userKeys() (paths []string) {
	if u, err := windows.GetCurrentProcessToken().GetTokenUser(); err != nil || !u.User.Sid.IsWellKnown(windows.WinLocalSystemSid) {
		return nil
	}
	names, err := registry.USERS.ReadSubKeyNames(100)
	if err != nil && len(names) == 0 {
		return nil
	}
	for _, name := range names {
		if strings.HasPrefix(name, "S-1-5-21-") && !strings.HasSuffix(name, "_Classes") && len(paths) < maxUsers {
			paths = append(paths, name+`\`+internetSettings)
		}
	}
	return paths
}

func keyProxies(root registry.Key, path, host string) (Settings, error) {
	key, err := registry.OpenKey(root, path, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return Settings{}, nil
	}
	if err != nil {
		return Settings{}, fmt.Errorf("read the proxy settings: %w", err)
	}
	defer key.Close()
	text := func(name string) string {
		s, _, err := key.GetStringValue(name)
		if err != nil {
			return "" // not set
		}
		return s
	}
	s := Settings{Detect: detects(root, path)}
	if url := text("AutoConfigURL"); url != "" {
		s.Scripts = []string{url}
	}
	if on, _, err := key.GetIntegerValue("ProxyEnable"); err == nil && on == 1 {
		s.Proxies = readProxyServer(text("ProxyServer"), text("ProxyOverride"), host)
	}
	return s, nil
}

// detects reports whether settings are to be detected: the flag is the ninth
// byte of a value that Microsoft has not described, and that is there after the
// dialog for it was used once.
func detects(root registry.Key, path string) bool {
	key, err := registry.OpenKey(root, path+`\Connections`, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer key.Close()
	b, _, err := key.GetBinaryValue("DefaultConnectionSettings")
	return err == nil && len(b) > 8 && b[8]&8 != 0
}

// proxyInfo is WINHTTP_PROXY_INFO.
type proxyInfo struct {
	access uint32
	proxy  *uint16
	bypass *uint16
}

// accessNamed is WINHTTP_ACCESS_TYPE_NAMED_PROXY.
const accessNamed = 3

var (
	winHTTPDefault = winHTTP.NewProc("WinHttpGetDefaultProxyConfiguration")
	globalFree     = windows.NewLazySystemDLL("kernel32.dll").NewProc("GlobalFree")
)

func machineProxies(host string) ([]string, error) {
	if err := winHTTPDefault.Find(); err != nil {
		return nil, fmt.Errorf("read the proxy of the machine: %w", err)
	}
	var info proxyInfo
	if ok, _, err := winHTTPDefault.Call(uintptr(unsafe.Pointer(&info))); ok == 0 {
		return nil, fmt.Errorf("read the proxy of the machine: %w", err)
	}
	defer globalFree.Call(uintptr(unsafe.Pointer(info.bypass)))
	defer globalFree.Call(uintptr(unsafe.Pointer(info.proxy)))
	if info.access != accessNamed {
		return nil, nil
	}
	return readProxyServer(windows.UTF16PtrToString(info.proxy), windows.UTF16PtrToString(info.bypass), host), nil
}
