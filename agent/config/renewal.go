package config

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"

	"jump/transport/identity"
	"jump/transport/wire"
)

// renewal is how the copy of a client becomes one of its own: its new key, and
// what the site takes in place of a deployment key. Once the file is written
// the old key is not used any more, whatever happens then.
type renewal struct {
	Key     []byte       `json:"key"` // seed of the Ed25519 key
	Renewal wire.Renewal `json:"renewal"`
}

// Renew makes a new key for an agent that its site takes for the copy of
// another, and forgets what only the other has a right to. FinishRenewal must
// follow, now or at the next start.
func (d Dir) Renew(old ed25519.PrivateKey, permit wire.Permit) error {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return fmt.Errorf("make a new key: %w", err)
	}
	was := wire.IDOf(old.Public().(ed25519.PublicKey))
	text := wire.RenewalText(was, wire.IDOf(public), permit)
	return d.save(d.renewalFile(), renewal{Key: private.Seed(),
		Renewal: wire.Renewal{Old: was[:], Permit: permit, Signature: ed25519.Sign(old, text)}})
}

// FinishRenewal puts the new key in the place of the old one, if there is one,
// and returns what the agent shows until it is enrolled; nil if nothing was
// renewed. It can be done any number of times.
func (d Dir) FinishRenewal() (*wire.Renewal, error) {
	var r renewal
	err := d.load(d.renewalFile(), &r)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && len(r.Key) != ed25519.SeedSize {
		err = fmt.Errorf("renewal: a key of %d bytes", len(r.Key))
	}
	if err != nil {
		return nil, err
	}
	key := ed25519.NewKeyFromSeed(r.Key)
	if now, err := d.ExistingIdentity(); err == nil && now.Equal(key) {
		return &r.Renewal, nil
	}
	// What the old key has learned must be gone before the new one is there:
	// it says that this agent is enrolled.
	if err := d.remove("begin as a client of its own", "learned.json", "status.json", "offline.json"); err != nil {
		return nil, err
	}
	return &r.Renewal, identity.ReplaceOn(d.disk, d.file("state", "identity.key"), key)
}

// ForgetRenewal is for an agent that is enrolled under its new key.
func (d Dir) ForgetRenewal() error { return d.remove("forget the old key", "renewal.json") }

func (d Dir) renewalFile() string { return d.file("state", "renewal.json") }
