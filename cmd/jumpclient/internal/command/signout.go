package command

import (
	"context"
	"log/slog"

	"jump/agent/config"
	"jump/installer"
	"jump/platform/desktop"
)

// untilSignOut returns a context that ends when the user of a client in user
// mode signs out of the desktop that it was started on (requirement A3). A
// headless client, and one that was started elsewhere, goes on.
func untilSignOut(ctx context.Context, dir config.Dir, log *slog.Logger) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(ctx)
	c, err := dir.Config()
	if err != nil || c.Mode != string(installer.ModeUser) || c.Headless {
		return ctx, stop
	}
	gone, err := desktop.Watch(ctx)
	if err != nil {
		log.Info("no desktop is watched", "error", err)
		return ctx, stop
	}
	go func() { // ends with ctx, which ends the watch
		<-gone
		if ctx.Err() == nil {
			log.Info("the desktop is gone: its user has signed out")
			stop()
		}
	}()
	return ctx, stop
}
