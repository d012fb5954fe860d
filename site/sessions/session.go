package sessions

import (
	"context"
	"sync/atomic"
	"time"

	"jump/site/auth"
	"jump/transport/wire"
)

// Session is one support session as it was when asked for.
type Session struct {
	ID         string // 52 characters that nobody can guess
	Client     wire.ID
	ClientName string
	User       string // the representative
	Rights     wire.Rights
	ViewOnly   bool
	Channels   []wire.Kind // those that may be opened
	StartedAt  time.Time
}

// State is where a session is in its life.
type State string

// The states. A session is idle while no channel of it is open, and ends when
// it has been so for a while. Ended is final.
const (
	StateOpen  State = "open"
	StateIdle  State = "idle"
	StateEnded State = "ended"
)

// live is an open session. It is owned by the one goroutine in Registry.watch.
type live struct {
	Session
	by auth.User // who began it, as of then
	// ctx ends when the session does; its cause is a *wire.Refused that says
	// why.
	ctx context.Context
	end context.CancelCauseFunc
	// opened and closed tell the owner about channels. They are unbuffered:
	// send only together with waiting for ctx.
	// Closed says whether the channel broke, and somebody may be back for it.
	opened  chan struct{}
	closed  chan bool
	gone    chan struct{} // closed when nothing of the session is left
	lasting atomic.Bool   // the agent may hold a conversation of it
}

// visible reports whether u may see and end the session.
func (s *live) visible(u auth.User) bool { return u.Admin() || s.User == u.Name }

// restricted returns the rights that remain when nothing is to be touched.
func restricted(r wire.Rights, viewOnly bool) wire.Rights {
	if viewOnly {
		return r & wire.RightView
	}
	return r
}
