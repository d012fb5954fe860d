package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Bounds of a password. There are no rules of composition (NIST SP 800-63B
// section 5.1.1.2); the upper bound only limits the work.
const (
	MinPassword = 8    // characters
	MaxPassword = 1024 // bytes
)

// CheckPassword says in one sentence why a new password is not accepted.
func CheckPassword(password string) error {
	switch {
	case !utf8.ValidString(password):
		return errors.New("the password is not valid UTF-8")
	case utf8.RuneCountInString(password) < MinPassword:
		return fmt.Errorf("the password is too short: at least %d characters are needed", MinPassword)
	case len(password) > MaxPassword:
		return fmt.Errorf("the password is too long: at most %d bytes are allowed", MaxPassword)
	}
	return nil
}

// cost is what one computation of Argon2id takes. usualCost is the second
// recommendation of RFC 9106 section 4.
type cost struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

var usualCost = cost{memory: 64 << 10, time: 3, threads: 4}

const (
	saltSize = 16
	keySize  = 32
	// hashesAtOnce bounds the memory that a flood of sign-ins can take: 4 times
	// 64 MiB. The others wait.
	hashesAtOnce = 4
)

// hasher computes and compares password hashes, a bounded number at once. It is
// safe for concurrent use.
type hasher struct {
	cost  cost
	slots chan struct{}
}

func newHasher(c cost) *hasher { return &hasher{c, make(chan struct{}, hashesAtOnce)} }

// hash returns password as a PHC string:
//
//	$argon2id$v=19$m=65536,t=3,p=4$<salt>$<key>     base64 without padding
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	key, err := h.derive(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.cost.memory, h.cost.time, h.cost.threads, b64(salt), b64(key)), nil
}

// verify reports whether password is the one of a PHC string. With an empty
// string it takes as long and reports false, so that time does not tell which
// names exist.
func (h *hasher) verify(ctx context.Context, phc, password string) (bool, error) {
	c, salt, want := h.cost, make([]byte, saltSize), make([]byte, keySize)
	if phc != "" {
		var err error
		if c, salt, want, err = parsePHC(phc); err != nil {
			return false, err
		}
	}
	got, err := h.derive(ctx, password, salt, c)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && phc != "", nil
}

func (h *hasher) derive(ctx context.Context, password string, salt []byte, c cost) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for other sign-ins: %w", context.Cause(ctx))
	}
	return argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, keySize), nil
}

// parsePHC reads what hash wrote, within bounds that no computation of this
// program exceeds.
func parsePHC(s string) (c cost, salt, key []byte, err error) {
	f := strings.Split(s, "$")
	if len(f) != 6 || f[0] != "" || f[1] != "argon2id" || f[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errors.New("stored password is not an Argon2id hash")
	}
	if _, err = fmt.Sscanf(f[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.threads); err != nil {
		return c, nil, nil, fmt.Errorf("read parameters of a stored password: %w", err)
	}
	if c.memory > 1<<20 || c.time < 1 || c.time > 16 || c.threads < 1 {
		return c, nil, nil, errors.New("parameters of a stored password are out of range")
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(f[4])
	key, err2 := base64.RawStdEncoding.DecodeString(f[5])
	if err = errors.Join(err1, err2); err == nil && (len(salt) < 8 || len(key) != keySize) {
		err = errors.New("stored password has a wrong length")
	}
	return c, salt, key, err
}
