package network

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

// peer connects a socket to the one address that it is used with. The system
// then gives it what comes from there only, and counts it among the sockets of
// clients, not among those that listen.
type peer struct {
	mu sync.Mutex
	to netip.AddrPort // zero while not connected
}

// meet connects the socket with its first packet. It may fail as the sending
// would; that tells.
func (p *peer) meet(c *net.UDPConn, to net.Addr) {
	a, ok := to.(*net.UDPAddr)
	if !ok {
		return
	}
	address := a.AddrPort()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.to != address && connect(c, address) == nil {
		p.to = address
	}
}

// part undoes meet: a connected socket keeps the address of ours that the way
// had then, and cannot send any more when that is gone.
func (p *peer) part(c *net.UDPConn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.to.IsValid() {
		p.to = netip.AddrPort{}
		_ = control(c, func(fd uintptr) error { // connect(2): AF_UNSPEC dissolves
			none := unix.RawSockaddr{Family: unix.AF_UNSPEC}
			_, _, e := unix.RawSyscall(unix.SYS_CONNECT, fd, uintptr(unsafe.Pointer(&none)), unsafe.Sizeof(none))
			if e != 0 {
				return e
			}
			return nil
		})
	}
}

func connect(c *net.UDPConn, to netip.AddrPort) error {
	if to.Addr().Zone() != "" {
		return errors.ErrUnsupported
	}
	var sa unix.Sockaddr = &unix.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16()}
	if local, ok := c.LocalAddr().(*net.UDPAddr); ok && local.IP.To4() != nil {
		sa = &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().Unmap().As4()}
	}
	return control(c, func(fd uintptr) error { return unix.Connect(int(fd), sa) })
}

func control(c *net.UDPConn, do func(fd uintptr) error) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	return errors.Join(raw.Control(func(fd uintptr) { failed = do(fd) }), failed)
}

// refused reports whether a connected socket was told that nobody listens at the
// other end.
func refused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

// wayless reports whether the address that a connected socket has on this
// computer is not there any more.
func wayless(err error) bool { return errors.Is(err, syscall.EINVAL) }

// ReadBatch is how quic-go reads. That nobody listens at the other end may
// change, so the news is not passed on.
func (p patient) ReadBatch(messages []ipv4.Message, flags int) (int, error) {
	batch := ipv4.NewPacketConn(p.UDPConn)
	for {
		n, err := batch.ReadBatch(messages, flags)
		if !refused(err) {
			return n, err
		}
	}
}
