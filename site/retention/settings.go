package retention

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jump/transport/wire"
)

// settingName is the name of the setting in the store.
const settingName = "clients"

// setting is what administrators have set.
type setting struct {
	OfflineDays int `json:"offline_days"`
}

// ErrDays says that a number of days is not allowed.
var ErrDays = fmt.Errorf("offline days are 0, for never, or %d to %d", wire.MinOfflineDays, wire.MaxOfflineDays)

// Policy returns when clients are removed.
func (k *Keeper) Policy() Policy {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.policy
}

// DueAt is Policy().DueAt, for a client that is offline.
func (k *Keeper) DueAt(seen time.Time) (time.Time, bool) { return k.Policy().DueAt(seen) }

// refresh reads the policy anew.
func (k *Keeper) refresh(ctx context.Context) error {
	s := setting{OfflineDays: wire.DefaultOfflineDays}
	if err := k.Store.Setting(ctx, settingName, &s); err != nil {
		return err
	}
	r, err := k.Store.Retention(ctx)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.policy = Policy{Days: s.OfflineDays, CountedFrom: r.CountedFrom, Absences: r.Absences}
	return nil
}

// SetDays sets after how many days away clients are removed; ErrDays if that
// is not allowed. All agents are told.
func (k *Keeper) SetDays(ctx context.Context, days int) error {
	if !validDays(days) {
		return ErrDays
	}
	if err := k.Store.SetSetting(ctx, settingName, setting{days}); err != nil {
		return err
	}
	k.Changed(days)
	return k.refresh(ctx)
}

// Settings returns s with what agents must know of a policy.
func Settings(s wire.Settings, days int) wire.Settings {
	s.OfflineLimit, s.OfflineNever = uint32(days), days == 0
	return s
}

var errAnswer = errors.New("the answer to an alarm is proceed or dismiss")
