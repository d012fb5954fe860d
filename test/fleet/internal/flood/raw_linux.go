package flood

import (
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// raw is a socket that takes whole IP packets (raw(7)).
type raw struct {
	fd int
	to unix.SockaddrInet4
}

func openRaw(to netip.Addr) (*raw, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_RAW)
	if err != nil {
		return nil, fmt.Errorf("open a raw socket: %w", err)
	}
	return &raw{fd, unix.SockaddrInet4{Addr: to.As4()}}, nil
}

func (r *raw) send(d []byte) error {
	if err := unix.Sendto(r.fd, d, 0, &r.to); err != nil && err != unix.ENOBUFS {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

func (r *raw) close() { unix.Close(r.fd) }
