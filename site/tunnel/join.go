package tunnel

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"jump/transport/wire"
)

// joinKey authenticates the join counters that a site hands out (design
// section 4), so that an agent can show only one that it, or a copy of it, was
// given. It is derived from the site's identity and thus survives restarts.
type joinKey []byte

func newJoinKey(identity ed25519.PrivateKey) joinKey {
	key, err := hkdf.Key(sha256.New, identity.Seed(), nil, "jump join counter 1", sha256.Size)
	if err != nil {
		panic(err) // only for a length that SHA-256 cannot expand to
	}
	return key
}

// issue returns the counter of a connection for the agent to keep.
func (k joinKey) issue(id wire.ID, counter uint64) *wire.Join {
	return &wire.Join{Counter: counter, MAC: k.mac(id, counter)}
}

// check returns the counter that an agent shows, 0 if it shows none or one that
// this site did not make for it.
func (k joinKey) check(id wire.ID, j *wire.Join) uint64 {
	if j == nil || !hmac.Equal(j.MAC, k.mac(id, j.Counter)) {
		return 0
	}
	return j.Counter
}

// permit returns what lets that copy of a client become one of its own.
func (k joinKey) permit(id wire.ID, copy uint64) *wire.Permit {
	m := hmac.New(sha256.New, k)
	m.Write([]byte("jump permit 1"))
	m.Write(binary.BigEndian.AppendUint64(id[:], copy))
	return &wire.Permit{Number: copy, MAC: m.Sum(nil)}
}

// mac is HMAC-SHA256 over
//
//	agent id (32) | u64 counter
func (k joinKey) mac(id wire.ID, counter uint64) []byte {
	m := hmac.New(sha256.New, k)
	m.Write(binary.BigEndian.AppendUint64(id[:], counter))
	return m.Sum(nil)
}
