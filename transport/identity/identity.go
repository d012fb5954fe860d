// Package identity is who an agent or a site is: an Ed25519 key in a file, the
// certificate that TLS wants around it, and what is looked at in the peer's.
//
// It is not a public key infrastructure: no authority, no dates, no names, no
// revocation. A certificate is an envelope for a key, and the key is pinned by
// its hash (docs/PROTOCOL.md section 1). Whether a key may do anything is decided by the
// site, not here.
package identity

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"

	"jump/internal/atomicfile"
)

// pemType is that of PKCS #8 (RFC 7468 section 10).
const pemType = "PRIVATE KEY"

// maxFile bounds what is read of a key file, in bytes.
const maxFile = 4096

// File returns the key in the file at path. If there is no such file it makes a
// key and writes it there with mode 0600. A file that is damaged is an error
// and never replaced: a new key would be a new identity.
func File(path string) (ed25519.PrivateKey, error) { return FileOn(atomicfile.System{}, path) }

// FileOn is File on another disk.
func FileOn(d atomicfile.Disk, path string) (ed25519.PrivateKey, error) {
	key, err := ExistingOn(d, path)
	if errors.Is(err, fs.ErrNotExist) {
		return create(d, path)
	}
	return key, err
}

// Existing is File for who must not make a key: where there is none, the error
// wraps fs.ErrNotExist.
func Existing(path string) (ed25519.PrivateKey, error) { return ExistingOn(atomicfile.System{}, path) }

// ExistingOn is Existing on another disk.
func ExistingOn(d atomicfile.Disk, path string) (ed25519.PrivateKey, error) {
	b, err := d.Read(path, maxFile)
	if err != nil {
		return nil, fmt.Errorf("read identity key: %w", err)
	}
	key, err := decode(b)
	if err != nil {
		return nil, fmt.Errorf("read identity key %s: %w", path, err)
	}
	return key, nil
}

func create(d atomicfile.Disk, path string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make identity key: %w", err)
	}
	return key, ReplaceOn(d, path, key)
}

// Replace writes a key to the file at path, in the place of one that may be
// there.
func Replace(path string, key ed25519.PrivateKey) error {
	return ReplaceOn(atomicfile.System{}, path, key)
}

// ReplaceOn is Replace on another disk.
func ReplaceOn(d atomicfile.Disk, path string, key ed25519.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("make identity key: %w", err)
	}
	b := pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der})
	if err := atomicfile.WriteOn(d, path, b, 0o600); err != nil {
		return fmt.Errorf("keep identity key: %w", err)
	}
	return nil
}

func decode(b []byte) (ed25519.PrivateKey, error) {
	block, rest := pem.Decode(b)
	if block == nil || block.Type != pemType || len(rest) > 0 {
		return nil, errors.New("it is not one PEM block of a private key")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	ed, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("it is a %T, not an Ed25519 key", key)
	}
	return ed, nil
}
