package network

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

const internetSettings = `Software\Microsoft\Windows\CurrentVersion\Internet Settings`

// proxies joins what the user has set and what the machine has (netsh winhttp):
// a service has no user's settings of its own.
func proxies(host string) (Settings, error) {
	s, err := userProxies(host)
	machine, machineErr := machineProxies(host)
	s.Proxies = append(s.Proxies, machine...)
	return s, errors.Join(err, machineErr)
}

func userProxies(host string) (Settings, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, internetSettings, registry.QUERY_VALUE)
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
	s := Settings{Script: text("AutoConfigURL")}
	if on, _, err := key.GetIntegerValue("ProxyEnable"); err == nil && on == 1 {
		s.Proxies = readProxyServer(text("ProxyServer"), text("ProxyOverride"), host)
	}
	return s, nil
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
	winHTTPDefault = windows.NewLazySystemDLL("winhttp.dll").NewProc("WinHttpGetDefaultProxyConfiguration")
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
