package network

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Of winhttp.h.
const (
	accessNone        = 1 // WINHTTP_ACCESS_TYPE_NO_PROXY
	autoDetect        = 1 // WINHTTP_AUTOPROXY_AUTO_DETECT
	autoConfig        = 2 // WINHTTP_AUTOPROXY_CONFIG_URL
	detectDHCP        = 1
	detectDNS         = 2
	winHTTPTimeout    = 5000 // ms
	maxWinHTTPAnswer  = 4096 // characters
	evaluationsAtOnce = 2
)

// autoProxyOptions is WINHTTP_AUTOPROXY_OPTIONS.
type autoProxyOptions struct {
	flags     uint32
	detect    uint32
	url       *uint16
	reserved  uintptr
	reserved2 uint32
	logonToo  int32 // the script's server gets no password of this account
}

var (
	winHTTP            = windows.NewLazySystemDLL("winhttp.dll")
	winHTTPOpen        = winHTTP.NewProc("WinHttpOpen")
	winHTTPClose       = winHTTP.NewProc("WinHttpCloseHandle")
	winHTTPTimeouts    = winHTTP.NewProc("WinHttpSetTimeouts")
	winHTTPProxyForURL = winHTTP.NewProc("WinHttpGetProxyForUrl")
)

// running bounds the calls that nobody waits for any more: one cannot be ended.
var running = make(chan struct{}, evaluationsAtOnce)

// evaluate asks WinHTTP, which fetches and runs scripts in a service of its own
// with few rights.
func evaluate(ctx context.Context, url, script string) (string, error) {
	if err := winHTTPProxyForURL.Find(); err != nil {
		return "", errors.ErrUnsupported
	}
	select {
	case running <- struct{}{}:
	default:
		return "", errors.New("Windows still runs the script that it was asked for before")
	}
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() { // ends when Windows does, after about the timeouts below
		defer func() { <-running }()
		text, err := proxyForURL(url, script)
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

func proxyForURL(url, script string) (string, error) {
	to, err := windows.UTF16PtrFromString(url)
	if err != nil {
		return "", err
	}
	o := autoProxyOptions{flags: autoDetect, detect: detectDHCP | detectDNS}
	if script != "" {
		o = autoProxyOptions{flags: autoConfig}
		if o.url, err = windows.UTF16PtrFromString(script); err != nil {
			return "", err
		}
	}
	session, _, err := winHTTPOpen.Call(0, accessNone, 0, 0, 0)
	if session == 0 {
		return "", fmt.Errorf("open WinHTTP: %w", err)
	}
	defer winHTTPClose.Call(session)
	winHTTPTimeouts.Call(session, winHTTPTimeout, winHTTPTimeout, winHTTPTimeout, winHTTPTimeout)
	var info proxyInfo
	if ok, _, err := winHTTPProxyForURL.Call(session, uintptr(unsafe.Pointer(to)), uintptr(unsafe.Pointer(&o)), uintptr(unsafe.Pointer(&info))); ok == 0 {
		return "", fmt.Errorf("have Windows run the script: %w", err)
	}
	defer globalFree.Call(uintptr(unsafe.Pointer(info.bypass)))
	defer globalFree.Call(uintptr(unsafe.Pointer(info.proxy)))
	if info.access != accessNamed {
		return "DIRECT", nil
	}
	return scriptAnswer(windows.UTF16PtrToString(info.proxy)), nil
}

// scriptAnswer writes a list of WinHTTP as a script would have.
func scriptAnswer(list string) string {
	if len(list) > maxWinHTTPAnswer {
		return ""
	}
	var all []string
	for _, p := range readProxyServer(list, "", "") {
		if at, ok := strings.CutPrefix(p, "socks5://"); ok {
			all = append(all, "SOCKS "+at)
			continue
		}
		all = append(all, "PROXY "+p)
	}
	return strings.Join(all, "; ")
}
