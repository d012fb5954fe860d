package network

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// router returns the interface and the gateway of the default route, the one
// with the least metric, IPv4 before IPv6.
func router() string {
	for _, table := range []struct {
		path  string
		parse func([]string) (route, bool)
	}{{"/proc/net/route", parseRoute4}, {"/proc/net/ipv6_route", parseRoute6}} {
		f, err := os.Open(table.path)
		if err != nil {
			continue
		}
		best := ""
		least := uint64(1 << 63)
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			if r, ok := table.parse(strings.Fields(lines.Text())); ok && r.metric < least {
				best, least = r.iface+" "+r.gateway.String(), r.metric
			}
		}
		f.Close()
		if best != "" {
			return best
		}
	}
	return ""
}

// route is a default route.
type route struct {
	iface   string
	gateway netip.Addr
	metric  uint64
}

// parseRoute4 reads a line of /proc/net/route (proc_net(5)): interface,
// destination, gateway, flags, …, metric, mask; addresses in the order of the
// machine's bytes.
func parseRoute4(f []string) (route, bool) {
	if len(f) < 8 || f[1] != "00000000" || f[7] != "00000000" {
		return route{}, false
	}
	gateway, ok := parseHex(f[2], 4)
	metric, err := strconv.ParseUint(f[6], 10, 32)
	if !ok || err != nil {
		return route{}, false
	}
	slices.Reverse(gateway)
	a, _ := netip.AddrFromSlice(gateway)
	return route{f[0], a, metric}, true
}

// parseRoute6 reads a line of /proc/net/ipv6_route: destination and its length,
// source and its length, next hop, metric, …, interface.
func parseRoute6(f []string) (route, bool) {
	if len(f) < 10 || f[1] != "00" || strings.Trim(f[0], "0") != "" || f[9] == "lo" {
		return route{}, false
	}
	gateway, ok := parseHex(f[4], 16)
	metric, err := strconv.ParseUint(f[5], 16, 64)
	if !ok || err != nil {
		return route{}, false
	}
	a, _ := netip.AddrFromSlice(gateway)
	return route{f[9], a, metric}, true
}

func parseHex(s string, bytes int) ([]byte, bool) {
	b, err := hex.DecodeString(s)
	return b, err == nil && len(b) == bytes
}

// listen tells of every change of addresses and routes (rtnetlink(7)).
func listen(ctx context.Context, changed func()) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	f := os.NewFile(uintptr(fd), "netlink")
	err = unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK,
		Groups: unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV4_ROUTE | unix.RTMGRP_IPV6_IFADDR | unix.RTMGRP_IPV6_ROUTE})
	if err != nil {
		return errors.Join(os.NewSyscallError("bind", err), f.Close())
	}
	context.AfterFunc(ctx, func() { f.Close() })
	go func() { // ends with ctx
		b := make([]byte, 8<<10)
		for {
			// What exactly changed is looked up, so messages that are lost
			// (ENOBUFS) do no harm.
			if _, err := f.Read(b); err != nil && !errors.Is(err, unix.ENOBUFS) {
				return
			}
			changed()
		}
	}()
	return nil
}

// String describes the route.
func (r route) String() string { return fmt.Sprint(r.iface, " ", r.gateway, " ", r.metric) }
