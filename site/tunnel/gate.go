package tunnel

import (
	"net"
	"net/netip"
	"sync"
)

// gate bounds how many tunnels may be without a Welcome at a time: in all, and
// from one address, so that one peer cannot keep the others out.
type gate struct {
	total, each int

	mu     sync.Mutex
	count  int
	inside map[string]int // by address, without zeros
}

// enter reports whether one more may come in from there; then leave must follow.
func (g *gate) enter(from string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.count >= g.total || g.inside[from] >= g.each {
		return false
	}
	g.count++
	g.inside[from]++
	return true
}

func (g *gate) leave(from string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count--
	if g.inside[from]--; g.inside[from] == 0 {
		delete(g.inside, from)
	}
}

// address returns the IP address of a peer, "" if it has none.
func address(a net.Addr) string {
	if a == nil {
		return ""
	}
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return ""
	}
	return ap.Addr().Unmap().WithZone("").String()
}

// network returns what of an address counts as one neighbour: all of an IPv4
// address, the first 64 bits of an IPv6 address, which one customer has whole.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Is4() {
		return address
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}
