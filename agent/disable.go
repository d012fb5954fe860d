package agent

import (
	"context"
	"time"

	"jump/transport/wire"
)

// disabledEvery is the time between two looks whether the user of this computer
// has disabled the client while conversations are open.
const disabledEvery = time.Second

// disabled is message M16, as this end says it.
func (a *agent) disabled() error {
	if a.Disabled == nil || !a.Disabled() {
		return nil
	}
	return &wire.Refused{Code: wire.CodeDisabled,
		Text: "The Jump Client has been disabled by its user and does not currently allow a session to be started.",
		Hint: "Ask the person at the computer to enable it."}
}

// facts are those of this computer, and of its user's will.
func (a *agent) facts(ctx context.Context) wire.Status {
	s := a.Status(ctx)
	s.Disabled = a.disabled() != nil
	return s
}

// untilDisabled calls end when the client is disabled, and returns when ctx
// ends.
func (a *agent) untilDisabled(ctx context.Context, end func()) {
	for sleep(ctx, disabledEvery) {
		if a.disabled() != nil {
			end()
			return
		}
	}
}
