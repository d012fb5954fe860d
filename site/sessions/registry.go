package sessions

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"jump/site/audit"
	"jump/site/auth"
	"jump/site/message"
	"jump/transport"
	"jump/transport/wire"
)

// Limits of sessions and channels.
const (
	StartsAtOnce = 20               // more are refused with M11
	StartTime    = 10 * time.Second // of a session or a channel; M13 after it
	Linger       = 30 * time.Second // a session without channels ends after it
	LingerBroken = 6 * time.Minute  // in place of Linger when a channel broke: agents hold conversations for 5 minutes
	recheck      = 15 * time.Second // how often a session's rights are looked up again
	perUser      = 64               // sessions at once, so that a script gone wild stops
)

// Target is what a session needs to know of a Jump Client.
type Target struct {
	ID       wire.ID
	Name     string
	Group    string
	Refusal  wire.Code   // why no session can start now: M8, M9, M14, M16; empty if one can
	Channels []wire.Kind // the conversations it can hold now
}

// Clients reaches Jump Clients.
type Clients interface {
	// Target returns a client of that id, or an error that is a *wire.Refused
	// with M7 if there is none.
	Target(ctx context.Context, id wire.ID) (Target, error)
	// Open opens a conversation. A refusal is a *wire.Refused.
	Open(ctx context.Context, id wire.ID, open *wire.Open) (transport.Stream, *wire.Opened, error)
	// Release tells a client, if it is there, that a session is over and
	// nobody will go on with its conversations.
	Release(id wire.ID, session string)
}

// Accounts tells what somebody may do now who signed in a while ago. The error
// is auth.ErrSignedOut if that sign-in has ended since.
type Accounts interface {
	Current(ctx context.Context, then auth.User) (auth.User, error)
}

// Recorder writes audit entries.
type Recorder interface {
	Record(ctx context.Context, e audit.Entry) error
}

// Options are what a Registry works with. Changed and Tap may be nil.
type Options struct {
	Clients  Clients
	Accounts Accounts
	Audit    Recorder
	// Changed is told every state that a session enters. It must not block.
	Changed func(Session, State)
	// Tap sees the bytes of every channel after they were copied, e.g. to
	// record them. It must not keep or change them, and what it takes in time
	// slows the channel down. Each direction calls it from one goroutine.
	Tap func(s Session, kind wire.Kind, d Direction, p []byte)
	// Linger overrides the constant of that name if it is not 0.
	Linger time.Duration
}

// Direction is where copied bytes come from.
type Direction uint8

// The directions.
const (
	DirectionFromClient         Direction = 0
	DirectionFromRepresentative Direction = 1
)

// Registry holds the open sessions. It is safe for concurrent use.
type Registry struct {
	Options
	starting chan struct{} // a slot for every start under way

	mu     sync.Mutex
	closed bool
	open   map[string]*live
	// owners counts the goroutines of sessions and channels. It grows only
	// under mu and while closed is false.
	owners sync.WaitGroup
}

// New returns an empty Registry, to be ended with Close.
func New(o Options) *Registry {
	if o.Linger == 0 {
		o.Linger = Linger
	}
	return &Registry{Options: o, starting: make(chan struct{}, StartsAtOnce), open: map[string]*live{}}
}

// Start begins a session of u with a Jump Client. An error is a *wire.Refused
// with the code that the guide gives it, or one of the database.
func (r *Registry) Start(ctx context.Context, u auth.User, client wire.ID, viewOnly bool, from string) (Session, error) {
	free, err := r.slot()
	if err != nil {
		return Session{}, err
	}
	defer free()
	ctx, cancel := context.WithTimeoutCause(ctx, StartTime, message.Refused(wire.CodeTooSlow))
	defer cancel()
	target, err := r.target(ctx, u, client)
	if err != nil {
		return Session{}, causeOr(ctx, err)
	}
	s := &live{
		by: u,
		Session: Session{
			ID: auth.NewID(), Client: target.ID, ClientName: target.Name, User: u.Name,
			Rights: restricted(u.Rights(), viewOnly), ViewOnly: viewOnly, StartedAt: time.Now().UTC(),
		},
		opened: make(chan struct{}), closed: make(chan bool), gone: make(chan struct{}),
	}
	s.Channels = slices.DeleteFunc(slices.Clone(target.Channels), func(k wire.Kind) bool { return !s.Rights.Has(k.Needs()) })
	switch {
	case len(s.Channels) == 0 && viewOnly && s.Rights.Has(wire.RightView):
		return Session{}, message.Refused(wire.CodeNoScreen)
	case len(s.Channels) == 0:
		return Session{}, message.Refused(wire.CodeDenied)
	}
	return s.Session, causeOr(ctx, r.begin(ctx, s, from))
}

// slot takes one of the places for starts. free gives it back.
func (r *Registry) slot() (free func(), err error) {
	select {
	case r.starting <- struct{}{}:
		return func() { <-r.starting }, nil
	default:
		return nil, message.Refused(wire.CodeOverloaded)
	}
}

// target returns the client if u may start a session with it now.
func (r *Registry) target(ctx context.Context, u auth.User, id wire.ID) (Target, error) {
	t, err := r.Clients.Target(ctx, id)
	switch {
	case err != nil:
		return Target{}, err
	case !u.Sees(t.Group):
		return Target{}, message.Refused(wire.CodeClientGone)
	case u.Rights() == 0:
		return Target{}, message.Refused(wire.CodeDenied)
	case t.Refusal != "":
		return Target{}, message.Refused(t.Refusal)
	}
	return t, nil
}

// begin writes the session down and hands it to its owner.
func (r *Registry) begin(ctx context.Context, s *live, from string) error {
	err := r.Audit.Record(ctx, audit.Entry{Actor: s.User, Action: audit.ActionSessionStart,
		Object: s.Client.String(), Session: s.ID, From: from, Details: fmt.Sprintf("%s, with %s", s.ClientName, auth.JoinPermissions(auth.RightNames(s.Rights)))})
	if err != nil {
		return err
	}
	s.ctx, s.end = context.WithCancelCause(context.Background())
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || r.countLocked(s.User) >= perUser {
		s.end(nil)
		return message.Refused(wire.CodeOverloaded)
	}
	r.open[s.ID] = s
	r.owners.Go(func() { r.watch(s) })
	return nil
}

func (r *Registry) countLocked(user string) (n int) {
	for _, s := range r.open {
		if s.User == user {
			n++
		}
	}
	return n
}
