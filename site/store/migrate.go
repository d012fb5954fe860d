package store

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrate applies what is missing of migrations/, in order of the numbers. Two
// processes may do so at once (a site and its command line): the one that
// comes second fails, looks again and finds nothing left to do.
func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return err
	}
	for tries := 3; ; tries-- {
		provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
		if err != nil {
			return err
		}
		if _, err = provider.Up(ctx); err == nil || tries == 1 {
			return err
		}
	}
}
