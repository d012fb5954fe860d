package network

import (
	"context"
	"net"
	"syscall"
)

// ListenPacket opens a UDP socket on a free port; network is "udp4" or "udp6".
// While there is no way out, what is sent is lost, as on a bad line, and not an
// error: the network may be back in a moment.
func ListenPacket(network string) (net.PacketConn, error) {
	pc, err := net.ListenPacket(network, "")
	if err != nil {
		return nil, err
	}
	return patient{pc.(*net.UDPConn), &peer{}}, nil
}

// patient is a socket that does not complain about the network.
type patient struct {
	*net.UDPConn
	peer *peer
}

// lost reports whether a packet was lost on its way out, as far as who sent it
// is concerned.
func (p patient) lost(err error) bool {
	switch {
	case refused(err): // the way is there, but not who was expected at its end
		return true
	case unreachable(err) || wayless(err):
		p.peer.part(p.UDPConn)
		return true
	}
	return false
}

// WriteTo implements net.PacketConn.
func (p patient) WriteTo(b []byte, to net.Addr) (int, error) {
	p.peer.meet(p.UDPConn, to)
	n, err := p.UDPConn.WriteTo(b, to)
	if p.lost(err) {
		return len(b), nil
	}
	return n, err
}

// WriteMsgUDP is WriteTo with control messages, which quic-go uses.
func (p patient) WriteMsgUDP(b, oob []byte, to *net.UDPAddr) (n, oobn int, err error) {
	p.peer.meet(p.UDPConn, to)
	n, oobn, err = p.UDPConn.WriteMsgUDP(b, oob, to)
	if p.lost(err) {
		return len(b), len(oob), nil
	}
	return n, oobn, err
}

// unsent is how many bytes the system may hold that are not on their way yet.
// With more of them, an urgent message waits behind a long transfer.
const unsent = 64 << 10

// Listen listens for TCP connections on which little waits in the system.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	return (&net.ListenConfig{Control: prompt}).Listen(ctx, "tcp", address)
}

// Dial connects over TCP like net.Dialer.DialContext, and without keep-alives of
// the system. On the connection little waits in the system.
func Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return (&net.Dialer{Control: prompt, KeepAlive: -1}).DialContext(ctx, network, address)
}

// prompt makes a TCP socket of either kind prompt. A system that cannot is slower.
func prompt(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) { limitUnsent(fd, unsent) })
}
