package wire

import (
	"crypto/ed25519"
	"errors"
	"fmt"
)

// Kept confirms the join state of the last Welcome: it is on the agent's disk,
// and survives a power cut. An agent that cannot store it does not say so, and
// goes on showing the one before.
type Kept struct {
	Counter uint64 `cbor:"1,keyasint"`
}

// Permit lets one copy of an agent become a client of its own, once
// (docs/PROTOCOL.md section 1). MAC is the site's own, opaque to the agent.
type Permit struct {
	Number uint64 `cbor:"1,keyasint"`
	MAC    []byte `cbor:"2,keyasint"` // at most 64 bytes
}

// validate checks the bounds; none is none too many.
func (p *Permit) validate() error {
	if p != nil && len(p.MAC) > maxMAC {
		return errors.New("permit too long")
	}
	return nil
}

// Renewal proves that the agent which shows it was the copy to which a permit
// was given. Signature is by the key that both had, over [RenewalText]: it
// names the new key, which the tunnel proves, so it is worth nothing to others.
type Renewal struct {
	Old       []byte `cbor:"1,keyasint"` // the id until now, 32 bytes
	Permit    Permit `cbor:"2,keyasint"`
	Signature []byte `cbor:"3,keyasint"` // Ed25519, 64 bytes
}

// Validate checks the bounds.
func (r *Renewal) Validate() error {
	if len(r.Old) != len(ID{}) || len(r.Signature) != ed25519.SignatureSize {
		return fmt.Errorf("renewal: an id of %d bytes, a signature of %d", len(r.Old), len(r.Signature))
	}
	return r.Permit.validate()
}

// RenewalText returns what a renewal signs:
//
//	"jump renewal 1" 0x00 | old id (32) | new id (32) | MAC of the permit
func RenewalText(old, fresh ID, p Permit) []byte {
	b := append([]byte("jump renewal 1\x00"), old[:]...)
	b = append(b, fresh[:]...)
	return append(b, p.MAC...)
}
