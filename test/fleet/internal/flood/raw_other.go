//go:build !linux

package flood

import (
	"errors"
	"net/netip"
)

type raw struct{}

func openRaw(netip.Addr) (*raw, error) { return nil, errors.ErrUnsupported }
func (*raw) send([]byte) error         { return errors.ErrUnsupported }
func (*raw) close()                    {}
