package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jump/transport/wire"
)

// Retention is what the site remembers to know how long clients have been away
// (requirement E11). What it means is decided in package site/retention.
type Retention struct {
	Looked   Look   `json:"looked"`   // the last look at the site's clocks
	Absences []Span `json:"absences"` // when the site was not there, or its clock not to be trusted
	// CountedFrom is when an administrator let all counts begin anew.
	CountedFrom time.Time `json:"counted_from"`
	// Approved is until when clients must have been due to be removed without a
	// further question; zero: none are.
	Approved time.Time `json:"approved"`
	SweptAt  time.Time `json:"swept_at"` // when clients were last removed, or might have been
}

// Look is one look at the site's clocks.
type Look struct {
	At   time.Time     `json:"at"`    // by the wall clock; zero: never
	Boot string        `json:"boot"`  // names the start of the computer; empty: unknown
	Up   time.Duration `json:"up_ns"` // since that start
}

// Span is a time that did not count.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Retention returns what is remembered.
func (s *Store) Retention(ctx context.Context) (Retention, error) {
	return readRetention(ctx, s.reader)
}

func readRetention(ctx context.Context, q queryer) (r Retention, err error) {
	var text string
	err = q.QueryRowContext(ctx, "SELECT state FROM retention").Scan(&text)
	if err == nil {
		err = json.Unmarshal([]byte(text), &r)
	}
	return r, during("read the state of retention", err)
}

// EditRetention lets edit alter what is remembered.
func (s *Store) EditRetention(ctx context.Context, edit func(*Retention)) (Retention, error) {
	var r Retention
	err := s.write(ctx, func(tx *sql.Tx) error {
		var err error
		if r, err = readRetention(ctx, tx); err != nil {
			return err
		}
		edit(&r)
		text, err := json.Marshal(r)
		if err == nil {
			err = one(ctx, tx, "UPDATE retention SET state = $1", string(text))
		}
		return during("keep the state of retention", err)
	})
	return r, err
}

// AwaySince returns the clients that are offline and were not seen after that
// time. Those that were uninstalled are not among them, for nobody waits for
// them, nor those in quarantine, about which somebody has to decide first.
func (s *Store) AwaySince(ctx context.Context, seen time.Time) ([]Client, error) {
	found, err := collect(ctx, s.reader, scanClient, selectClient+
		"WHERE c.removed_at = 0 AND c.online = 0 AND c.uninstalled_at = 0 AND c.quarantined_at = 0 AND c.last_seen_at <= $1", toMillis(seen))
	return found, during("look for clients that are away", err)
}

// ErrSeen says that a client was seen again in the meantime.
var ErrSeen = errors.New("the client was seen again")

// RemoveAway is RemoveClient for a client that is offline and was not seen after
// that time; ErrSeen if it was.
func (s *Store) RemoveAway(ctx context.Context, id wire.ID, seen time.Time) (Client, error) {
	return s.editTx(ctx, id, func(tx *sql.Tx, c *Client) error {
		if c.Online || c.LastSeenAt.After(seen) {
			return fmt.Errorf("client %s: %w", id, ErrSeen)
		}
		s.bury(c)
		return closeAlarm(ctx, tx, id, "removed", "", s.now())
	})
}
