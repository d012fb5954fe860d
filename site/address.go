package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
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

// sockets are the site's one port, for browsers (TCP) and for agents (UDP).
type sockets struct {
	tcp net.Listener
	udp net.PacketConn
}

func (s *sockets) close() error { return errors.Join(s.tcp.Close(), s.udp.Close()) }

// listen opens both sockets on an address. Port 0 takes any that is free for
// both.
func listen(address string) (*sockets, error) {
	for tries := 20; ; tries-- {
		s, err := listenOnce(address)
		if err == nil {
			return s, nil
		}
		if _, port, _ := net.SplitHostPort(address); port != "0" || tries == 1 {
			return nil, &AddressError{address, err}
		}
	}
}

func listenOnce(address string) (*sockets, error) {
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
