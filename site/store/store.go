// Package store keeps what a site must remember: clients, deployment keys,
// groups, people and what they did. It is the only package that knows a
// database, and every method is one transaction.
//
// It is not a place for decisions: who may see or change something is decided
// above it, what a message says in the packages that answer it. It holds no
// secret in clear; of deployment keys it has the public half.
//
// The SQL is the part that SQLite and PostgreSQL share: numbered parameters,
// times as milliseconds since 1970 UTC (0: never), truth as 0 and 1, text for
// everything else.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// Errors on which callers decide.
var (
	ErrNotFound = errors.New("not found")
	ErrExists   = errors.New("exists already")
)

// Store is an open database. All methods are safe for concurrent use, also by
// several processes on one file. There is one connection that writes, so
// writers queue here and not in SQLite, and several that read beside it.
type Store struct {
	writer, reader *sql.DB
	index          index
	now            func() time.Time
}

// Open opens the SQLite database at path, creates it if there is none, and
// brings its tables up to date. Its folder must exist.
func Open(ctx context.Context, path string) (*Store, error) {
	s := &Store{now: clock}
	var err error
	if s.writer, err = connect(path, 1, "immediate"); err != nil {
		return nil, err
	}
	if err := migrate(ctx, s.writer); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate %s: %w", path, err), s.writer.Close())
	}
	if s.reader, err = connect(path, max(2, runtime.NumCPU()), "deferred"); err != nil {
		return nil, errors.Join(err, s.writer.Close())
	}
	return s, nil
}

// Clock lets another clock than the system's say when things happen. It is for
// simulations, before anything else is done with the store.
func (s *Store) Clock(now func() time.Time) {
	s.now = func() time.Time { return fromMillis(now().UnixMilli()) }
}

// Close ends all connections. Methods fail from then on.
func (s *Store) Close() error { return errors.Join(s.reader.Close(), s.writer.Close()) }

// connect opens at most n connections. Writers take SQLite's lock when a
// transaction begins ("immediate"), because one that starts as a reader and
// then wants to write may fail without being able to wait.
func connect(path string, n int, lock string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	name := filepath.ToSlash(absolute)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name // C:/x
	}
	query := url.Values{"_txlock": {lock}, "_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)",
		"foreign_keys(1)", "cache_size(-65536)", "temp_store(MEMORY)",
	}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: name, RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

// write runs f in the one transaction that may write. If f returns an error,
// nothing of it remains and the error is returned as it is.
func (s *Store) write(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := f(tx); err != nil {
		return errors.Join(err, discard(tx))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// discard rolls back; a transaction that its context has ended is no error.
func discard(tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

// queryer is what a database and a transaction have in common.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// collect reads all rows of a query with scan.
func collect[T any](ctx context.Context, q queryer, scan func(row scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// scanner is a row, or the current one of several.
type scanner interface{ Scan(dest ...any) error }

// one executes a statement that must change exactly one row, and returns
// ErrNotFound if it changed none.
func one(ctx context.Context, q queryer, query string, args ...any) error {
	result, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// missing turns the driver's "no rows" into ErrNotFound.
func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// toMillis and fromMillis are how times are kept: 0 is the zero time.
func toMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// clock is the time as it can be kept.
func clock() time.Time { return fromMillis(time.Now().UnixMilli()) }

// fold makes texts comparable without regard to case.
func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
