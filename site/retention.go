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
		Changed: func(days int) { s.tunnels.Announce(retention.Settings(s.settings, days)) },
	})
}

// clocks are those of the site's computer.
func clocks() (store.Look, error) {
	c, err := uptime.Read()
	return store.Look{At: time.Now().UTC().Round(0), Boot: c.Boot, Up: c.Total}, err
}
