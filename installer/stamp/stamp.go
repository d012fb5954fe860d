// Package stamp is KEY_INFO, the deployment key: everything that makes a
// generic client program the client of one site, in one short text; and how an
// installer file carries it (Label, Write, OfExecutable).
//
// It is not the site's record of a deployment key: how long a key is valid, how
// often it may be used and what it allows is kept in site/deploy. It asks
// nobody: a text that parses is well formed, not necessarily still good.
//
// # Format
//
// The bytes below as base32 (RFC 4648, lower case, no padding), so that they
// survive file names, shells and MSI properties: 8 characters for 5 bytes, 132
// for a host name of 19.
//
//	+---------+--------+-------------+-----------+----------+------+----------+
//	| version | key id | secret      | site      | port     | host | checksum |
//	| 1 byte  | 8      | 16          | 32        | 2, big e.| 1-253| 4        |
//	+---------+--------+-------------+-----------+----------+------+----------+
//
// The checksum is the beginning of the SHA-256 of all before it, in every
// version. It tells a garbled text from one that the site refuses.
package stamp

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
)

// Version is the newest version of the format. Its history, one line a version:
//
//	1  2026-11  the first
const Version = 1

// signerInfo separates the deployment key from whatever else the secret may
// once seed (RFC 5869 section 3.2).
const signerInfo = "jump deployment key 1"

// Key is a deployment key (docs/PROTOCOL.md section 2). It holds a secret: fmt and slog
// print it without, and only String tells all.
type Key struct {
	ID     [8]byte  // names the key to the site
	Secret [16]byte // random; never crosses the wire
	Site   [32]byte // SHA-256 of the site's Ed25519 public key: the pin
	Host   string   // a DNS name or an IP address, lower case, without brackets
	Port   uint16   // UDP and TCP, never 0
}

// New makes a key with a random id and secret for the site with that identity
// and address. Letters of a host name become lower case.
func New(site [32]byte, host string, port uint16) (Key, error) {
	k := Key{Site: site, Host: strings.ToLower(host), Port: port}
	if err := checkAddress(k.Host, k.Port); err != nil {
		return Key{}, fmt.Errorf("make a deployment key: %w", err)
	}
	rand.Read(k.ID[:])
	rand.Read(k.Secret[:])
	return k, nil
}

// Signer returns the Ed25519 key that enrolments are signed with. Its seed is
// HKDF-SHA256 (RFC 5869) of Secret; a site keeps only its public half.
func (k Key) Signer() ed25519.PrivateKey {
	seed, err := hkdf.Key(sha256.New, k.Secret[:], nil, signerInfo, ed25519.SeedSize)
	if err != nil {
		panic("stamp: " + err.Error()) // only for a length that SHA-256 cannot expand to
	}
	return ed25519.NewKeyFromSeed(seed)
}

// Address returns host and port as net.Dial takes them.
func (k Key) Address() string {
	return net.JoinHostPort(k.Host, strconv.Itoa(int(k.Port)))
}

// Format prints which key this is, without its secret, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "deployment key %x for %s", k.ID, k.Address())
}

// LogValue is what slog prints: the key without its secret.
func (k Key) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", fmt.Sprintf("%x", k.ID)), slog.String("site", k.Address()))
}
