package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"jump/transport/wire"
)

// Alarm is something that the site does not do without an administrator's word.
type Alarm struct {
	Number     int64 // names it
	Kind       string
	RaisedAt   time.Time
	Count      int    // of what it is about
	Subject    string // the client that it is about; empty: none in particular
	Answer     string // empty: none yet
	AnsweredAt time.Time
	AnsweredBy string
}

const selectAlarm = "SELECT " + alarmColumns + " FROM alarms "

const alarmColumns = "number, kind, raised_at, count, subject, answer, answered_at, answered_by"

// OpenAlarms returns the alarms without an answer, the oldest first.
func (s *Store) OpenAlarms(ctx context.Context) ([]Alarm, error) {
	open, err := collect(ctx, s.reader, scanAlarm, selectAlarm+"WHERE answer = '' ORDER BY number")
	return open, during("list alarms", err)
}

// Alarm returns one alarm, answered or not.
func (s *Store) Alarm(ctx context.Context, number int64) (Alarm, error) {
	a, err := scanAlarm(s.reader.QueryRowContext(ctx, selectAlarm+"WHERE number = $1", number))
	return a, during("find an alarm", missing(err))
}

// AlarmAbout returns the last alarm about a client, answered or not.
func (s *Store) AlarmAbout(ctx context.Context, id wire.ID) (Alarm, error) {
	a, err := scanAlarm(s.reader.QueryRowContext(ctx, selectAlarm+"WHERE subject = $1 ORDER BY number DESC LIMIT 1", id.String()))
	return a, during("find the alarm about a client", missing(err))
}

func scanAlarm(row scanner) (Alarm, error) {
	var a Alarm
	var raised, answered int64
	err := row.Scan(&a.Number, &a.Kind, &raised, &a.Count, &a.Subject, &a.Answer, &answered, &a.AnsweredBy)
	a.RaisedAt, a.AnsweredAt = fromMillis(raised), fromMillis(answered)
	return a, err
}

// RaiseAlarm adds an alarm, unless one of that kind is open: then that one gets
// the new count. It reports whether it is new.
func (s *Store) RaiseAlarm(ctx context.Context, kind string, at time.Time, count int) (a Alarm, raised bool, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		a, raised, err = raise(ctx, tx, Alarm{Kind: kind, RaisedAt: at, Count: count})
		return err
	})
	return a, raised, during("raise an alarm", err)
}

// raise adds an alarm, or gives the open one of that kind and subject the new
// count.
func raise(ctx context.Context, tx *sql.Tx, a Alarm) (Alarm, bool, error) {
	open, err := scanAlarm(tx.QueryRowContext(ctx, "UPDATE alarms SET count = $1 WHERE kind = $2 AND subject = $3 AND answer = '' RETURNING "+alarmColumns,
		a.Count, a.Kind, a.Subject))
	if err = missing(err); !errors.Is(err, ErrNotFound) {
		return open, false, err
	}
	fresh, err := scanAlarm(tx.QueryRowContext(ctx, `INSERT INTO alarms (number, kind, raised_at, count, subject)
		VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM alarms), $1, $2, $3, $4) RETURNING `+alarmColumns,
		a.Kind, toMillis(a.RaisedAt), a.Count, a.Subject))
	return fresh, err == nil, err
}

// AnswerAlarm answers an open alarm; ErrNotFound if there is none of that number.
func (s *Store) AnswerAlarm(ctx context.Context, number int64, answer, by string) (Alarm, error) {
	var a Alarm
	err := s.write(ctx, func(tx *sql.Tx) error {
		var err error
		a, err = scanAlarm(tx.QueryRowContext(ctx, `UPDATE alarms SET answer = $1, answered_by = $2, answered_at = $3
			WHERE number = $4 AND answer = ''
			RETURNING `+alarmColumns, answer, by, toMillis(s.now()), number))
		return missing(err)
	})
	return a, during("answer an alarm", err)
}
