package store

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Key is a deployment key as the site keeps it: without its secret.
type Key struct {
	UID       string  // names it towards people: bomgar-scc-<uid>
	ID        [8]byte // names it on the wire
	PublicKey ed25519.PublicKey
	Platform  string
	Mode      string // service, user, or empty: as the rights of who installs allow
	Name      string // of the client; empty: its hostname
	Group     string // code
	Tag       string
	Comments  string
	Overrides []string // what may be set at install time instead: name, group, tag, comments
	MaxUses   int      // 0: no limit
	Uses      int
	Passive   bool   // clients that come with it begin as passive ones (requirement G1)
	CreatedBy string // the name of a user who may be gone since
	CreatedAt time.Time
	ExpiresAt time.Time
	RevokedAt time.Time // zero: it is not revoked
}

const selectKey = `SELECT uid, key_id, public_key, platform, mode, name, group_code, tag, comments, overrides, max_uses, uses, passive,
	created_by, created_at, expires_at, revoked_at FROM deployment_keys `

// CreateKey adds a deployment key.
func (s *Store) CreateKey(ctx context.Context, k Key) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO deployment_keys (uid, key_id, public_key, platform, mode, name, group_code,
			tag, comments, overrides, max_uses, passive, created_by, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			k.UID, hex.EncodeToString(k.ID[:]), base64.StdEncoding.EncodeToString(k.PublicKey), k.Platform, k.Mode, k.Name, k.Group,
			k.Tag, k.Comments, strings.Join(k.Overrides, ","), k.MaxUses, truth(k.Passive), k.CreatedBy, toMillis(k.CreatedAt), toMillis(k.ExpiresAt))
		return err
	})
	if err != nil {
		return fmt.Errorf("create deployment key: %w", err)
	}
	return nil
}

// KeyByID returns the key that an enrolment names.
func (s *Store) KeyByID(ctx context.Context, id [8]byte) (Key, error) {
	k, err := scanKey(s.reader.QueryRowContext(ctx, selectKey+"WHERE key_id = $1", hex.EncodeToString(id[:])))
	if err != nil {
		return Key{}, fmt.Errorf("deployment key %x: %w", id, missing(err))
	}
	return k, nil
}

// KeyByUID returns the key of that name, or ErrNotFound.
func (s *Store) KeyByUID(ctx context.Context, uid string) (Key, error) {
	k, err := scanKey(s.reader.QueryRowContext(ctx, selectKey+"WHERE uid = $1", uid))
	if err != nil {
		return Key{}, fmt.Errorf("deployment key %q: %w", uid, missing(err))
	}
	return k, nil
}

// Keys returns all deployment keys, the newest first.
func (s *Store) Keys(ctx context.Context) ([]Key, error) {
	keys, err := collect(ctx, s.reader, scanKey, selectKey+"ORDER BY created_at DESC, uid")
	if err != nil {
		return nil, fmt.Errorf("list deployment keys: %w", err)
	}
	return keys, nil
}

// KeyTerms say how long and how often a key may be used; nil leaves it as it is.
type KeyTerms struct {
	ExpiresAt *time.Time
	MaxUses   *int // 0: no limit
}

// ExtendKey changes the terms of a key, also of one that has expired or is used
// up. ErrKeyRevoked if it was withdrawn, which is for good; ErrKeyUsedUp if it
// was used more often already than it may be from now on.
func (s *Store) ExtendKey(ctx context.Context, uid string, terms KeyTerms) (Key, error) {
	var k Key
	err := s.write(ctx, func(tx *sql.Tx) error {
		var err error
		if k, err = scanKey(tx.QueryRowContext(ctx, selectKey+"WHERE uid = $1", uid)); err != nil {
			return missing(err)
		}
		set(&k.ExpiresAt, terms.ExpiresAt)
		set(&k.MaxUses, terms.MaxUses)
		switch {
		case !k.RevokedAt.IsZero():
			return ErrKeyRevoked
		case k.MaxUses > 0 && k.Uses > k.MaxUses:
			return ErrKeyUsedUp
		}
		return one(ctx, tx, "UPDATE deployment_keys SET expires_at = $1, max_uses = $2 WHERE uid = $3",
			toMillis(k.ExpiresAt), k.MaxUses, uid)
	})
	if err != nil {
		return Key{}, fmt.Errorf("extend deployment key %q: %w", uid, err)
	}
	return k, nil
}

// RevokeKey withdraws a key from now on. Clients that came with it stay.
// Revoking twice keeps the first time.
func (s *Store) RevokeKey(ctx context.Context, uid string) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		return one(ctx, tx, `UPDATE deployment_keys
			SET revoked_at = CASE WHEN revoked_at = 0 THEN $1 ELSE revoked_at END WHERE uid = $2`, toMillis(s.now()), uid)
	})
	if err != nil {
		return fmt.Errorf("revoke deployment key %q: %w", uid, err)
	}
	return nil
}

func scanKey(row scanner) (Key, error) {
	var k Key
	var id, public, overrides string
	var created, expires, revoked int64
	if err := row.Scan(&k.UID, &id, &public, &k.Platform, &k.Mode, &k.Name, &k.Group, &k.Tag, &k.Comments, &overrides,
		&k.MaxUses, &k.Uses, &k.Passive, &k.CreatedBy, &created, &expires, &revoked); err != nil {
		return k, err
	}
	bytes, err := hex.DecodeString(id)
	if err != nil || copy(k.ID[:], bytes) != len(k.ID) {
		return k, fmt.Errorf("key id %q is not 16 hexadecimal digits", id)
	}
	if overrides != "" {
		k.Overrides = strings.Split(overrides, ",")
	}
	k.CreatedAt, k.ExpiresAt, k.RevokedAt = fromMillis(created), fromMillis(expires), fromMillis(revoked)
	k.PublicKey, err = base64.StdEncoding.DecodeString(public)
	return k, err
}

// useKey counts one use of a key that is valid now, or says why it is not.
func useKey(ctx context.Context, tx *sql.Tx, uid string, now time.Time) error {
	k, err := scanKey(tx.QueryRowContext(ctx, selectKey+"WHERE uid = $1", uid))
	if err != nil {
		return fmt.Errorf("deployment key %q: %w", uid, missing(err))
	}
	if err := k.Usable(now); err != nil {
		return err
	}
	return one(ctx, tx, "UPDATE deployment_keys SET uses = uses + 1 WHERE uid = $1", uid)
}

// Usable returns nil if the key may be used now, or one of ErrKeyRevoked,
// ErrKeyExpired and ErrKeyUsedUp.
func (k Key) Usable(now time.Time) error {
	switch {
	case !k.RevokedAt.IsZero():
		return ErrKeyRevoked
	case !now.Before(k.ExpiresAt):
		return ErrKeyExpired
	case k.MaxUses > 0 && k.Uses >= k.MaxUses:
		return ErrKeyUsedUp
	}
	return nil
}
