package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// User is an account. What its role and permissions mean is decided in package
// jump/site/auth.
type User struct {
	Name        string // lower case
	Role        string
	Permissions string // names separated by commas
	Password    string // a PHC string
	CreatedAt   time.Time
}

const userColumns = "u.name, u.role, u.permissions, u.password, u.created_at"

func scanUser(row scanner) (User, error) {
	var u User
	var created int64
	err := row.Scan(&u.Name, &u.Role, &u.Permissions, &u.Password, &created)
	u.CreatedAt = fromMillis(created)
	return u, err
}

// AddUser makes an account and its personal group. ErrExists if the name is
// taken.
func (s *Store) AddUser(ctx context.Context, u User) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `INSERT INTO users (name, role, permissions, password, created_at)
			VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			u.Name, u.Role, u.Permissions, u.Password, toMillis(u.CreatedAt))
		if err != nil {
			return fmt.Errorf("add user: %w", err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fmt.Errorf("user %q: %w", u.Name, ErrExists))
		}
		own := Group{Code: PersonalGroup(u.Name), Name: u.Name, Kind: GroupPersonal, Owner: u.Name}
		if _, err = createGroup(ctx, tx, own, u.CreatedAt); errors.Is(err, ErrExists) {
			return nil // left by an earlier account of that name, with its clients
		}
		return err
	})
}

// User returns an account, or ErrNotFound.
func (s *Store) User(ctx context.Context, name string) (User, error) {
	u, err := scanUser(s.reader.QueryRowContext(ctx, "SELECT "+userColumns+" FROM users u WHERE u.name = $1", name))
	if err != nil {
		return User{}, fmt.Errorf("user %q: %w", name, missing(err))
	}
	return u, nil
}

// Users returns all accounts by name.
func (s *Store) Users(ctx context.Context) ([]User, error) {
	users, err := collect(ctx, s.reader, scanUser, "SELECT "+userColumns+" FROM users u ORDER BY u.name")
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	return users, nil
}

// SetPassword stores another hash and ends the account's web sessions.
// ErrNotFound if there is no such account.
func (s *Store) SetPassword(ctx context.Context, name, phc string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := one(ctx, tx, "UPDATE users SET password = $1 WHERE name = $2", phc, name); err != nil {
			return fmt.Errorf("user %q: %w", name, err)
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM web_sessions WHERE user_name = $1", name)
		return err
	})
}

// RemoveUser takes an account away, with its web sessions and tokens. Its
// personal group stays as long as there are clients in it. ErrNotFound if there
// is no such account.
func (s *Store) RemoveUser(ctx context.Context, name string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := one(ctx, tx, "DELETE FROM users WHERE name = $1", name); err != nil {
			return fmt.Errorf("user %q: %w", name, err)
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM groups WHERE code = $1
			AND NOT EXISTS (SELECT 1 FROM clients WHERE group_code = $1)
			AND NOT EXISTS (SELECT 1 FROM deployment_keys WHERE group_code = $1)`, PersonalGroup(name))
		return err
	})
}
