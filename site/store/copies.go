package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"jump/site/copies"
	"jump/transport/wire"
)

// Kinds of alarms that are raised here.
const (
	AlarmCopied   = "copied_client" // Subject is the client
	AlarmRestored = "restored_site" // agents show counters from the future: this database is a backup
)

// isolate puts a client into quarantine, or lets it out, as its copies are, and
// raises or closes the alarm.
func (s *Store) isolate(ctx context.Context, tx *sql.Tx, c *Client, now time.Time) error {
	several := len(c.Copies.Undecided()) > 1
	switch {
	case several && c.QuarantinedAt.IsZero():
		c.QuarantinedAt = now
	case !several && !c.QuarantinedAt.IsZero():
		c.QuarantinedAt = time.Time{}
	case !several:
		return nil
	}
	if several {
		_, _, err := raise(ctx, tx, Alarm{Kind: AlarmCopied, Subject: c.ID.String(), RaisedAt: now, Count: len(c.Copies.Undecided())})
		return err
	}
	return nil
}

// Confirmation says that the join counter of a connection is on a copy's disk.
type Confirmation struct {
	ID      wire.ID
	Copy    uint64
	Counter uint64
}

// Confirm stores confirmations, all in one transaction. Those of clients or
// copies that are gone are dropped.
func (s *Store) Confirm(ctx context.Context, all []Confirmation) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		for _, n := range all {
			_, _, err := change(ctx, tx, n.ID, func(c *Client) error {
				c.Copies = c.Copies.Confirm(n.Copy, n.Counter)
				return nil
			})
			if err != nil && !isNotFound(err) {
				return err
			}
		}
		return nil
	})
	return during("confirm join counters", err)
}

// Decision is an administrator's answer to AlarmCopied; see copies.Set.Decide.
type Decision struct {
	Copy uint64
	Fate copies.Fate
}

// Settle carries out a decision about a client in quarantine. ErrNotFound if
// there is no such copy, or nothing to decide.
func (s *Store) Settle(ctx context.Context, id wire.ID, d Decision, by string) (Client, error) {
	return s.editTx(ctx, id, func(tx *sql.Tx, c *Client) error {
		if c.QuarantinedAt.IsZero() {
			return ErrNotFound
		}
		var err error
		if c.Copies, err = c.Copies.Decide(d.Copy, d.Fate); err != nil {
			return errors.Join(ErrNotFound, err)
		}
		if err := s.isolate(ctx, tx, c, s.now()); err != nil || !c.QuarantinedAt.IsZero() {
			return err
		}
		return closeAlarm(ctx, tx, c.ID, answerOf[d.Fate], by, s.now())
	})
}

var answerOf = map[copies.Fate]string{copies.FateNone: "one_machine", copies.FateRenew: "stays", copies.FateRemove: "remove"}

// closeAlarm answers the alarm about a client, if there is one.
func closeAlarm(ctx context.Context, q queryer, id wire.ID, answer, by string, at time.Time) error {
	_, err := q.ExecContext(ctx, "UPDATE alarms SET answer = $1, answered_by = $2, answered_at = $3 WHERE kind = $4 AND subject = $5 AND answer = ''",
		answer, by, toMillis(at), AlarmCopied, id.String())
	return err
}

// Renew makes a client of its own out of a copy with copies.FateRenew: in the same Jump
// Group, with the same tag and comments, under a key of its own. It needs no
// deployment key, and can be done once; asking again gets the same client.
// ErrNotFound if there is no such copy; ErrTotalLimit and ErrActiveLimit as for
// Enrol.
func (s *Store) Renew(ctx context.Context, old wire.ID, number uint64, e Enrolment) (made Client, created bool, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		if made, err = findClient(ctx, tx, e.ID); !isNotFound(err) || errors.Is(err, ErrRemoved) {
			return err
		}
		_, from, err := change(ctx, tx, old, func(c *Client) error {
			left, err := c.Copies.Release(number)
			if err != nil {
				return errors.Join(ErrNotFound, err)
			}
			c.Copies = left
			return nil
		})
		if err != nil {
			return err
		}
		if err := room(ctx, tx, oneMore(from.Passive)); err != nil {
			return err
		}
		e.KeyUID, e.Name, e.Group, e.Tag, e.Comments = from.KeyUID, second(from.GivenName), from.Group, from.Tag, from.Comments
		e.Passive = from.Passive
		c := e.client(s.now())
		if err := insertClient(ctx, tx, &c); err != nil {
			return err
		}
		created = true
		made, err = findClient(ctx, tx, e.ID)
		return err
	})
	return made, created && err == nil, err
}

// second is the name of the copy of a client that was given a name.
func second(name string) string {
	const mark = " (2)"
	if name == "" {
		return ""
	}
	runes := []rune(name)
	return string(runes[:min(len(runes), wire.MaxName-len(mark))]) + mark
}

// NoteRestored raises AlarmRestored, or counts one more agent in the open one.
func (s *Store) NoteRestored(ctx context.Context) (a Alarm, raised bool, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		var count int
		err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(count), 0) FROM alarms WHERE kind = $1 AND answer = ''", AlarmRestored).Scan(&count)
		if err == nil {
			a, raised, err = raise(ctx, tx, Alarm{Kind: AlarmRestored, RaisedAt: s.now(), Count: count + 1})
		}
		return err
	})
	return a, raised, during("note that the site was restored", err)
}
