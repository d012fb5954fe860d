package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// TokenPrefix begins every bearer token, so that one that leaked can be found
// by the programs that look for such things.
const TokenPrefix = "jump_"

// secretSize is the number of random bytes in a cookie or token. They are
// stored as a plain SHA-256: nobody guesses 256 bits.
const secretSize = 32

var secretEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// newSecret returns 52 lower-case characters that nobody can guess.
func newSecret() string {
	b := make([]byte, secretSize)
	rand.Read(b)
	return strings.ToLower(secretEncoding.EncodeToString(b))
}

// fingerprint is what is stored in place of a secret.
func fingerprint(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

// plausible keeps what cannot be a secret away from the database.
func plausible(secret string) bool {
	return len(secret) <= len(TokenPrefix)+secretEncoding.EncodedLen(secretSize)
}

// NewID returns a name that nobody can guess, of 52 lower-case characters.
func NewID() string { return newSecret() }
