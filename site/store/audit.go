package store

import (
	"context"
	"database/sql"
	"time"
)

// AuditEntry is one thing that was done. See package jump/site/audit.
type AuditEntry struct {
	Number  int64 // 1 is the first
	At      time.Time
	Actor   string
	Action  string
	Object  string
	Session string
	From    string
	Details string
}

// AddAuditEntry adds an entry at the end and ignores its Number.
func (s *Store) AddAuditEntry(ctx context.Context, e AuditEntry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO audit_entries (number, at, actor, action, object, session_id, from_addr, details)
			SELECT COALESCE(MAX(number), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM audit_entries`,
			toMillis(e.At), e.Actor, e.Action, e.Object, e.Session, e.From, e.Details)
		return during("add audit entry", err)
	})
}

// AuditEntries returns up to limit entries with numbers below before (0: all),
// the newest first.
func (s *Store) AuditEntries(ctx context.Context, before int64, limit int) ([]AuditEntry, error) {
	entries, err := collect(ctx, s.reader, func(row scanner) (e AuditEntry, err error) {
		var at int64
		err = row.Scan(&e.Number, &at, &e.Actor, &e.Action, &e.Object, &e.Session, &e.From, &e.Details)
		e.At = fromMillis(at)
		return e, err
	}, `SELECT number, at, actor, action, object, session_id, from_addr, details FROM audit_entries
		WHERE number < $1 OR $1 = 0 ORDER BY number DESC LIMIT $2`, before, limit)
	return entries, during("list audit entries", err)
}
