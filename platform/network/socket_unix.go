//go:build unix

package network

import (
	"errors"

	"golang.org/x/sys/unix"
)

// unreachable reports whether an error is about the network between, not about
// the socket. EPERM is what a local firewall says.
func unreachable(err error) bool {
	for _, e := range []error{unix.ENETUNREACH, unix.EHOSTUNREACH, unix.ENETDOWN, unix.EHOSTDOWN, unix.EADDRNOTAVAIL, unix.ENOBUFS, unix.EPERM, unix.EACCES} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func limitUnsent(fd uintptr, bytes int) {
	unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, bytes)
}
