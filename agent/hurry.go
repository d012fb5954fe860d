package agent

import (
	"context"
	"errors"
	"time"

	"jump/transport/wire"
)

// rest waits after a try that began at start and ended with err, and reports
// whether ctx lived. It is cut short by Hurry, unless it is the site that wishes
// the wait.
func (a *agent) rest(ctx context.Context, wait time.Duration, start time.Time, err error) bool {
	if time.Since(start) > longestWait {
		a.calm()
	}
	hurry := a.Hurry
	var bye *goodbyeError
	var refused *wire.Refused
	if _, ok := checkedIn(err); !ok && (errors.As(err, &bye) || errors.As(err, &refused)) {
		hurry = nil
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
	case <-hurry:
		a.Log.Info("trying at once, since the network has changed")
	case call := <-a.post.calls:
		a.post.next = call
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// calm forgets a change from the time of a tunnel that lived on: a site that
// is lost hours later must not see all such agents at once.
func (a *agent) calm() {
	select {
	case <-a.Hurry:
	default:
	}
}
