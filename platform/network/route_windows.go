package network

import (
	"context"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/windows"
)

// router returns the interface and the gateway of the up interface with the
// least metric that has a gateway.
func router() string {
	adapters, err := adapters()
	if err != nil {
		return ""
	}
	best, least := "", ^uint32(0)
	for a := adapters; a != nil; a = a.Next {
		if a.OperStatus != windows.IfOperStatusUp || a.FirstGatewayAddress == nil {
			continue
		}
		if metric := min(a.Ipv4Metric, a.Ipv6Metric); metric < least {
			gateway := a.FirstGatewayAddress.Address.IP().String()
			best, least = windows.BytePtrToString(a.AdapterName)+" "+gateway+" "+windows.UTF16PtrToString(a.DnsSuffix), metric
		}
	}
	return best
}

// adapters returns the head of the list of interfaces.
func adapters() (*windows.IpAdapterAddresses, error) {
	const flags = windows.GAA_FLAG_SKIP_ANYCAST | windows.GAA_FLAG_SKIP_MULTICAST | windows.GAA_FLAG_SKIP_DNS_SERVER | windows.GAA_FLAG_INCLUDE_GATEWAYS
	size := uint32(16 << 10)
	for {
		b := make([]uint64, (size+7)/8) // aligned as the structure needs it
		first := (*windows.IpAdapterAddresses)(unsafe.Pointer(&b[0]))
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, flags, 0, first, &size)
		if err != windows.ERROR_BUFFER_OVERFLOW || size > 1<<20 {
			return first, err
		}
	}
}

// What calls whom at a change. Callbacks into Go are never freed, so there is one
// for all that listen.
var (
	lastListener atomic.Uint64
	listeners    sync.Map // uint64 → func()
	callback     = sync.OnceValue(func() uintptr {
		return windows.NewCallback(func(_, _, _ uintptr) uintptr {
			listeners.Range(func(_, changed any) bool {
				changed.(func())()
				return true
			})
			return 0
		})
	})
)

// listen tells of every change of addresses and routes.
func listen(ctx context.Context, changed func()) error {
	var addresses, routes windows.Handle
	call := callback()
	if err := windows.NotifyUnicastIpAddressChange(windows.AF_UNSPEC, call, nil, false, &addresses); err != nil {
		return err
	}
	if err := windows.NotifyRouteChange2(windows.AF_UNSPEC, call, nil, false, &routes); err != nil {
		windows.CancelMibChangeNotify2(addresses)
		return err
	}
	id := lastListener.Add(1)
	listeners.Store(id, changed)
	context.AfterFunc(ctx, func() {
		listeners.Delete(id)
		windows.CancelMibChangeNotify2(addresses)
		windows.CancelMibChangeNotify2(routes)
	})
	return nil
}
