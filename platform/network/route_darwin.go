package network

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/net/route"
	"golang.org/x/sys/unix"
)

// router returns the interface and the gateway of the default route, IPv4
// before IPv6.
func router() string {
	for _, family := range []int{unix.AF_INET, unix.AF_INET6} {
		rib, err := route.FetchRIB(family, route.RIBTypeRoute, 0)
		if err != nil {
			continue
		}
		messages, err := route.ParseRIB(route.RIBTypeRoute, rib)
		if err != nil {
			continue
		}
		for _, m := range messages {
			if text := gateway(m); text != "" {
				return text
			}
		}
	}
	return ""
}

// gateway describes a default route, "" for any other.
func gateway(m route.Message) string {
	r, ok := m.(*route.RouteMessage)
	if !ok || r.Flags&unix.RTF_GATEWAY == 0 || len(r.Addrs) <= unix.RTAX_GATEWAY {
		return ""
	}
	iface, err := net.InterfaceByIndex(r.Index)
	if err != nil {
		return ""
	}
	switch to := r.Addrs[unix.RTAX_DST].(type) {
	case *route.Inet4Addr:
		if to.IP != [4]byte{} {
			return ""
		}
	case *route.Inet6Addr:
		if to.IP != [16]byte{} {
			return ""
		}
	default:
		return ""
	}
	switch via := r.Addrs[unix.RTAX_GATEWAY].(type) {
	case *route.Inet4Addr:
		return fmt.Sprint(iface.Name, " ", net.IP(via.IP[:]))
	case *route.Inet6Addr:
		return fmt.Sprint(iface.Name, " ", net.IP(via.IP[:]))
	}
	return ""
}

// listen tells of every change of addresses and routes (route(4)).
func listen(ctx context.Context, changed func()) error {
	fd, err := unix.Socket(unix.AF_ROUTE, unix.SOCK_RAW, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		return errors.Join(os.NewSyscallError("fcntl", err), unix.Close(fd))
	}
	f := os.NewFile(uintptr(fd), "route")
	context.AfterFunc(ctx, func() { f.Close() })
	go func() { // ends with ctx
		b := make([]byte, 8<<10)
		for {
			if _, err := f.Read(b); err != nil && !errors.Is(err, unix.ENOBUFS) {
				return
			}
			changed()
		}
	}()
	return nil
}
