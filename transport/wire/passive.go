package wire

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// CallALPN is the application protocol of a tunnel that the site dials
// (RFC 7301). It is not ALPN, so that a handshake says which of the two keys
// the side that listens has to prove: no connection to a site can be passed off
// as one to an agent, nor the other way round (docs/PROTOCOL.md section 3).
const CallALPN = "jump-call/1"

// MaxAddresses bounds those of a Reach.
const MaxAddresses = 16

// Reach says how the site can call an agent (requirement G1). An agent that
// does not know passive mode says nothing of the kind.
type Reach struct {
	Allowed   bool     `cbor:"1,keyasint"`           // the owner of the computer lets it listen
	Port      uint16   `cbor:"2,keyasint,omitempty"` // UDP, on which it listens now; 0: it does not
	Addresses []string `cbor:"3,keyasint,omitempty"` // IP addresses of its computer, without zones
}

// Validate checks the bounds, and that what is said to be an address is one.
func (r *Reach) Validate() error {
	if r == nil {
		return nil
	}
	if len(r.Addresses) > MaxAddresses {
		return fmt.Errorf("%d addresses, at most %d are allowed", len(r.Addresses), MaxAddresses)
	}
	for _, text := range r.Addresses {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return errors.New("reach: what is no IP address")
		}
	}
	return nil
}

// CheckInEvery bounds, and the interval if none is set.
const (
	DefaultCheckIn = 15 * time.Minute
	MinCheckIn     = 10 * time.Second
	MaxCheckIn     = 24 * time.Hour
)

// CheckIn returns CheckInEvery as a duration between MinCheckIn and MaxCheckIn.
func (s Settings) CheckIn() time.Duration {
	if s.CheckInEvery == 0 {
		return DefaultCheckIn
	}
	return min(max(time.Duration(s.CheckInEvery)*time.Second, MinCheckIn), MaxCheckIn)
}
