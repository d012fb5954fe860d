package store

import (
	"context"
	"database/sql"
	"time"
)

// Alarm is something that the site does not do without an administrator's word.
type Alarm struct {
	Number     int64 // names it
	Kind       string
	RaisedAt   time.Time
	Count      int    // of what it is about
	Answer     string // empty: none yet
	AnsweredAt time.Time
	AnsweredBy string
}

const selectAlarm = "SELECT number, kind, raised_at, count, answer, answered_at, answered_by FROM alarms "

// OpenAlarms returns the alarms without an answer, the oldest first.
func (s *Store) OpenAlarms(ctx context.Context) ([]Alarm, error) {
	open, err := collect(ctx, s.reader, scanAlarm, selectAlarm+"WHERE answer = '' ORDER BY number")
	return open, during("list alarms", err)
}

func scanAlarm(row scanner) (Alarm, error) {
	var a Alarm
	var raised, answered int64
	err := row.Scan(&a.Number, &a.Kind, &raised, &a.Count, &a.Answer, &answered, &a.AnsweredBy)
	a.RaisedAt, a.AnsweredAt = fromMillis(raised), fromMillis(answered)
	return a, err
}

// RaiseAlarm adds an alarm, unless one of that kind is open: then that one gets
// the new count. It reports whether it is new.
func (s *Store) RaiseAlarm(ctx context.Context, kind string, at time.Time, count int) (a Alarm, raised bool, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		changed, err := tx.ExecContext(ctx, "UPDATE alarms SET count = $1 WHERE kind = $2 AND answer = ''", count, kind)
		if err != nil {
			return err
		}
		if n, err := changed.RowsAffected(); err != nil || n > 0 {
			return err
		}
		raised = true
		a, err = scanAlarm(tx.QueryRowContext(ctx, `INSERT INTO alarms (number, kind, raised_at, count)
			VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM alarms), $1, $2, $3)
			RETURNING number, kind, raised_at, count, answer, answered_at, answered_by`, kind, toMillis(at), count))
		return err
	})
	return a, raised, during("raise an alarm", err)
}

// AnswerAlarm answers an open alarm; ErrNotFound if there is none of that number.
func (s *Store) AnswerAlarm(ctx context.Context, number int64, answer, by string) (Alarm, error) {
	var a Alarm
	err := s.write(ctx, func(tx *sql.Tx) error {
		var err error
		a, err = scanAlarm(tx.QueryRowContext(ctx, `UPDATE alarms SET answer = $1, answered_by = $2, answered_at = $3
			WHERE number = $4 AND answer = ''
			RETURNING number, kind, raised_at, count, answer, answered_at, answered_by`, answer, by, toMillis(s.now()), number))
		return missing(err)
	})
	return a, during("answer an alarm", err)
}
