package wire

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
)

// ID names an agent, or a site: the SHA-256 of its Ed25519 public key. So a
// name cannot be taken without the key, and no authority hands names out.
type ID [sha256.Size]byte

var idEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// IDOf returns the name of a public key.
func IDOf(key ed25519.PublicKey) ID { return sha256.Sum256(key) }

// String returns the 52 lower-case base32 characters (RFC 4648) of the id.
func (id ID) String() string { return strings.ToLower(idEncoding.EncodeToString(id[:])) }

// IsZero reports whether no id was set.
func (id ID) IsZero() bool { return id == ID{} }

// ParseID reads what String wrote. It accepts lower-case letters only.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != idEncoding.EncodedLen(len(id)) || strings.ToLower(s) != s {
		return id, fmt.Errorf("%q is not an id of 52 lower-case base32 characters", clip(s, 64))
	}
	b, err := idEncoding.DecodeString(strings.ToUpper(s))
	if err != nil {
		return id, fmt.Errorf("%q is not an id: %w", s, err)
	}
	copy(id[:], b)
	if id.String() != s {
		return ID{}, fmt.Errorf("%q is not the canonical form of an id", s)
	}
	return id, nil
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n]
}
