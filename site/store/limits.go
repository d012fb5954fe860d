package store

import (
	"context"
	"errors"
)

// Limits say how many Jump Clients a site may have (requirement B12); 0: no
// limit.
type Limits struct {
	Total  int `json:"total"`  // in the lists, those uninstalled by hand included
	Active int `json:"active"` // that keep a connection whenever they can
}

// Reasons why no further client is taken in: messages M1 and M2.
var (
	ErrTotalLimit  = errors.New("the site has as many Jump Clients as it may have")
	ErrActiveLimit = errors.New("the site has as many active Jump Clients as it may have")
)

const limitsSetting = "limits"

// Limits returns what administrators have set.
func (s *Store) Limits(ctx context.Context) (Limits, error) {
	var l Limits
	err := s.Setting(ctx, limitsSetting, &l)
	return l, err
}

// SetLimits sets limits for those who come from now on; nobody is sent away.
func (s *Store) SetLimits(ctx context.Context, l Limits) error {
	return s.SetSetting(ctx, limitsSetting, l)
}

// Deployed returns how many clients count against each of the limits.
func (s *Store) Deployed(ctx context.Context) (Limits, error) { return deployed(ctx, s.reader) }

// deployed counts. Whoever is neither passive (requirement G1) nor uninstalled
// is active.
func deployed(ctx context.Context, q queryer) (Limits, error) {
	var n Limits
	err := q.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN uninstalled_at = 0 AND passive = 0 THEN 1 ELSE 0 END), 0)
		FROM clients WHERE removed_at = 0`).Scan(&n.Total, &n.Active)
	return n, during("count clients", err)
}

// room says whether the site has room for so many more clients, within the
// transaction that takes them in.
func room(ctx context.Context, q queryer, more Limits) error {
	var most Limits
	if err := readSetting(ctx, q, limitsSetting, &most); err != nil || most == (Limits{}) {
		return err
	}
	n, err := deployed(ctx, q)
	switch {
	case err != nil:
		return err
	case most.Total > 0 && more.Total > 0 && n.Total+more.Total > most.Total:
		return ErrTotalLimit
	case most.Active > 0 && more.Active > 0 && n.Active+more.Active > most.Active:
		return ErrActiveLimit
	}
	return nil
}

// oneMore is one client more, as it counts against the limits.
func oneMore(passive bool) Limits {
	if passive {
		return Limits{Total: 1}
	}
	return Limits{Total: 1, Active: 1}
}
