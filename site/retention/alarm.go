package retention

import (
	"context"
	"time"

	"jump/site/bus"
	"jump/site/store"
)

// Kinds of alarms. While one is open that is about no single client, also of
// those that others raise (store.AlarmRestored), nobody is removed.
const (
	// KindMassRemoval: more clients are due than one run may remove. To
	// proceed removes those that were due then and are away still.
	KindMassRemoval = "mass_removal"
	// KindClockJump: the wall clock of the site was set. The time between
	// does not count, whatever the answer is.
	KindClockJump = "clock_jump"
)

// Answer is what an administrator says to an alarm.
type Answer string

// The answers.
const (
	AnswerProceed Answer = "proceed" // go on
	AnswerDismiss Answer = "dismiss" // let the days away begin anew for all
)

// Alarms returns the alarms that wait for an answer, the oldest first.
func (k *Keeper) Alarms(ctx context.Context) ([]store.Alarm, error) { return k.Store.OpenAlarms(ctx) }

// Alarm returns an open alarm; store.ErrNotFound if it is not open.
func (k *Keeper) Alarm(ctx context.Context, number int64) (store.Alarm, error) {
	a, err := k.Store.Alarm(ctx, number)
	if err == nil && a.Answer != "" {
		err = store.ErrNotFound
	}
	return a, err
}

// Answer answers an alarm; store.ErrNotFound if it is not open. What has to be
// removed then is removed soon.
func (k *Keeper) Answer(ctx context.Context, number int64, answer Answer, by string) error {
	if answer != AnswerProceed && answer != AnswerDismiss {
		return errAnswer
	}
	now, err := k.Clocks()
	if err != nil {
		return err
	}
	a, err := k.Store.AnswerAlarm(ctx, number, string(answer), by)
	if err != nil {
		return err
	}
	_, err = k.Store.EditRetention(ctx, func(r *store.Retention) {
		switch {
		case answer == AnswerDismiss:
			r.CountedFrom, r.Approved = now.At, time.Time{}
		case a.Kind == KindMassRemoval:
			r.Approved = a.RaisedAt
		}
	})
	if err == nil {
		err = k.refresh(ctx)
	}
	k.tell(a)
	select {
	case k.wake <- struct{}{}:
	default:
	}
	return err
}

// raise asks for an answer, once for each kind.
func (k *Keeper) raise(ctx context.Context, kind string, at time.Time, count int) error {
	a, fresh, err := k.Store.RaiseAlarm(ctx, kind, at, count)
	if err != nil || !fresh {
		return err
	}
	k.Log.Warn("clients that are away are not removed until an administrator answers", "alarm", a.Number, "kind", kind, "count", count)
	k.tell(a)
	return nil
}

func (k *Keeper) tell(a store.Alarm) { k.Bus.Publish(bus.Event{Kind: bus.KindAlarm, Data: a}) }
