package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// Setting reads what administrators have set under a name into value, and
// leaves value as it is if nothing was set. Fields that are not set keep what
// they have, so value may come with the usual values.
func (s *Store) Setting(ctx context.Context, name string, value any) error {
	return readSetting(ctx, s.reader, name, value)
}

func readSetting(ctx context.Context, q queryer, name string, value any) error {
	var text string
	err := q.QueryRowContext(ctx, "SELECT value FROM settings WHERE name = $1", name).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), value)
	}
	if err != nil {
		return fmt.Errorf("read the setting %s: %w", name, err)
	}
	return nil
}

// SetSetting keeps a value, as JSON, in the place of the one before.
func (s *Store) SetSetting(ctx context.Context, name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode the setting %s: %w", name, err)
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO settings (name, value, changed_at) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at`,
			name, string(text), toMillis(s.now()))
		return during("keep the setting "+name, err)
	})
}
