package network

import (
	"errors"

	"golang.org/x/sys/windows"
)

// unreachable reports whether an error is about the network between, not about
// the socket.
func unreachable(err error) bool {
	for _, e := range []error{windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH, windows.WSAENETDOWN, windows.WSAEHOSTDOWN, windows.WSAEADDRNOTAVAIL, windows.WSAENOBUFS, windows.WSAEACCES} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// limitUnsent does nothing: Windows sizes its buffers by what is on its way.
func limitUnsent(uintptr, int) {}
