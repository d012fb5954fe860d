package agent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jump/transport/wire"
)

// farewellTimeout bounds Farewell: nobody waits longer for an uninstallation
// because a site is away.
const farewellTimeout = 10 * time.Second

// errUnheard says that the site may not know that this client is gone.
var errUnheard = errors.New("the site did not confirm it")

// Farewell tells the site that this client is being uninstalled on its computer,
// so that it stays in the lists with its last facts, marked as uninstalled
// (requirements C8, E10). It returns nil once the site has noted it, or if it
// does not know this agent anyway, and after 10 seconds in any case.
//
// No other agent may run with the same key: the newest connection counts. Of
// the options it uses Dialer, Key, Version, Status and Learned.
func Farewell(ctx context.Context, o Options) error {
	ctx, cancel := context.WithTimeout(ctx, farewellTimeout)
	defer cancel()
	o.Enrolment = nil // who leaves does not join
	a := newAgent(o)
	err := a.leaveForGood(ctx)
	var refused *wire.Refused
	var removed *removedError
	switch {
	case err == nil, errors.As(err, &removed):
		return nil
	case errors.As(err, &refused) && (refused.Code == wire.CodeNotEnrolled || refused.Code == wire.CodeRemoved):
		return nil
	}
	return fmt.Errorf("tell the site that this client is uninstalled: %w", err)
}

func (a *agent) leaveForGood(ctx context.Context) error {
	l, err := a.dial(ctx)
	if err != nil {
		return err
	}
	defer l.tunnel.Close("over")
	if err := l.greet(ctx); err != nil {
		return err
	}
	if err := l.send(wire.TypeGoodbye, wire.Goodbye{Code: wire.CodeUninstalled}); err != nil {
		return err
	}
	select {
	case <-l.tunnel.Context().Done(): // by the site, once it has noted it
		return nil
	case <-ctx.Done():
		return errUnheard
	}
}
