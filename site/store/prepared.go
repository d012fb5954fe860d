package store

import (
	"context"
	"database/sql"
)

// prepared is a transaction that parses each statement once. For a batch that
// halves the time. The transaction's end closes the statements.
type prepared struct {
	queryer    // for what is not repeated
	tx         *sql.Tx
	statements map[string]*sql.Stmt
}

// QueryRowContext implements queryer. A statement that cannot be prepared is
// run as it is, for the row to carry the error.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.statement(ctx, query)
	if err != nil {
		return p.tx.QueryRowContext(ctx, query, args...)
	}
	return s.QueryRowContext(ctx, args...)
}

// ExecContext implements queryer.
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := p.statements[query]; ok {
		return s, nil
	}
	s, err := p.tx.PrepareContext(ctx, query)
	if err == nil {
		p.statements[query] = s
	}
	return s, err
}
