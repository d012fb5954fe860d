package site

import (
	"context"
	"log/slog"
	"time"

	"jump/platform/uptime"
	"jump/site/audit"
	"jump/site/retention"
	"jump/site/store"
)

// newKeeper returns who removes clients that are away for too long.
func (s *Site) newKeeper(ctx context.Context, log *audit.Log) (*retention.Keeper, error) {
	return retention.New(ctx, retention.Options{
		Store: s.Store, Clients: s.Clients, Audit: log, Bus: s.Bus, Clocks: clocks, Log: slog.Default(),
		Changed: s.announce,
	})
}

// announce tells agents what they did not know yet.
func (s *Site) announce(days int) {
	s.changing.Lock()
	defer s.changing.Unlock()
	s.tunnels.Announce(retention.Settings(s.settings, days))
}

// CheckIn implements api.Passive.
func (s *Site) CheckIn() time.Duration {
	s.changing.Lock()
	defer s.changing.Unlock()
	return s.settings.CheckIn()
}

// SetCheckIn implements api.Passive.
func (s *Site) SetCheckIn(ctx context.Context, every time.Duration) error {
	seconds := uint32(every / time.Second)
	if err := s.Store.SetPassiveSettings(ctx, store.PassiveSettings{CheckIn: seconds}); err != nil {
		return err
	}
	s.changing.Lock()
	s.settings.CheckInEvery = seconds
	s.changing.Unlock()
	s.announce(s.keeper.Policy().Days)
	return nil
}

// clocks are those of the site's computer.
func clocks() (store.Look, error) {
	c, err := uptime.Read()
	return store.Look{At: time.Now().UTC().Round(0), Boot: c.Boot, Up: c.Total}, err
}
