package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jump/platform/network"
)

// AddressError says that the address to listen on cannot be had.
type AddressError struct {
	Address string
	Err     error
}

func (e *AddressError) Error() string {
	return fmt.Sprintf("the address %s cannot be used: %v", e.Address, reason(e.Err))
}

// Unwrap returns the cause, e.g. syscall.EADDRINUSE.
func (e *AddressError) Unwrap() error { return e.Err }

// reason strips what only repeats the address.
func reason(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// sockets are the site's one port on one address, for browsers (TCP) and for
// agents (UDP).
type sockets struct {
	tcp net.Listener
	udp net.PacketConn
}

func (s *sockets) close() error { return errors.Join(s.tcp.Close(), s.udp.Close()) }

func (s *sockets) port() int { return s.tcp.Addr().(*net.TCPAddr).Port }

// loopback is what localhost means (RFC 6761 section 6.3). Browsers try the last
// of them first, and over UDP no other after it.
var loopback = []string{"127.0.0.1", "::1"}

// listen opens the sockets of an address. Port 0 takes any that is free for all
// of them.
func listen(address string) ([]*sockets, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &AddressError{address, err}
	}
	hosts := []string{host}
	if strings.EqualFold(host, "localhost") {
		hosts = loopback
	}
	for tries := 20; ; tries-- {
		s, err := listenOnce(hosts, port)
		if err == nil {
			return s, nil
		}
		if port != "0" || tries == 1 {
			return nil, &AddressError{address, err}
		}
	}
}

// listenOnce opens sockets on the first host, and on those of the others that
// the machine has.
func listenOnce(hosts []string, port string) ([]*sockets, error) {
	first, err := open(net.JoinHostPort(hosts[0], port))
	if err != nil {
		return nil, err
	}
	all := []*sockets{first}
	for _, host := range hosts[1:] {
		if !has(host) {
			continue
		}
		s, err := open(net.JoinHostPort(host, strconv.Itoa(first.port())))
		if err != nil {
			return nil, errors.Join(err, closeAll(all))
		}
		all = append(all, s)
	}
	return all, nil
}

// has reports whether the address is one of this machine.
func has(ip string) bool {
	addrs, _ := net.InterfaceAddrs() // none: the first host has to do
	return slices.ContainsFunc(addrs, func(a net.Addr) bool {
		n, ok := a.(*net.IPNet)
		return ok && n.IP.Equal(net.ParseIP(ip))
	})
}

func open(address string) (*sockets, error) {
	tcp, err := network.Listen(context.Background(), address)
	if err != nil {
		return nil, err
	}
	udp, err := net.ListenPacket("udp", tcp.Addr().String())
	if err != nil {
		return nil, errors.Join(err, tcp.Close())
	}
	return &sockets{tcp, udp}, nil
}

func closeAll(all []*sockets) error {
	var err error
	for _, s := range all {
		err = errors.Join(err, s.close())
	}
	return err
}

// publicURL returns where people reach the site: what was given, or else the
// address to listen on, if that says it.
func publicURL(given, listen string, port int) (*url.URL, error) {
	if given == "" {
		host, _, err := net.SplitHostPort(listen)
		if err != nil {
			return nil, fmt.Errorf("the address %q to listen on is not HOST:PORT: %w", listen, err)
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			return nil, fmt.Errorf("the site's own address is not known: it listens on all of %s", listen)
		}
		given = "https://" + net.JoinHostPort(host, strconv.Itoa(port))
	}
	u, err := url.Parse(given)
	if err != nil {
		return nil, fmt.Errorf("the site's address %q is not an URL: %w", given, err)
	}
	if u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" {
		return nil, fmt.Errorf("the site's address %q does not have the form https://HOST or https://HOST:PORT", given)
	}
	u.Path, u.Host = "", strings.ToLower(u.Host)
	return u, nil
}
