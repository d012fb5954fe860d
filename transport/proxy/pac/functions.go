package pac

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"sort"
	"strconv"
	"strings"

	"jump/transport/proxy/script"
)

// functions are those that a script is given.
func (w *World) functions() map[string]script.Func {
	w.known = map[string][]string{}
	return map[string]script.Func{
		"isPlainHostName":     func(_ context.Context, a script.Args) any { return !strings.ContainsAny(a.Text(0), ".:") },
		"dnsDomainIs":         func(_ context.Context, a script.Args) any { return dnsDomainIs(a.Text(0), a.Text(1)) },
		"localHostOrDomainIs": func(_ context.Context, a script.Args) any { return localHostOrDomainIs(a.Text(0), a.Text(1)) },
		"dnsDomainLevels":     func(_ context.Context, a script.Args) any { return float64(strings.Count(a.Text(0), ".")) },
		"shExpMatch":          func(_ context.Context, a script.Args) any { return shExpMatch(a.Text(0), a.Text(1)) },
		"convert_addr":        func(_ context.Context, a script.Args) any { return convert(a.Text(0)) },
		"isResolvable":        func(ctx context.Context, a script.Args) any { return w.first4(ctx, a.Text(0)) != "" },
		"isResolvableEx":      func(ctx context.Context, a script.Args) any { return len(w.lookup(ctx, a.Text(0))) > 0 },
		"dnsResolve":          func(ctx context.Context, a script.Args) any { return orNull(w.first4(ctx, a.Text(0))) },
		"dnsResolveEx":        func(ctx context.Context, a script.Args) any { return strings.Join(w.lookup(ctx, a.Text(0)), ";") },
		"isInNet": func(ctx context.Context, a script.Args) any {
			return isInNet(w.first4(ctx, a.Text(0)), a.Text(1), a.Text(2))
		},
		"isInNetEx":         func(ctx context.Context, a script.Args) any { return w.isInNetEx(ctx, a.Text(0), a.Text(1)) },
		"myIpAddress":       func(context.Context, script.Args) any { return w.mine4() },
		"myIpAddressEx":     func(context.Context, script.Args) any { return strings.Join(w.mine(), ";") },
		"sortIpAddressList": func(_ context.Context, a script.Args) any { return sortAddresses(a.Text(0)) },
		"getClientVersion":  func(context.Context, script.Args) any { return "1.0" },
		"weekdayRange":      func(_ context.Context, a script.Args) any { return w.weekdayRange(a) },
		"dateRange":         func(_ context.Context, a script.Args) any { return w.dateRange(a) },
		"timeRange":         func(_ context.Context, a script.Args) any { return w.timeRange(a) },
		"alert":             func(context.Context, script.Args) any { return nil },
	}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// dnsDomainIs, as browsers have it, compares the ends only.
func dnsDomainIs(host, domain string) bool {
	return strings.HasSuffix(strings.ToLower(host), strings.ToLower(domain))
}

func localHostOrDomainIs(host, full string) bool {
	host, full = strings.ToLower(host), strings.ToLower(full)
	return host == full || !strings.Contains(host, ".") && strings.HasPrefix(full, host+".")
}

// shExpMatch knows * and ?. Its time grows with the product of the lengths.
func shExpMatch(s, pattern string) bool {
	i, j, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case j < len(pattern) && pattern[j] == '*':
			star, mark = j, i
			j++
		case j < len(pattern) && (pattern[j] == '?' || pattern[j] == s[i]):
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = mark, star+1
		default:
			return false
		}
		if len(s) > maxShell || len(pattern) > maxShell {
			return false
		}
	}
	return strings.Trim(pattern[j:], "*") == ""
}

// maxShell bounds both texts of shExpMatch, in bytes.
const maxShell = 8 << 10

// convert makes a number of an IPv4 address, 0 of anything else.
func convert(s string) float64 {
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is4() {
		return 0
	}
	b := a.As4()
	return float64(binary.BigEndian.Uint32(b[:]))
}

// isInNet compares an address with a network by a mask, both IPv4.
func isInNet(address, network, mask string) bool {
	a, n, m := net.ParseIP(address).To4(), net.ParseIP(network).To4(), net.ParseIP(mask).To4()
	if a == nil || n == nil || m == nil {
		return false
	}
	for i := range a {
		if a[i]&m[i] != n[i]&m[i] {
			return false
		}
	}
	return true
}

func (w *World) isInNetEx(ctx context.Context, host, prefix string) bool {
	p, err := netip.ParsePrefix(prefix)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(w.lookup(ctx, host), func(s string) bool {
		a, err := netip.ParseAddr(s)
		return err == nil && p.Contains(a.Unmap().WithZone(""))
	})
}

// lookup returns the addresses of a host, each host once and at most 32 of them.
func (w *World) lookup(ctx context.Context, host string) []string {
	if a, err := netip.ParseAddr(host); err == nil {
		return []string{a.String()}
	}
	if known, ok := w.known[host]; ok {
		return known
	}
	if host == "" || len(host) > 253 || w.lookups == maxLookups {
		return nil
	}
	w.lookups++
	find := w.Lookup
	if find == nil {
		find = net.DefaultResolver.LookupHost
	}
	found, err := find(ctx, host)
	if err != nil {
		found = nil // to a script that is an answer like any other
	}
	w.known[host] = found
	return found
}

func (w *World) first4(ctx context.Context, host string) string {
	return firstIPv4(w.lookup(ctx, host))
}

func firstIPv4(all []string) string {
	for _, s := range all {
		if a, err := netip.ParseAddr(s); err == nil && a.Unmap().Is4() {
			return a.Unmap().String()
		}
	}
	return ""
}

// mine4 is what browsers say without a network, too.
func (w *World) mine4() string {
	if s := firstIPv4(w.mine()); s != "" {
		return s
	}
	return "127.0.0.1"
}

func (w *World) mine() (all []string) {
	if w.Mine != nil {
		return w.Mine()
	}
	for _, to := range []string{"192.0.2.1:9", "[2001:db8::1]:9"} { // sends nothing: these are for documentation (RFC 5737, RFC 3849)
		if c, err := net.Dial("udp", to); err == nil {
			all = append(all, c.LocalAddr().(*net.UDPAddr).IP.String())
			c.Close()
		}
	}
	return all
}

// sortAddresses puts IPv6 first, as in Microsoft's description.
func sortAddresses(list string) any {
	var all []netip.Addr
	for _, s := range strings.Split(list, ";") {
		a, err := netip.ParseAddr(strings.TrimSpace(s))
		if err != nil || len(all) > 1000 {
			return false
		}
		all = append(all, a)
	}
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if a.Is4() != b.Is4() {
			return a.BitLen() > b.BitLen()
		}
		return a.Less(b)
	})
	var texts []string
	for _, a := range all {
		texts = append(texts, a.String())
	}
	return strings.Join(texts, ";")
}

// whole reads a whole number, as those of dates are.
func whole(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil
}
