package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"jump/site/copies"
	"jump/transport/wire"
)

// Connection is what a tunnel brings with it.
type Connection struct {
	PublicIP     string
	Version      string
	Protocol     int
	Capabilities []wire.Kind
	Facts        wire.Status
	Reach        *wire.Reach // nil: its version says nothing of the kind
	Patience     time.Duration
	// Join is the counter that the agent showed, 0 if it showed none that this
	// site made.
	Join uint64
	// Copy is the number of the copy that this is; 0: one that was not known.
	Copy uint64
	At   time.Time // when the tunnel began; zero: just now
}

// Connect notes that a client has a tunnel from now on, draws the number of
// this connection, Client.Connection, and returns the copy that connected: the
// last one in its Issued is its next join counter. If there are now several
// copies about which nobody has decided, the client is in quarantine;
// copies.ErrTooMany if there is no room for one more.
func (s *Store) Connect(ctx context.Context, id wire.ID, n Connection) (Client, copies.Copy, error) {
	var joined copies.Copy
	c, err := s.editTx(ctx, id, func(tx *sql.Tx, c *Client) error {
		now := s.now()
		if n.Join > c.Connection {
			c.Connection = copies.Beyond(n.Join)
		}
		c.Connection++
		c.PublicIP, c.Version, c.Protocol, c.Capabilities, c.Facts = n.PublicIP, n.Version, n.Protocol, n.Capabilities, n.Facts
		c.Online, c.ConnectedAt, c.LastSeenAt = true, now, now
		c.Reach, c.Absent, c.Patience = c.Reach.take(n.Reach), false, n.Patience
		c.UninstalledAt = fromMillis(0)
		var err error
		if c.Copies, joined, err = c.Copies.Connect(n.Copy, copies.Visit{Shown: n.Join, Counter: c.Connection,
			Address: n.PublicIP, Hostname: n.Facts.Hostname, At: now}); err != nil {
			return fmt.Errorf("connect: %w", err)
		}
		return s.isolate(ctx, tx, c, now)
	})
	return c, joined, err
}

// Disconnect notes that the tunnel of that connection number is gone. It does
// nothing if the client has connected again since.
func (s *Store) Disconnect(ctx context.Context, id wire.ID, connection uint64) (Client, error) {
	return s.edit(ctx, id, func(c *Client) error {
		if c.Connection == connection && c.Online {
			c.Online, c.LastSeenAt = false, s.now()
		}
		return nil
	})
}

// ResetOnline marks every client as offline. A site does so when it starts:
// whatever was connected before is not connected to this process. When they
// were last seen stays as it is known.
func (s *Store) ResetOnline(ctx context.Context) error { return s.reset(ctx, time.Time{}) }

// DisconnectAll marks every client as offline that was online until now.
func (s *Store) DisconnectAll(ctx context.Context) error { return s.reset(ctx, s.now()) }

func (s *Store) reset(ctx context.Context, seen time.Time) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		changed, err := nextChange(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE clients SET online = 0, changed = $1,
			last_seen_at = CASE WHEN $2 > 0 THEN $2 ELSE last_seen_at END WHERE online = 1`, changed, toMillis(seen))
		return err
	})
	if err != nil {
		return fmt.Errorf("note that all clients are offline: %w", err)
	}
	return nil
}

// Report is one status message and who sent it.
type Report struct {
	ID    wire.ID
	Facts wire.Status
}

// SaveReports stores status messages, all in one transaction because they come
// by the thousand. Reports of clients that were removed meanwhile are dropped.
// It returns the clients of which lists now show something else.
func (s *Store) SaveReports(ctx context.Context, reports []Report) ([]Client, error) {
	var visible []Client
	err := s.write(ctx, func(tx *sql.Tx) error {
		q := &prepared{queryer: tx, tx: tx, statements: map[string]*sql.Stmt{}}
		for _, r := range reports {
			before, after, err := change(ctx, q, r.ID, func(c *Client) error {
				c.Facts, c.LastSeenAt = r.Facts, s.now()
				return nil
			})
			switch {
			case isNotFound(err):
			case err != nil:
				return err
			case !listedAlike(&before, &after):
				visible = append(visible, after)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("save status: %w", err)
	}
	return visible, nil
}
