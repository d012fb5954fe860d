package proxytest

import (
	"encoding/binary"
	"io"
	"net"
	"strconv"
)

// What SOCKS5 says (RFC 1928, RFC 1929).
const (
	socksVersion  = 5
	authVersion   = 1
	methodNone    = 0
	methodUser    = 2
	methodRefused = 0xff
	connect       = 1
	addressIPv4   = 1
	addressName   = 3
	addressIPv6   = 4
	hostDown      = 4
)

// serveSocks makes one tunnel. Who breaks the protocol is cut off.
func (s *Server) serveSocks(c net.Conn, user bool) {
	if !greetSocks(c, user) {
		return
	}
	address, ok := readRequest(c)
	if !ok {
		return
	}
	to, err := net.Dial("tcp", address)
	if err != nil {
		c.Write([]byte{socksVersion, hostDown, 0, addressIPv4, 0, 0, 0, 0, 0, 0})
		return
	}
	defer to.Close()
	c.Write([]byte{socksVersion, 0, 0, addressIPv4, 0, 0, 0, 0, 0, 0})
	s.Tunnels.Add(1)
	join(c, to)
}

// greetSocks settles on a method, and checks the password if that is it.
func greetSocks(c net.Conn, user bool) bool {
	methods, ok := readCounted(c, socksVersion)
	if !ok {
		return false
	}
	want := byte(methodNone)
	if user {
		want = methodUser
	}
	for _, m := range methods {
		if m != want {
			continue
		}
		c.Write([]byte{socksVersion, want})
		return !user || readPassword(c)
	}
	c.Write([]byte{socksVersion, methodRefused})
	return false
}

func readPassword(c net.Conn) bool {
	name, ok := readCounted(c, authVersion)
	if !ok {
		return false
	}
	n := make([]byte, 1)
	if _, err := io.ReadFull(c, n); err != nil {
		return false
	}
	password := make([]byte, n[0])
	if _, err := io.ReadFull(c, password); err != nil {
		return false
	}
	good := string(name) == User && string(password) == Password
	c.Write([]byte{authVersion, map[bool]byte{true: 0, false: 1}[good]})
	return good
}

// readCounted reads a version, a length and as many bytes.
func readCounted(c net.Conn, version byte) ([]byte, bool) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(c, head); err != nil || head[0] != version {
		return nil, false
	}
	b := make([]byte, head[1])
	_, err := io.ReadFull(c, b)
	return b, err == nil
}

// readRequest returns the address to connect to.
func readRequest(c net.Conn) (address string, ok bool) {
	head := make([]byte, 5) // and the first byte of the address
	if _, err := io.ReadFull(c, head); err != nil || head[0] != socksVersion || head[1] != connect {
		return "", false
	}
	length := map[byte]int{addressIPv4: net.IPv4len, addressIPv6: net.IPv6len, addressName: 1 + int(head[4])}[head[3]]
	rest := make([]byte, length+2)
	rest[0] = head[4]
	if _, err := io.ReadFull(c, rest[1:]); err != nil || length == 0 {
		return "", false
	}
	host := string(rest[1:length])
	if head[3] != addressName {
		host = net.IP(rest[:length]).String()
	}
	return net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(rest[length:])))), true
}
