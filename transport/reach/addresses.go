package reach

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"jump/transport"
)

// Bounds of a race between the addresses of one name.
const (
	maxAddresses = 4
	// Stagger is how much later the next address is tried (RFC 8305 section 5).
	Stagger = 250 * time.Millisecond
)

// Resolve looks a name up.
type Resolve func(ctx context.Context, host string) ([]netip.Addr, error)

// System asks the resolver of the system.
func System(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// Addresses returns at most four addresses of a host, at least one, in the
// order in which to try them: families alternate. An IP address is returned as
// it is. A nil resolve means System.
func Addresses(ctx context.Context, host string, resolve Resolve) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}, nil
	}
	if resolve == nil {
		resolve = System
	}
	found, err := resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errors.New("the name has no address")
	}
	found = alternate(found)
	return found[:min(len(found), maxAddresses)], nil
}

// alternate lets the families take turns, beginning with the first address's.
func alternate(all []netip.Addr) []netip.Addr {
	var same, other []netip.Addr
	for _, a := range all {
		a = a.Unmap()
		if a.Is4() == all[0].Unmap().Is4() {
			same = append(same, a)
		} else {
			other = append(other, a)
		}
	}
	out := make([]netip.Addr, 0, len(all))
	for len(same) > 0 || len(other) > 0 {
		if len(same) > 0 {
			out, same = append(out, same[0]), same[1:]
		}
		if len(other) > 0 {
			out, other = append(out, other[0]), other[1:]
		}
	}
	return out
}

// FirstOf dials the addresses of a host and returns the first tunnel.
func FirstOf(ctx context.Context, host string, resolve Resolve, dial func(context.Context, netip.Addr) (transport.Tunnel, error)) (transport.Tunnel, error) {
	addresses, err := Addresses(ctx, host, resolve)
	if err != nil {
		return nil, err
	}
	tries := make([]Try, len(addresses))
	for i, a := range addresses {
		tries[i] = Try{Stagger, func(ctx context.Context) (transport.Tunnel, error) { return dial(ctx, a) }}
	}
	t, _, err := First(ctx, tries)
	return t, err
}
