package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// WebSession is a browser that has signed in. Of its secret only the hash is
// kept.
type WebSession struct {
	Hash      []byte // SHA-256
	User      string
	Password  string // the PHC string that was checked; only to add one
	CreatedAt time.Time
	UsedAt    time.Time
	ExpiresAt time.Time
}

// AddWebSession keeps a new one. ErrNotFound if its user is gone, or has another
// password by now: to check one takes long enough to be overtaken.
func (s *Store) AddWebSession(ctx context.Context, w WebSession) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		err := one(ctx, tx, `INSERT INTO web_sessions (hash, user_name, created_at, used_at, expires_at)
			SELECT $1, name, $3, $4, $5 FROM users WHERE name = $2 AND password = $6`,
			hex.EncodeToString(w.Hash), w.User, toMillis(w.CreatedAt), toMillis(w.UsedAt), toMillis(w.ExpiresAt), w.Password)
		return during("add web session", err)
	})
}

// WebSession returns the web session with that hash and its account, or
// ErrNotFound. Whether it is still valid is for the caller to see.
func (s *Store) WebSession(ctx context.Context, hash []byte) (WebSession, User, error) {
	w := WebSession{Hash: hash}
	var created, used, expires int64
	u, err := scanUser(with(s.reader.QueryRowContext(ctx, `SELECT w.created_at, w.used_at, w.expires_at, `+userColumns+`
		FROM web_sessions w JOIN users u ON u.name = w.user_name WHERE w.hash = $1`, hex.EncodeToString(hash)),
		&created, &used, &expires))
	w.User, w.CreatedAt, w.UsedAt, w.ExpiresAt = u.Name, fromMillis(created), fromMillis(used), fromMillis(expires)
	return w, u, during("read web session", missing(err))
}

// TouchWebSession notes that it was used.
func (s *Store) TouchWebSession(ctx context.Context, hash []byte, at time.Time) error {
	_, err := s.writer.ExecContext(ctx, "UPDATE web_sessions SET used_at = $1 WHERE hash = $2", toMillis(at), hex.EncodeToString(hash))
	return during("touch web session", err)
}

// EndWebSession forgets one. It is no error if there is none.
func (s *Store) EndWebSession(ctx context.Context, hash []byte) error {
	_, err := s.writer.ExecContext(ctx, "DELETE FROM web_sessions WHERE hash = $1", hex.EncodeToString(hash))
	return during("end web session", err)
}

// DropWebSessions forgets those that expired before now or were last used
// before idle.
func (s *Store) DropWebSessions(ctx context.Context, now, idle time.Time) error {
	_, err := s.writer.ExecContext(ctx, "DELETE FROM web_sessions WHERE expires_at < $1 OR used_at < $2", toMillis(now), toMillis(idle))
	return during("drop web sessions", err)
}

// Token is a bearer token. Of its secret only the hash is kept.
type Token struct {
	ID        string
	Hash      []byte // SHA-256
	User      string
	Label     string
	CreatedAt time.Time
	UsedAt    time.Time // zero: never
}

// AddToken keeps a new one. ErrNotFound if there is no such user.
func (s *Store) AddToken(ctx context.Context, t Token) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		err := one(ctx, tx, `INSERT INTO tokens (id, hash, user_name, label, created_at)
			SELECT $1, $2, name, $4, $5 FROM users WHERE name = $3`,
			t.ID, hex.EncodeToString(t.Hash), t.User, t.Label, toMillis(t.CreatedAt))
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("user %q: %w", t.User, err)
		}
		return during("add token", err)
	})
}

// TokenByHash returns a token and its account, or ErrNotFound.
func (s *Store) TokenByHash(ctx context.Context, hash []byte) (Token, User, error) {
	t := Token{Hash: hash}
	var created, used int64
	u, err := scanUser(with(s.reader.QueryRowContext(ctx, `SELECT t.id, t.label, t.created_at, t.used_at, `+userColumns+`
		FROM tokens t JOIN users u ON u.name = t.user_name WHERE t.hash = $1`, hex.EncodeToString(hash)),
		&t.ID, &t.Label, &created, &used))
	t.User, t.CreatedAt, t.UsedAt = u.Name, fromMillis(created), fromMillis(used)
	return t, u, during("read token", missing(err))
}

// Tokens returns all tokens without their hashes, by account and age.
func (s *Store) Tokens(ctx context.Context) ([]Token, error) {
	tokens, err := collect(ctx, s.reader, func(row scanner) (t Token, err error) {
		var created, used int64
		err = row.Scan(&t.ID, &t.User, &t.Label, &created, &used)
		t.CreatedAt, t.UsedAt = fromMillis(created), fromMillis(used)
		return t, err
	}, "SELECT id, user_name, label, created_at, used_at FROM tokens ORDER BY user_name, created_at, id")
	return tokens, during("list tokens", err)
}

// TouchToken notes that a token was used.
func (s *Store) TouchToken(ctx context.Context, id string, at time.Time) error {
	_, err := s.writer.ExecContext(ctx, "UPDATE tokens SET used_at = $1 WHERE id = $2", toMillis(at), id)
	return during("touch token", err)
}

// RemoveToken revokes a token at once, or returns ErrNotFound.
func (s *Store) RemoveToken(ctx context.Context, id string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := one(ctx, tx, "DELETE FROM tokens WHERE id = $1", id); err != nil {
			return fmt.Errorf("token %q: %w", id, err)
		}
		return nil
	})
}

// during says what was attempted when err happened.
func during(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// with is a row whose first columns go to dest and the others to whoever scans
// it.
func with(row scanner, dest ...any) scanner { return joined{row, dest} }

type joined struct {
	row   scanner
	first []any
}

func (j joined) Scan(dest ...any) error { return j.row.Scan(append(j.first, dest...)...) }
